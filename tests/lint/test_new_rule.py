"""`make new-rule`: what it writes is a rule with cases, and what it refuses."""

import importlib.util
from pathlib import Path

import pytest
from tools.new_rule import CASES, RULES, written

from lint.reading import evidence
from propolis.lint import pages
from propolis.lint.context import Context
from propolis.lint.rule import REQUIRED

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for group in ("style", "opens_too_much"):
        folder = tmp_path / RULES / group
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text('"""A group."""\n')
    (tmp_path / CASES).mkdir(parents=True)
    return tmp_path


def test_it_writes_a_rule_with_a_whole_page_and_two_cases(root: Path) -> None:
    paths = written("opens_too_much/too-open", root)
    assert [path.name for path in paths] == ["too_open.py", "found.yaml", "not-found.yaml"]
    spec = importlib.util.spec_from_file_location(
        "propolis.lint.rules.opens_too_much.too_open", root / paths[0]
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert all(hasattr(module, name) for name in REQUIRED)
    assert tuple(pages.sections(module)) == pages.SECTIONS
    assert list(module.findings(Context(evidence(pages.example(module, "Avoid"))))) == []
    found, not_found = ((root / path).read_text() for path in paths[1:])
    assert found == f"# expect: too-open 8:5\n{not_found}"
    assert evidence(not_found).policies[0].refusals == ()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", "RULE=group/name"),
        ("too-open", "one of the groups opens_too_much, style"),
        ("nowhere/too-open", "one of the groups"),
        ("style/Too_Open", "no name of a rule"),
        ("style/../x", "no name of a rule"),
    ],
)
def test_what_is_no_rule_is_refused_in_words(root: Path, rule: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        written(rule, root)


def test_a_rule_is_never_overwritten(root: Path) -> None:
    written("style/too-open", root)
    with pytest.raises(ValueError, match="already"):
        written("opens_too_much/too-open", root)


def test_make_knows_it() -> None:
    assert "tools/new_rule.py" in (REPOSITORY / "Makefile").read_text()
