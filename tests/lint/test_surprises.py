"""Every surprise of the reference has a rule or a reason, and every rule that is named exists."""

import re
from pathlib import Path

import pytest

from propolis.lint.rule import modules

PAGE = Path(__file__).parents[2] / "docs" / "surprises.md"
ROW = re.compile(r"^\| (S?\d+b?) \| (.+?) \| (.*?) ?\| (.*?) ?\|$", re.MULTILINE)
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_every_surprise_is_there_once() -> None:
    numbers = [number for number, *_ in ROWS]
    wanted = {f"S{number:02}" for number in range(1, 106)} | {"S41b"}
    wanted |= {str(number) for number in range(1, 18)} | {"9b"}
    assert sorted(numbers) == sorted(wanted)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_surprise_has_a_rule_or_a_reason(row: tuple[str, str, str, str]) -> None:
    _, _, links, reason = row
    named = re.findall(r"\[([a-z0-9-]+)\]\(rules/\1\.md\)", links)
    assert set(named) <= set(modules())
    assert named or reason


def test_no_rule_is_forgotten_that_cites_a_surprise() -> None:
    """The other way round: a rule whose page cites S-numbers stands in the rows of those."""
    cited = {
        (number, name)
        for name, module in modules().items()
        for number in re.findall(r"\bS\d{2,3}b?\b", (module.__doc__ or "").partition("## Source")[2])
    }
    listed = {
        (number, name) for number, _, links, _ in ROWS for name in re.findall(r"\[([a-z0-9-]+)\]", links)
    }
    assert cited <= listed
