"""What a comparison says, case by case: the meaning, the first change, and what must not be among them."""

from pathlib import Path

import pytest
import yaml

from diff.told import MANY, asked, comparison, fits, reported
from propolis.commands.diff import diff
from propolis.model.report import Exit, Meaning, Shift
from propolis.model.verdict import Outcome

HERE = Path(__file__).parent
CASES = sorted((*(HERE / "cases").glob("*.yaml"), *(HERE / "versions").glob("*.yaml")))


EXITS = {
    Meaning.SAME: Exit.KEPT,
    Meaning.WIDENED: Exit.WIDENED,
    Meaning.BOTH: Exit.WIDENED,
    Meaning.NARROWED: Exit.NARROWED,
    Meaning.UNDECIDED: Exit.BROKEN,
}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_case_is_told_as_it_should(case: Path):
    told = yaml.safe_load(case.read_text())
    wanted = told["expect"]
    report = reported(told)
    found = comparison(report)
    assert found.meaning == wanted["meaning"], [change.new.flow for change in found.changes]
    assert report.exit == wanted.get("exit", EXITS[found.meaning])
    assert report.summary.startswith(found.meaning)
    assert any(wanted.get("note", "") in note for note in (*report.notes, ""))
    flows = [f"{change.shift}: {change.new.flow} {change.risk} {change.traffic}" for change in found.changes]
    if "first" in wanted:
        assert fits(found.changes[0], wanted["first"]), flows
    for shown in wanted.get("shows", ()):
        assert any(fits(change, shown) for change in found.changes), flows
    for text in wanted.get("never", ()):
        assert not [flow for flow in flows if text in flow]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_every_example_is_what_the_reference_engine_says(case: Path):
    for change in comparison(reported(yaml.safe_load(case.read_text()))).changes:
        outcomes = (change.old.outcome, change.new.outcome)
        match change.shift:
            case Shift.ALLOWED:
                assert outcomes == (Outcome.DENY, Outcome.ALLOW), change.new.flow
            case Shift.DENIED:
                assert outcomes == (Outcome.ALLOW, Outcome.DENY), change.new.flow
            case Shift.UNDECIDED:
                assert Outcome.UNKNOWN in outcomes, change.new.flow


def test_there_is_a_case_of_every_meaning():
    assert {yaml.safe_load(case.read_text())["expect"]["meaning"] for case in CASES} == set(Meaning)


def test_what_is_not_compared_in_time_is_undecided():
    """Wherever the time runs out the whole comparison is undecided: half of the changes would look like all."""
    told = asked(yaml.safe_load((HERE / "cases" / "both-ways.yaml").read_text()))
    diff(told, MANY)  # what is remembered from now on is remembered each time
    questions = 0

    def counted() -> bool:
        nonlocal questions
        questions += 1
        return False

    assert comparison(diff(told, MANY, is_over=counted)).meaning is Meaning.BOTH
    assert questions > 1
    for allowed in range(questions):
        left = iter(range(allowed))
        report = diff(told, MANY, is_over=lambda left=left: next(left, None) is None)
        assert comparison(report).meaning is Meaning.UNDECIDED
        assert not comparison(report).changes
        assert report.exit is Exit.BROKEN
        assert "--timeout" in report.summary


def test_what_is_taken_of_port_names_is_repeated():
    told = yaml.safe_load((HERE / "cases" / "grpc-methods.yaml").read_text())
    assert any(note.startswith("assumed: `http` as the name of a port") for note in reported(told).notes)
    plain = yaml.safe_load((HERE / "cases" / "renamed-and-reordered.yaml").read_text())
    assert not any("assumed" in note for note in reported(plain).notes)
