"""Cases that stand alone: a profile, a world and policies, with what is to be said of them."""

from pathlib import Path

import pytest
import yaml

from propolis import claims
from propolis.commands.force import in_force
from propolis.commands.inputs import input_of
from propolis.commands.lines import place_in
from propolis.commands.ports import Sources
from propolis.manifest import Source
from propolis.model.exit import Exit
from propolis.model.report import ClaimOutcome, Status

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(FOLDER.glob("*/*/*.yaml"))
KINDS = {path.stem.replace("_", "-") for path in Path(claims.__file__).parent.glob("kinds/[!_]*.py")}
PARTS = ("profile", "world", "policies")


def outcomes(told: dict[str, str]) -> tuple[ClaimOutcome, ...]:
    """Every outcome of the case; a case with a mistake in it or a policy not in force is none."""
    sources = tuple(Source(f"{part}.yaml", told[part]) for part in PARTS)
    given = input_of(Sources(sources, (), Exit.KEPT), None)
    assert given.exit is Exit.KEPT, given.problems
    assert given.profile is not None
    force = in_force(given, claims.with_outside(given.manifests.world, given.profile))
    assert not force.rules.rejections
    return claims.outcomes(claims.situation(given.profile, force.rules), place_in(given.manifests.documents))


def shown(outcome: ClaimOutcome) -> str:
    answer = outcome.counterexample
    return f"{answer.flow} {answer.request_line}" if answer else ""


@pytest.mark.parametrize("case", CASES, ids=lambda path: str(path.relative_to(FOLDER).with_suffix("")))
def test_a_whole_case_has_the_outcomes_it_tells(case: Path):
    told = yaml.safe_load(case.read_text())
    found = outcomes(told)
    focus = [wanted["status"] for wanted in told["expect"] if wanted["claim"] == case.parts[-3]]
    assert focus == [case.parts[-2]], "the folders say which outcome of which claim a case is about"
    for wanted in told["expect"]:
        own = [outcome for outcome in found if outcome.claim == wanted["claim"]]
        worst = [outcome for outcome in own if outcome.status is not Status.KEPT] or own
        assert own, wanted
        assert {outcome.status for outcome in worst} == {Status(wanted["status"])}, (wanted, worst)
        assert any(
            wanted.get("counterexample", "") in shown(outcome) and wanted.get("reason", "") in outcome.reason
            for outcome in worst
        ), (wanted, worst)


def test_every_kind_is_kept_and_broken_by_a_whole_case():
    told = {case.parts[-3:-1] for case in CASES}
    assert told >= {(kind, status) for kind in KINDS for status in ("kept", "broken")}
    assert "unknown" in {status for _, status in told}
