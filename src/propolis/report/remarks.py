"""Findings and problems as text: where, what, the line with a caret, why, help, fix."""

from collections.abc import Mapping

import msgspec

from propolis.model.finding import Finding, Fix, Safety, Severity
from propolis.model.report import Report
from propolis.model.span import Problem, Span
from propolis.report.ink import Ink, Page, columns, harmless

SourceText = Mapping[tuple[str, int], str]
"""(file, line) → the text of that line."""

INKS = {Severity.ERROR: Ink.BAD, Severity.WARNING: Ink.DOUBT, Severity.NOTE: Ink.STRONG}


def source_text(report: Report) -> SourceText:
    return {(line.file, line.line): line.text for line in report.source_lines}


def problem_lines(problem: Problem, source: SourceText, page: Page) -> list[str]:
    severity = Severity(problem.severity)
    lines = _heading(severity, problem.code, problem.message, page)
    lines += _place(problem.span, {} if severity is Severity.NOTE else source, "", page)
    if problem.help:
        lines += page.paragraph("help", problem.help, 4)
    return lines


def finding_lines(finding: Finding, source: SourceText, page: Page) -> list[str]:
    lines = _heading(finding.severity, finding.rule, finding.message, page)
    lines += _place(finding.span, source, finding.policy, page)
    for span in finding.related:
        lines += page.paragraph("see ", place(span), 4)
    if finding.why:
        lines += page.paragraph("why ", finding.why, 4)
    if finding.help:
        lines += page.paragraph("help", finding.help, 4)
    if finding.fix:
        lines += page.paragraph("fix ", _fix(finding.fix), 4)
    return lines


def place(span: Span) -> str:
    return harmless(f"{span.file}:{span.line}:{span.column}")


def _heading(severity: Severity, code: str, message: str, page: Page) -> list[str]:
    return page.heading(f"{severity}[{code}]", message, INKS[severity])


def _place(span: Span | None, source: SourceText, policy: str, page: Page) -> list[str]:
    if span is None:
        return []
    tail = page.inked(f"  ({harmless(policy)})", Ink.FAINT) if policy else ""
    lines = [f"  {page.inked(place(span), Ink.PLACE)}{tail}"]
    text = source.get((span.file, span.line))
    return lines + (excerpt(span, text, page) if text is not None else [])


def excerpt(span: Span, text: str, page: Page) -> list[str]:
    """The line *text* and a caret under the columns that *span* covers on it; long lines are cut."""
    number = str(span.line).rjust(5)
    shown = _cut(span, text, max(page.width - 8, 30))
    caret = " " * columns(harmless(shown.before)) + "^" * max(columns(harmless(shown.marked)), 1)
    bar = page.inked("|", Ink.FAINT)
    return [
        f"{page.inked(number, Ink.FAINT)} {bar} {harmless(shown.before + shown.rest)}",
        f"      {bar} {page.inked(caret, Ink.BAD)}",
    ]


class _Shown(msgspec.Struct, frozen=True):
    """What is shown of a line: the text *before* the span, the *marked* one, all the *rest* from it on."""

    before: str
    marked: str
    rest: str


def _cut(span: Span, text: str, room: int) -> _Shown:
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(text)
    before, rest = text[:start], text[start:]
    if len(before) > room // 2:
        before = "…" + before[-(room // 2) :]
    left = max(room - len(before), 10)
    if len(rest) > left:
        rest = rest[: left - 1] + "…"
    return _Shown(before, rest[: max(end - start, 0)], rest)


def _fix(fix: Fix) -> str:
    return fix.title + (
        " (safe: `--fix` writes it)"
        if fix.safety is Safety.SAFE
        else " (a proposal: `--fix --unsafe-fixes` writes it)"
    )
