"""A safe fix lets the same flows pass as before, as `propolis diff` says, or mends a policy that was not in force.

Held for every file of the examples and of the corpus, and for the examples of every rule. What an unsafe fix changes
is not held, but whether it changes anything: a fix that never does would be safe.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.files import MemoryReader
from propolis.commands.check import EVERY_FIX, SAFE_ONLY
from propolis.commands.diff import between_texts, diff
from propolis.commands.inputs import Input, input_of
from propolis.commands.inspection import looked_at
from propolis.commands.ports import Sources
from propolis.commands.project import ALONE
from propolis.lint.fixing import fixed
from propolis.lint.pages import example
from propolis.lint.rule import modules
from propolis.manifest import Source
from propolis.model.finding import Finding, Safety
from propolis.model.report import Meaning
from propolis.semantics.ruleset import ruleset

REPOSITORY = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("PROPOLIS_CORPUS", REPOSITORY.parent / "shared")) / "corpus"
NAME = "input.yaml"


def given(text: str) -> Input:
    return input_of(MemoryReader({NAME: text}).read([NAME]), None)


def applicable(before: Input, allowed: frozenset[Safety]) -> list[Finding]:
    return [f for f in looked_at(before, ALONE).findings if f.fix and f.fix.safety in allowed]


def in_force(before: Input, findings: list[Finding]) -> list[Finding]:
    """Those of *findings* in documents whose policies are all in force."""
    read = before.manifests
    rules = ruleset(read.policies, read.world, before.settings)
    refused = {read.policies[rejection.policy].document for rejection in rules.rejections}
    spans = [(read.documents[number].start, read.documents[number].end) for number in refused]
    return [f for f in findings if not any(start <= f.span.start < end for start, end in spans)]


def meaning(old: str, new: str) -> Meaning:
    sides = [Sources((Source(NAME, text),)) for text in (old, new)]
    report = diff(between_texts(*sides, Sources(()), None), 5)
    assert report.comparison, report.problems
    return report.comparison.meaning


def texts() -> Iterator[tuple[str, str]]:
    for name, module in modules().items():
        for heading in ("Avoid", "Prefer"):
            yield f"{name} {heading}", example(module, heading)
    files = [*sorted((REPOSITORY / "examples").rglob("*.y*ml"))]
    files += sorted(CORPUS.rglob("*.y*ml")) if CORPUS.exists() else []
    for file in files:
        yield "/".join(file.parts[-2:]), file.read_text(encoding="utf-8")


def test_safe_fixes_of_policies_in_force_change_no_flow() -> None:
    changed, made = {}, 0
    for name, text in texts():
        before = given(text)
        findings = in_force(before, applicable(before, SAFE_ONLY))
        after = fixed(text, NAME, findings, SAFE_ONLY).text
        if after != text:
            made += 1
            if meaning(text, after) is not Meaning.SAME:
                changed[name] = sorted({f.rule for f in findings})
    assert changed == {}
    assert made > 0


# What these fixes change depends on Services that the example does not have.
DEPENDING = {"k8s-service-without-namespace"}


@pytest.mark.parametrize("rule", sorted(set(modules()) - DEPENDING))
def test_a_fix_that_is_called_unsafe_changes_what_passes(rule: str) -> None:
    text = example(modules()[rule], "Avoid")
    before = given(text)
    findings = [f for f in in_force(before, applicable(before, EVERY_FIX)) if f.rule == rule]
    for finding in findings:
        after = fixed(text, NAME, [finding], EVERY_FIX).text
        is_same = meaning(text, after) is Meaning.SAME
        assert finding.fix and is_same == (finding.fix.safety is Safety.SAFE)
