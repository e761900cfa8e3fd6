"""`prove`: the exit code follows the outcomes, and nothing is proved of what cannot be read."""

from pathlib import Path

import pytest
from shop import POLICY, PROFILE, REFUSED, WORKLOADS

from fakes.files import MemoryReader, MemoryWriter
from propolis.cli import main
from propolis.commands.inputs import input_of
from propolis.commands.prove import prove
from propolis.commands.render import files
from propolis.model.report import Exit, Report, Status
from propolis.model.settings import Version
from propolis.semantics.explain import explained


def proved(*texts: str, cilium: Version | None = None) -> Report:
    named = {f"{number}.yaml": text for number, text in enumerate(texts)}
    return prove(input_of(MemoryReader(named).read(list(named)), cilium))


def rendered() -> tuple[str, ...]:
    writer = MemoryWriter()
    files(input_of(MemoryReader({"p": PROFILE}).read(["p"]), None), "out", writer)
    return tuple(writer.texts.values())


def test_what_is_rendered_keeps_every_promise():
    report = proved(WORKLOADS, PROFILE, *rendered())
    assert {claim.status for claim in report.claims} == {Status.KEPT}
    assert report.exit is Exit.KEPT
    assert report.summary == f"{len(report.claims)} promises: {len(report.claims)} kept (Cilium 1.19)"


def test_every_policy_that_is_left_out_breaks_a_promise():
    policies = rendered()
    for left_out in policies:
        report = proved(WORKLOADS, PROFILE, *(policy for policy in policies if policy != left_out))
        assert report.exit is Exit.BROKEN
        assert any(claim.counterexample for claim in report.claims if claim.status is Status.BROKEN)


def test_a_refused_policy_is_said_and_not_in_force():
    report = proved(WORKLOADS, PROFILE, REFUSED)
    assert report.exit is Exit.BROKEN
    assert [problem.code for problem in report.problems] == ["unknown-value"]
    assert "1 of 1 policy object not in force, for the reasons above" in report.notes


def test_without_a_profile_nothing_is_proved():
    report = proved(WORKLOADS, POLICY)
    assert report.exit is Exit.BAD_INPUT
    assert report.claims == ()
    assert "no profile was given" in report.summary


def test_a_profile_with_mistakes_proves_nothing_and_says_where():
    report = proved(WORKLOADS, PROFILE.replace("web -> api", "wbe -> api"))
    assert report.exit is Exit.BAD_INPUT
    assert report.summary == "nothing proved: the profile has mistakes"
    (problem,) = report.problems
    assert problem.span is not None
    assert (problem.span.file, problem.span.line, problem.span.column) == ("1.yaml", 12, 3)
    assert "did you mean `web`?" in problem.help


def test_two_profiles_are_bad_input():
    report = proved(WORKLOADS, PROFILE, PROFILE)
    assert report.exit is Exit.BAD_INPUT
    assert "several-profiles" in {problem.code for problem in report.problems}


def test_a_document_that_cannot_be_read_is_bad_input_whatever_is_proved():
    report = proved(WORKLOADS, PROFILE, *rendered(), "a: [\n")
    assert report.exit is Exit.BAD_INPUT
    assert "something could not be read: the answers hold for the rest" in report.notes


def test_the_profile_names_the_version_and_the_option_wins():
    text = PROFILE.replace('"1.19"', '"1.20"')
    assert "(Cilium 1.20)" in proved(WORKLOADS, text).summary
    assert "(Cilium 1.18)" in proved(WORKLOADS, text, cilium=Version(1, 18)).summary


def test_without_workloads_it_is_said():
    notes = proved(PROFILE, *rendered()).notes
    assert "no workload was given: promises are proved over pods that could be created" in notes


def test_counterexamples_can_be_explained():
    given = input_of(MemoryReader({"w": WORKLOADS, "p": PROFILE, "c": POLICY}).read(["w", "p", "c"]), None)
    plain, told = prove(given), prove(given, answering=explained)
    assert [claim.status for claim in plain.claims] == [claim.status for claim in told.claims]
    shown = [claim.counterexample for claim in told.claims if claim.counterexample]
    assert shown and all(answer.remedies for answer in shown)
    assert all(not claim.counterexample.remedies for claim in plain.claims if claim.counterexample)
    lost = next(claim.counterexample for claim in told.claims if claim.claim == "nothing-lost")
    assert lost is not None and lost.nearest is not None
    assert lost.flow != lost.nearest.flow or lost.request_line != lost.nearest.request_line


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_the_command_explains_counterexamples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], format_: str
):
    for name, text in {"w": WORKLOADS, "p": PROFILE, "c": POLICY}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    assert main(["prove", str(tmp_path), "--explain", "--format", format_]) == 1
    assert "to allow it" in capsys.readouterr().out
    assert main(["prove", str(tmp_path), "--format", format_]) == 1
    assert "to allow it" not in capsys.readouterr().out


def test_what_is_not_proved_in_time_is_unknown_and_the_rest_is_told():
    """Wherever the time runs out there is an outcome for every kind, and none that is wrong."""
    named = {f"{number}.yaml": text for number, text in enumerate((WORKLOADS, PROFILE, *rendered()))}
    given = input_of(MemoryReader(named).read(list(named)), None)
    prove(given)  # what is remembered from now on is remembered each time
    asked = 0

    def counted() -> bool:
        nonlocal asked
        asked += 1
        return False

    whole = {(o.claim, o.sentence): o.status for o in prove(given, counted).claims}
    some = none = False
    for allowed in range(0, asked, max(1, asked // 40)):
        left = iter(range(allowed))
        report = prove(given, lambda left=left: next(left, None) is None)
        unknown = [outcome for outcome in report.claims if outcome.status is Status.UNKNOWN]
        told = [outcome for outcome in report.claims if outcome not in unknown]
        assert unknown and all("--timeout" in outcome.reason for outcome in unknown)
        assert all(whole[outcome.claim, outcome.sentence] is outcome.status for outcome in told)
        assert report.exit is Exit.BROKEN
        some |= len(told) > 1
        none |= len(told) == 1
    assert some and none


def test_a_workload_that_nobody_gave_is_named_in_a_note():
    profile = PROFILE.replace("  api: {", "  cron: {namespace: shop, labels: {app: cron}}\n  api: {")
    given = input_of(MemoryReader({"w": WORKLOADS, "p": profile}).read(["w", "p"]), None)
    assert [note for note in prove(given).notes if "`cron`" in note]
    given = input_of(MemoryReader({"w": WORKLOADS, "p": PROFILE}).read(["w", "p"]), None)
    assert not [note for note in prove(given).notes if "no workload is among" in note]
