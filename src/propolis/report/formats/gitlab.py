"""GitLab's code quality report: findings beside the lines of a merge request, and which of them are new."""

from collections.abc import Iterator
from typing import Any

import msgspec

from propolis.model.report import Report
from propolis.model.span import Span
from propolis.report.ink import harmless
from propolis.report.places import digest, relative

NAME = "gitlab"
VERBS = frozenset({"check"})
SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report, *, color: bool, width: int) -> str:
    """*report* as a JSON array; *color* and *width* mean nothing here.

    Source: GitLab documentation, "Code Quality", report format: description, check_name, fingerprint, severity,
    location.path, location.lines.begin.
    """
    return msgspec.json.format(msgspec.json.encode(list(_entries(report))), indent=2).decode() + "\n"


def _entries(report: Report) -> Iterator[dict[str, Any]]:
    for problem in report.problems:
        place = f"{problem.span.file}:{problem.span.start}" if problem.span else ""
        mark = digest(problem.code, place, problem.message)
        yield _entry(problem.severity, problem.code, problem.message, problem.span, mark)
    for finding in report.findings:
        text = f"{finding.message}: {finding.why}" if finding.why else finding.message
        yield _entry(finding.severity, finding.rule, text, finding.span, finding.fingerprint)


def _entry(severity: str, name: str, text: str, span: Span | None, fingerprint: str) -> dict[str, Any]:
    return {
        "description": harmless(text),
        "check_name": name,
        "fingerprint": fingerprint,
        "severity": SEVERITIES[severity],
        "location": {
            "path": relative(span.file) if span else ".",
            "lines": {"begin": span.line if span else 1, "end": span.end_line if span else 1},
        },
    }
