"""A report without what is kept: what `--quiet` leaves."""

import msgspec

from propolis.model.finding import Severity
from propolis.model.report import Comparison, Meaning, Report, Status


def quieted(report: Report) -> Report:
    """*report* with only problems, findings that count, claims that are not kept, and answers.

    Law: the exit code stays; nothing is left of a report in which all is kept.
    """
    return msgspec.structs.replace(
        report,
        summary="",
        problems=tuple(problem for problem in report.problems if problem.severity != "note"),
        findings=tuple(finding for finding in report.findings if finding.severity is not Severity.NOTE),
        claims=tuple(claim for claim in report.claims if claim.status is not Status.KEPT),
        comparison=_told(report.comparison),
        written=(),
        notes=(),
    )


def _told(comparison: Comparison | None) -> Comparison | None:
    """Nothing when both sides mean the same."""
    if comparison is None or comparison.meaning is Meaning.SAME:
        return None
    return msgspec.structs.replace(comparison, scope="")
