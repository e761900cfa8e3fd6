"""`propolis check` on input in memory: the report, the exit code, the fixes."""

import os
from pathlib import Path

import pytest

from fakes.files import MemoryReader, MemoryWriter
from propolis.commands.check import EVERY_FIX, SAFE_ONLY, check, fix, fixed_texts
from propolis.commands.inputs import Input, input_of
from propolis.commands.project import Project
from propolis.lint.rule import Persona
from propolis.model.report import Exit

REPOSITORY = Path(__file__).parents[2]
GOOD = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
"""
INERT = GOOD + "  ingressDeny:\n  - {} # nothing\n"
REFUSED = GOOD.replace("metadata", "meta")
NUMBER_PORT = GOOD + "    toPorts:\n    - ports:\n      - port: 8080   # web\n        protocol: tcp\n"


def given(**texts: str) -> Input:
    named = {f"{name}.yaml": text for name, text in texts.items()}
    return input_of(MemoryReader(named).read(list(named)), None)


def published() -> str:
    shipped = REPOSITORY / "examples" / "published" / "as-published.yaml"
    return shipped.read_text(encoding="utf-8")


def test_a_sound_policy_has_no_finding() -> None:
    report = check(given(good=GOOD))
    assert (report.exit, report.findings) == (Exit.KEPT, ())
    assert {problem.severity for problem in report.problems} <= {"note"}
    assert report.summary == "nothing found in 1 policy"


def test_findings_of_weight_exit_with_1() -> None:
    report = check(given(inert=INERT))
    assert report.exit is Exit.BROKEN
    assert [finding.rule for finding in report.findings] == ["inert-deny"]


def test_notes_alone_exit_with_0() -> None:
    text = GOOD + (
        "    toPorts:\n    - ports: [{port: '80', protocol: TCP}]\n"
        "      rules: {http: [{method: GET, path: /a}]}\n"
    )
    report = check(given(text=text), Project(persona=Persona.PEDANTIC))
    assert report.exit is Exit.KEPT
    assert [finding.rule for finding in report.findings] == ["path-without-query"]
    assert check(given(text=text)).findings == ()


def test_what_most_policies_share_is_said_once() -> None:
    spaces = {f"n{number}": GOOD.replace("shop", f"n{number}") for number in range(5)}
    bare = {f"b{number}": GOOD.replace(", namespace: shop", "") for number in range(2)}
    report = check(given(**spaces, **bare))
    assert {problem.code for problem in report.problems} == {"replaced-object"}
    assumed, unknown, _ = report.notes
    assert assumed.startswith("2 policies name no namespace: `default` is assumed")
    assert unknown.startswith(
        "of the namespaces `default`, `n0`, `n1` and 3 more nothing but the name is known"
    )
    assert (
        check(given(good=GOOD + "---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop}}")).notes[1:]
        == ()
    )


def test_an_unreadable_document_exits_with_2_and_hides_nothing() -> None:
    report = check(given(bad="a: [1\n", inert=INERT))
    assert report.exit is Exit.BAD_INPUT
    assert [finding.rule for finding in report.findings] == ["inert-deny"]
    assert any(problem.span and problem.span.file == "bad.yaml" for problem in report.problems)


def test_a_refused_policy_is_a_finding_and_no_problem() -> None:
    report = check(given(refused=REFUSED))
    assert report.exit is Exit.BROKEN
    assert {finding.rule for finding in report.findings} >= {"unknown-field", "schema-violation"}
    assert not [problem for problem in report.problems if problem.severity == "error"]


def test_safe_fixes_leave_the_rest_byte_for_byte() -> None:
    fixed = fixed_texts(given(a=NUMBER_PORT), SAFE_ONLY)["a.yaml"]
    assert fixed == NUMBER_PORT.replace("port: 8080   # web", 'port: "8080"   # web').replace("tcp", "TCP")


def test_a_second_round_of_fixes_changes_nothing() -> None:
    once = fixed_texts(given(a=published()), EVERY_FIX)["a.yaml"]
    assert fixed_texts(given(a=once), EVERY_FIX)["a.yaml"] == once


def test_fix_writes_only_what_changes() -> None:
    writer = MemoryWriter()
    report = fix(given(good=GOOD, inert=INERT), SAFE_ONLY, writer)
    assert writer.texts == {"inert.yaml": GOOD}
    assert [written.path for written in report.written] == ["inert.yaml"]
    assert report.exit is Exit.KEPT


def test_fix_only_reads_stdin_and_still_reports_it() -> None:
    writer = MemoryWriter()
    report = fix(input_of(MemoryReader({"<stdin>": INERT}).read(["<stdin>"]), None), SAFE_ONLY, writer)
    assert writer.texts == {}
    assert [finding.rule for finding in report.findings] == ["inert-deny"]


def test_a_full_disk_is_not_swallowed() -> None:
    with pytest.raises(OSError, match="full"):
        fix(given(inert=INERT), SAFE_ONLY, MemoryWriter(full=OSError("full")))


def test_the_published_profile_is_in_force_after_safe_fixes() -> None:
    fixed = given(a=fixed_texts(given(a=published()), SAFE_ONLY)["a.yaml"])
    assert [policy.refusals for policy in fixed.manifests.policies] == [(), ()]
    assert not {"invalid-protocol", "inert-deny", "unknown-field"} & {f.rule for f in check(fixed).findings}


FAULTS = {
    "unknown-field",
    "invalid-protocol",
    "header-alternative",
    "literal-header-value",
    "inert-deny",
    "override-comment",
}


def test_every_fault_of_the_shipped_profile_is_found() -> None:
    assert {finding.rule for finding in check(given(a=published())).findings} >= FAULTS


def test_every_fault_of_the_original_profile_is_found() -> None:
    corpus = Path(os.environ.get("PROPOLIS_CORPUS", REPOSITORY.parent / "shared"))
    original = corpus / "seed" / "as-published.yaml"
    if not original.exists():
        pytest.skip("the corpus is not on this machine")
    text = original.read_text(encoding="utf-8")
    assert {finding.rule for finding in check(given(a=text)).findings} >= FAULTS
