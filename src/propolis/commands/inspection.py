"""The inspection that the forms of `check` share: what rules find, without what the project allows or knows."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from propolis.commands.excerpts import source_line
from propolis.commands.inputs import Input
from propolis.commands.project import Project
from propolis.lint import baseline
from propolis.lint.allowances import Allowance, passed
from propolis.lint.alone import Memory
from propolis.lint.baseline import Known
from propolis.lint.context import Evidence
from propolis.lint.linting import findings
from propolis.lint.rule import rules
from propolis.model.finding import Finding
from propolis.report.places import digest


class Looked(msgspec.Struct, frozen=True):
    """*findings* that stay, *marks* of all that no allowance lets pass, and what was hidden or hid nothing."""

    findings: tuple[Finding, ...]
    marks: tuple[Known, ...]
    allowed: int
    known: int
    unused: tuple[Allowance, ...]
    gone: tuple[Known, ...]


def looked_at(given: Input, project: Project, memory: Memory | None = None) -> Looked:
    """What the rules say of *given*, of which *memory* may know some, and what is left of it beside *project*."""
    evidence = replace(Evidence.of(given.manifests, given.settings, given.gists), problems=given.problems)
    return beside(project, findings(evidence, memory), given)


def beside(project: Project, every: Sequence[Finding], given: Input) -> Looked:
    """What is left of the findings *every* in *given* beside *project*."""
    heard = [one for one in every if project.persona.hears(rules()[one.rule].PERSONA)]
    left = passed(heard, project.allowances, given.texts, project.place)
    marks = _marks(given, left.findings, project)
    files = {project.place(name) for name in given.texts} if project.known else set[str]()
    sorted_ = baseline.sorted_out(_named(left.findings, marks), marks, project.known, files)
    return Looked(sorted_.new, marks, left.hidden, sorted_.known, left.unused, sorted_.gone)


def _marks(given: Input, found: Sequence[Finding], project: Project) -> tuple[Known, ...]:
    spans = [finding.span for finding in found]
    lines = {(span.file, span.line): source_line(span, given.texts[span.file]).text for span in spans}
    return tuple(baseline.mark(finding, lines, project.place) for finding in found)


def _named(found: Sequence[Finding], marks: Sequence[Known]) -> tuple[Finding, ...]:
    """*found* with their fingerprints: equal marks are told apart by their order."""
    seen: dict[Known, int] = {}
    named = []
    for finding, its in zip(found, marks, strict=True):
        seen[its] = seen.get(its, 0) + 1
        name = digest(its.file, its.rule, its.policy, its.line, str(seen[its]))
        named.append(msgspec.structs.replace(finding, fingerprint=name))
    return tuple(named)
