"""Every rule's page: fixed sections, examples that do what they say, and written files that are current."""

import re
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
    "release-defect": Version(1, 19, 4),
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


SOURCE = re.compile(r"§\d|facts parts? \d|upgrade notes|YAML 1\.\d|[Kk]ubernetes|This project")
VERSIONS_TOLD = re.compile(r"All supported|\b1\.\d\d\b|(those|that) of the Cilium version")


@pytest.mark.parametrize("rule", RULES)
def test_the_page_cites_a_source_and_says_for_which_versions_it_holds(rule: str) -> None:
    found = pages.sections(modules()[rule])
    assert SOURCE.search(found["Source"])
    assert VERSIONS_TOLD.search(found["Versions"])


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
