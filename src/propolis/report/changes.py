"""Comparisons as text: each change with an example, and what decides it on either side."""

from collections.abc import Iterable

from propolis.model.report import Answer, Change, Comparison, Shift, SideAnswer, Tally
from propolis.model.verdict import Outcome
from propolis.report.answers import explained_lines, side_lines, whole
from propolis.report.ink import Ink, Page, harmless

SHIFT_INKS = {Shift.ALLOWED: Ink.BAD, Shift.DENIED: Ink.DOUBT, Shift.UNDECIDED: Ink.DOUBT}


def comparison_blocks(comparison: Comparison, page: Page) -> list[list[str]]:
    """Changes between ends that exist, then those of pods that could be created, then how many are not shown."""
    blocks = [change_lines(change, page) for change in comparison.changes if change.existing]
    imagined = [change_lines(change, page) for change in comparison.changes if not change.existing]
    if imagined:
        blocks += [[page.inked("for pods that could be created:", Ink.STRONG)], *imagined]
    rest = [
        line
        for tally in comparison.tallies
        for line in page.paragraph("more", unshown(tally), 0)[:1]
        if unshown(tally)
    ]
    return [*blocks, rest, page.paragraph("compared over", comparison.scope, 0) if comparison.scope else []]


def unshown(tally: Tally) -> str:
    """What of *tally* the changes leave out, in words; "" when nothing."""
    left = tally.pairs - tally.shown
    whose = "" if tally.existing else " of pods that could be created"
    return (
        f"{left} {'pair is' if left == 1 else 'pairs are'} {tally.shift}{whose} besides (`--show N`)"
        if left
        else ""
    )


def change_lines(change: Change, page: Page) -> list[str]:
    ends = page.inked(harmless(f"{change.source} -> {change.destination}"), Ink.STRONG)
    lines = [f"{page.inked(change.shift, SHIFT_INKS[change.shift])}  {ends}{alike(change)}"]
    lines += page.paragraph("risk   ", change.risk, 4)
    lines += page.paragraph("ports  ", ", ".join(change.traffic), 4)
    lines += page.paragraph("example", change.new.flow, 4)
    if change.new.request_line:
        lines += page.paragraph("request", change.new.request_line, 4)
    if change.new.curl:
        lines += whole("try    ", change.new.curl, 4, page)
    for label, old, new in differing(change):
        lines += side_lines(f"{label} was", old, page, 4)
        lines += side_lines(f"{label} now", new, page, 4, frozenset(old.lines))
    return lines + explained_lines(change.new, page, 4)


def alike(change: Change) -> str:
    """What stands behind the ends of a change that stands for several pairs."""
    more = change.pairs - 1
    return f" and {more} more {'pair' if more == 1 else 'pairs'} like it" if more else ""


Differing = tuple[str, SideAnswer, SideAnswer]


def differing(change: Change) -> list[Differing]:
    """The directions, and the request, that the sides answer differently; those in doubt when none is."""
    parts = list(_parts(change.old, change.new))
    found = [part for part in parts if (part[1].outcome, part[1].why) != (part[2].outcome, part[2].why)]
    return found or [part for part in parts if Outcome.UNKNOWN in (part[1].outcome, part[2].outcome)]


def _parts(old: Answer, new: Answer) -> Iterable[Differing]:
    yield "egress ", old.egress, new.egress
    yield "ingress", old.ingress, new.ingress
    if old.request and new.request:
        yield "layer 7", old.request, new.request
