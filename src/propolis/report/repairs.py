"""Repairs as text: the promise, what the change does, and the change as a diff."""

from propolis.model.report import Repair
from propolis.report.ink import Ink, Page, harmless


def repair_lines(repair: Repair, page: Page) -> list[str]:
    """The diff stands unindented and uncut: it is there to be copied."""
    mark, ink = ("repair   ", Ink.GOOD) if repair.diff else ("no repair", Ink.BAD)
    lines = page.paragraph(mark, repair.sentence, 0, ink)
    for change in repair.changes:
        lines += page.paragraph("change ", change, 4)
    if repair.reason:
        lines += page.paragraph("because", repair.reason, 4)
    return lines + [_line(line, page) for line in repair.diff.splitlines()]


def _line(line: str, page: Page) -> str:
    inks = {"+": Ink.GOOD, "-": Ink.BAD, "@": Ink.PLACE}
    ink = inks.get(line[:1])
    return page.inked(harmless(line), ink) if ink else harmless(line)
