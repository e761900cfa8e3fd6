"""Mermaid: a map as a flow chart for Markdown pages and comments."""

from propolis.model.report import Report
from propolis.report import graphs

NAME = "mermaid"
VERBS = frozenset({"map"})
MOST_LINES = graphs.MOST_LINES


def render(report: Report, *, color: bool, width: int) -> str:
    """The map of *report*; "" when it has none. *color* and *width* mean nothing here."""
    return graphs.mermaid(report.map) if report.map else ""
