"""Cases as data: `tests/lint/<rule>/*.yaml`, each with its findings in leading comments.

`# expect: <rule> <line>:<column>` for each finding of the rule of the folder; none means that it finds nothing. Words
behind it have to stand in the message or the help.
`# cilium: 1.18` sets the version.
"""

import re
from pathlib import Path

import pytest

from lint.reading import linted
from propolis.lint.rule import rules
from propolis.model.settings import Settings, version

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*/*.yaml"))
_EXPECT = re.compile(r"^# expect: (\S+) (\d+):(\d+)(?: (.+))?$", re.MULTILINE)
_VERSION = re.compile(r"^# cilium: (\S+)$", re.MULTILINE)


def settings(text: str) -> Settings:
    found = _VERSION.search(text)
    wanted = version(found[1]) if found else None
    return Settings(version=wanted) if wanted else Settings()


@pytest.mark.parametrize("case", CASES, ids=[f"{case.parent.name}/{case.stem}" for case in CASES])
def test_the_case_has_the_findings_that_it_expects(case: Path) -> None:
    rule = case.parent.name
    assert rule in rules()
    text = case.read_text(encoding="utf-8")
    written = _EXPECT.findall(text)
    expected = [(name, int(line), int(column)) for name, line, column, _ in written]
    lines = text.splitlines()
    of_rule = [f for f in linted(text, settings(text)) if f.rule == rule]
    # The expectations are comments too, and `override-comment` reads comments.
    kept = [f for f in of_rule if not _EXPECT.match(lines[f.span.line - 1])]
    assert [(f.rule, f.span.line, f.span.column) for f in kept] == expected
    for f, (*_, words) in zip(kept, written, strict=True):
        assert words in f"{f.message}\n{f.help}"
