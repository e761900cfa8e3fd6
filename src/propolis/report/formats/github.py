"""Workflow commands of GitHub Actions: each finding becomes an annotation beside its line in a pull request."""

from collections.abc import Iterator

from propolis.model.report import Report, Status
from propolis.model.span import Span
from propolis.report.ink import harmless

NAME = "github"
VERBS = frozenset({"check", "prove"})
LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report, *, color: bool, width: int) -> str:
    """*report* as one command a line, and its summary as plain text; *color* and *width* mean nothing here.

    Source: "Workflow commands for GitHub Actions", setting error, warning and notice messages.
    """
    summary = [" ".join(harmless(report.summary).split())] if report.summary else []
    return "".join(line + "\n" for line in (*_commands(report), *summary))


def _commands(report: Report) -> Iterator[str]:
    for problem in report.problems:
        yield _command(problem.severity, problem.code, _told(problem.message, problem.help), problem.span)
    for finding in report.findings:
        text = _told(finding.message, finding.why, finding.help)
        yield _command(finding.severity, finding.rule, text, finding.span)
    for claim in report.claims:
        if claim.status is not Status.KEPT:
            flow = f"for example {claim.counterexample.flow}" if claim.counterexample else ""
            yield _command(
                "error", f"{claim.claim}: {claim.status}", _told(claim.sentence, claim.reason, flow), None
            )


def _told(*sentences: str) -> str:
    return "\n".join(sentence for sentence in sentences if sentence)


def _command(severity: str, title: str, text: str, span: Span | None) -> str:
    properties = {**(_place(span) if span else {}), "title": title}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{LEVELS[severity]} {told}::{_data(text)}"


def _place(span: Span) -> dict[str, str]:
    """Where *span* is; GitHub takes columns for a span within one line only."""
    lines = {"file": span.file, "line": str(span.line), "endLine": str(span.end_line)}
    if span.line != span.end_line:
        return lines
    return {**lines, "col": str(span.column), "endColumn": str(max(span.column, span.end_column - 1))}


def _data(text: str) -> str:
    return harmless(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
