"""Every rule's page: fixed sections, examples that do what they say, and written files that are current."""

from pathlib import Path

import pytest

from lint.reading import rules_of
from propolis.lint import pages
from propolis.lint.rule import modules
from propolis.model.settings import Settings, Version

RULES = sorted(modules())
DOCS = Path(__file__).parents[2] / "docs" / "rules"
# Rules about what an older Cilium does, or what a newer one does, need that version.
VERSIONS = {
    "double-star-name": Version(1, 18),
    "requires-field": Version(1, 18),
    "removed-l7-parser": Version(1, 18),
    "always-cuts-probes": Version(1, 20),
    "removed-helm-value": Version(1, 20),
}


def settings(rule: str) -> Settings:
    return Settings(version=VERSIONS.get(rule, Settings().version))


@pytest.mark.parametrize("rule", RULES)
def test_the_page_has_its_sections_in_order(rule: str) -> None:
    found = pages.sections(modules()[rule])
    assert tuple(found) == pages.SECTIONS
    assert all(found.values())
    assert pages.headline(modules()[rule]).endswith((".", "!"))


@pytest.mark.parametrize("rule", RULES)
def test_what_is_to_avoid_is_found(rule: str) -> None:
    assert rule in rules_of(pages.example(modules()[rule], "Avoid"), settings(rule))


@pytest.mark.parametrize("rule", RULES)
def test_what_is_to_prefer_is_not_found(rule: str) -> None:
    found = rules_of(pages.example(modules()[rule], "Prefer"), settings(rule))
    assert rule not in found
    assert "schema-violation" not in found
    assert "rejected-by-agent" not in found


def test_the_written_pages_are_current() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    assert written == pages.pages(), "run `python -m propolis.lint.pages docs/rules`"
