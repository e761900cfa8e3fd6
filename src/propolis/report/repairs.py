"""Repairs as text: the promise, what the change does, and the change as a diff."""

from collections.abc import Sequence

from propolis.model.report import Repair
from propolis.report.ink import Ink, Page, harmless


def repair_blocks(repairs: Sequence[Repair], page: Page) -> list[list[str]]:
    """Every repair; a diff that keeps several promises is shown once."""
    shown: set[str] = set()
    blocks = []
    for repair in repairs:
        again = repair.diff in shown
        shown.add(repair.diff)
        blocks.append(_repair_lines(repair, page, again=bool(repair.diff) and again))
    return blocks


def _repair_lines(repair: Repair, page: Page, *, again: bool) -> list[str]:
    """The diff stands unindented and uncut: it is there to be copied."""
    mark, ink = ("repair   ", Ink.GOOD) if repair.diff else ("no repair", Ink.BAD)
    lines = page.paragraph(mark, repair.sentence, 0, ink)
    for change in repair.changes:
        lines += page.paragraph("change ", change, 4)
    if repair.reason:
        lines += page.paragraph("because", repair.reason, 4)
    if again:
        return [*lines, *page.paragraph("diff   ", "the one that is shown above", 4)]
    return lines + [_line(line, page) for line in repair.diff.splitlines()]


def _line(line: str, page: Page) -> str:
    inks = {"+": Ink.GOOD, "-": Ink.BAD, "@": Ink.PLACE}
    ink = inks.get(line[:1])
    return page.inked(harmless(line), ink) if ink else harmless(line)
