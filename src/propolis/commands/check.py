"""`propolis check`: what is wrong in policies, why, and what is safe to fix."""

from collections.abc import Mapping

import msgspec

from propolis.commands.inputs import Input, counted, input_of, reported
from propolis.commands.ports import OutputWriter, Sources
from propolis.lint.alone import Memory
from propolis.lint.context import Evidence
from propolis.lint.fixing import by_file, fixed
from propolis.lint.linting import findings
from propolis.manifest import Source
from propolis.model.finding import Finding, Safety, Severity
from propolis.model.report import Exit, Report, Written
from propolis.model.span import Problem

COMMAND = "check"
SAFE_ONLY = frozenset({Safety.SAFE})
EVERY_FIX = frozenset(Safety)
MOST_ROUNDS = 10
"""Of fixing one set of files. Each round leaves only fixes that touched another one: two or three are usual."""


def check(given: Input, memory: Memory | None = None) -> Report:
    """The findings in *given*, of which *memory* may know some; nothing is written.

    Exit: BAD_INPUT when a document could not be read, BROKEN for a finding of weight, else KEPT.
    """
    return _report(given, _findings(given, memory), ())


def fix(
    given: Input, allowed: frozenset[Safety], writer: OutputWriter, memory: Memory | None = None
) -> Report:
    """Write the files of *given* with the *allowed* fixes made, and report what is left.

    Files that no fix touches are not written; stdin is only read.

    Errors:  OSError of *writer*.
    """
    changed = {
        name: text
        for name, text in fixed_texts(given, allowed, memory).items()
        if text != given.texts[name] and not name.startswith("<")
    }
    sources = tuple(Source(name, text) for name, text in {**given.texts, **changed}.items())
    after = input_of(Sources(sources), given.settings.version, given.flags, given.gists)
    unread = tuple(problem for problem in given.problems if problem.span is None)
    after = msgspec.structs.replace(
        after,
        settings=given.settings,
        exit=max(after.exit, given.exit if unread else Exit.KEPT),
        problems=(*unread, *(problem for problem in after.problems if problem.span is not None)),
    )
    written = tuple(
        writer.write(name, text) for name, text in sorted(changed.items()) if not name.startswith("<")
    )
    return _report(after, _findings(after, memory), written)


def fixed_texts(given: Input, allowed: frozenset[Safety], memory: Memory | None = None) -> Mapping[str, str]:
    """The texts of *given* by name, after the *allowed* fixes: as many rounds as change anything.

    Law:     a second call on the result changes nothing.
    """
    for _ in range(MOST_ROUNDS):
        changing = by_file(_findings(given, memory))
        texts = {
            name: fixed(text, name, changing.get(name, ()), allowed).text
            for name, text in given.texts.items()
        }
        if texts == given.texts:
            break
        sources = tuple(Source(name, text) for name, text in texts.items())
        given = msgspec.structs.replace(
            input_of(Sources(sources), given.settings.version, given.flags, given.gists),
            settings=given.settings,
        )
    return given.texts


def _findings(given: Input, memory: Memory | None) -> tuple[Finding, ...]:
    read = given.manifests
    world = read.world if read.world.workloads else None
    return findings(
        Evidence(read.documents, read.policies, given.problems, world, given.settings, given.gists), memory
    )


def _report(given: Input, found: tuple[Finding, ...], written: tuple[Written, ...]) -> Report:
    heavy = [finding for finding in found if finding.severity is not Severity.NOTE]
    report = Report(
        command=COMMAND,
        exit=Exit.BROKEN if heavy else Exit.KEPT,
        summary=_summary(given, found),
        problems=_other_problems(given),
        findings=found,
        written=written,
    )
    return reported(report, given)


def _other_problems(given: Input) -> tuple[Problem, ...]:
    """The problems that no rule has made a finding of."""
    refusals = {problem for policy in given.manifests.policies for problem in policy.refusals}
    told = {problem for problem in refusals if problem.code != "replaced-object"}
    return tuple(p for p in given.problems if p.code != "unknown-field" and p not in told)


def _summary(given: Input, found: tuple[Finding, ...]) -> str:
    count = len(given.manifests.policies)
    policies = "1 policy" if count == 1 else f"{count} policies"
    if not found:
        return f"nothing found in {policies}" if count or not given.exit else "nothing could be checked"
    parts = [
        counted(number, severity.value)
        for severity in Severity
        if (number := sum(finding.severity is severity for finding in found))
    ]
    fixable = sum(finding.fix is not None and finding.fix.safety is Safety.SAFE for finding in found)
    return f"{', '.join(parts)} in {policies}; {fixable} can be fixed safely"
