"""`propolis check`: what is wrong in policies, why, and what is safe to fix."""

from collections.abc import Iterator, Mapping

import msgspec

from propolis.commands.inputs import Input, again, counted, reported
from propolis.commands.inspection import Looked, looked_at
from propolis.commands.ports import OutputWriter
from propolis.commands.project import ALONE, Project
from propolis.lint import pages
from propolis.lint.alone import Memory
from propolis.lint.fixing import by_file, fixed
from propolis.lint.rule import Needs, group, modules, rules
from propolis.model.finding import Safety, Severity
from propolis.model.report import Exit, Report, RuleNote, Written
from propolis.model.span import Problem

COMMAND = "check"
SAFE_ONLY = frozenset({Safety.SAFE})
EVERY_FIX = frozenset(Safety)
MOST_ROUNDS = 10
"""Of fixing one set of files. Each round leaves only fixes that touched another one: two or three are usual."""
OF_NAMESPACES = frozenset({"namespace-assumed", "namespace-labels-unknown"})
"""Problems that most policies would share: said once for all of them."""
MOST_NAMES = 3


def check(given: Input, project: Project = ALONE, memory: Memory | None = None) -> Report:
    """The findings in *given* that *project* neither allows nor knows; *memory* may know some. Nothing is written.

    Exit: BAD_INPUT when a document could not be read, BROKEN for a finding of weight, else KEPT.
    """
    return _report(given, looked_at(given, project, memory), project, ())


def fix(
    given: Input,
    allowed: frozenset[Safety],
    writer: OutputWriter,
    project: Project = ALONE,
    memory: Memory | None = None,
) -> Report:
    """Write the files of *given* with the *allowed* fixes made, and report what is left.

    Files that no fix touches are not written; stdin is only read.

    Errors:  OSError of *writer*.
    """
    changed = {
        name: text
        for name, text in fixed_texts(given, allowed, project, memory).items()
        if text != given.texts[name] and not name.startswith("<")
    }
    after = again(given, {**given.texts, **changed})
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
    return _report(after, looked_at(after, project, memory), project, written)


def fixed_texts(
    given: Input, allowed: frozenset[Safety], project: Project = ALONE, memory: Memory | None = None
) -> Mapping[str, str]:
    """The texts of *given* by name, after the *allowed* fixes: as many rounds as change anything.

    What *project* allows or knows is left as it is.

    Law:     a second call on the result changes nothing.
    """
    for _ in range(MOST_ROUNDS):
        changing = by_file(looked_at(given, project, memory).findings)
        texts = {
            name: fixed(text, name, changing.get(name, ()), allowed).text
            for name, text in given.texts.items()
        }
        if texts == given.texts:
            break
        given = msgspec.structs.replace(again(given, texts), settings=given.settings)
    return given.texts


def _report(given: Input, looked: Looked, project: Project, written: tuple[Written, ...]) -> Report:
    found = looked.findings
    heavy = [finding for finding in found if finding.severity is not Severity.NOTE]
    report = Report(
        command=COMMAND,
        exit=Exit.BROKEN if heavy else Exit.KEPT,
        summary=_summary(given, looked),
        problems=(*project.problems, *other_problems(given), *(() if project.problems else _idle(looked))),
        findings=found,
        written=written,
        notes=tuple(_notes(given)),
        rules=tuple(_rule_note(name) for name in sorted({finding.rule for finding in found})),
    )
    return with_exit_of(project, reported(report, given))


def with_exit_of(project: Project, report: Report) -> Report:
    """*report*, as bad input where something is wrong with *project*."""
    return (
        msgspec.structs.replace(report, exit=max(report.exit, Exit.BAD_INPUT)) if project.problems else report
    )


def _notes(given: Input) -> Iterator[str]:
    """What is taken for granted, and what the rules that need workloads do where there are none."""
    assumed = sum(problem.code == "namespace-assumed" for problem in given.problems)
    if assumed:
        names = "1 policy names" if assumed == 1 else f"{assumed} policies name"
        yield f"{names} no namespace: `default` is assumed, where kubectl takes that of its context"
    read = given.manifests
    unknown = [space.name for space in read.world.namespaces if space.name not in read.declared]
    if unknown:
        listed = ", ".join(f"`{name}`" for name in unknown[:MOST_NAMES])
        more = f" and {len(unknown) - MOST_NAMES} more" if len(unknown) > MOST_NAMES else ""
        yield f"of the namespaces {listed}{more} nothing but the name is known: their objects are not given"
    if read.policies and not read.world.workloads:
        silent = ", ".join(f"`{name}`" for name, rule in rules().items() if rule.NEEDS is Needs.WORKLOADS)
        yield (
            "no workload is among the manifests: rules speak of pods as the policies name them, "
            f"and some say nothing: {silent}"
        )


def _rule_note(name: str) -> RuleNote:
    module = modules()[name]
    return RuleNote(name, pages.headline(module), group(module), module.CONFIDENCE)


def _idle(looked: Looked) -> tuple[Problem, ...]:
    """A note for each allowance and each part of the baseline that hid nothing."""
    allowances = (
        Problem(
            "unused-suppression",
            f"nothing is hidden by allowing {', '.join(f'`{rule}`' for rule in one.rules)} here",
            one.span,
            "remove it",
            "note",
        )
        for one in looked.unused
    )
    known = (
        Problem(
            "unused-baseline",
            f"the baseline knows {counted(one.count, 'finding')} more of `{one.rule}` in `{one.file}` "
            f"at `{one.line}` than there are",
            None,
            "`--write-baseline` writes it anew",
            "note",
        )
        for one in looked.gone
    )
    return (*allowances, *known)


def other_problems(given: Input) -> tuple[Problem, ...]:
    """The problems of *given* that no rule has made a finding of, and that are not said once for all."""
    refusals = {problem for policy in given.manifests.policies for problem in policy.refusals}
    told = {problem for problem in refusals if problem.code != "replaced-object"}
    # `audit-mode` says more of it.
    audited = {flag.span for flag in given.manifests.flags if flag.name == "policy-audit-mode"}
    return tuple(
        p
        for p in given.problems
        if p.code != "unknown-field"
        and p.code not in OF_NAMESPACES
        and p not in told
        and not (p.code == "unread-setting" and p.span in audited)
    )


def _summary(given: Input, looked: Looked) -> str:
    count = len(given.manifests.policies)
    found = looked.findings
    hidden = _hidden(looked)
    if not found:
        nothing = "nothing found in" if not hidden else "nothing new in"
        return (
            f"{nothing} {_policies(count)}{hidden}" if count or not given.exit else "nothing could be checked"
        )
    parts = [
        counted(number, severity.value)
        for severity in Severity
        if (number := sum(finding.severity is severity for finding in found))
    ]
    fixable = sum(finding.fix is not None and finding.fix.safety is Safety.SAFE for finding in found)
    return f"{', '.join(parts)} in {_policies(count)}; {fixable} can be fixed safely{hidden}"


def _hidden(looked: Looked) -> str:
    parts = []
    if looked.allowed:
        parts.append(f"{looked.allowed} allowed by the project")
    if looked.known:
        parts.append(f"{looked.known} known from the baseline")
    return f"; {', '.join(parts)}" if parts else ""


def _policies(count: int) -> str:
    return "1 policy" if count == 1 else f"{count} policies"
