"""Maps as text: the matrix, and what passes line by line."""

from collections.abc import Iterator
from itertools import groupby

from propolis.model.report import Extent, Map, Reach
from propolis.report.ink import Ink, Page, columns, harmless

SIGNS = {Extent.EVERYTHING: "●", Extent.PART: "◐", Extent.UNDECIDED: "?"}
NOTHING = "·"
LEGEND = f"● everything   ◐ some ports or requests, or some members   ? undecided   {NOTHING} nothing"
LONGEST_NAME = 40
MOST_LINES = 200
_INKS = {Extent.EVERYTHING: Ink.BAD, Extent.PART: Ink.GOOD, Extent.UNDECIDED: Ink.DOUBT}


def map_blocks(map_: Map, page: Page) -> list[list[str]]:
    """The matrix where it fits the page, then every reach, destinations with the same ports together."""
    blocks = [matrix(map_, page)] if fits(map_, page) else []
    lines = [line for block in _sources(map_, page) for line in block]
    if len(lines) > MOST_LINES:
        left = len(lines) - MOST_LINES
        lines = [*lines[:MOST_LINES], f"and {left} more (`--format json` has them all)"]
    blocks.append(lines)
    return [*blocks, page.paragraph("drawn over", map_.scope, 0) if map_.scope else []]


def fits(map_: Map, page: Page) -> bool:
    return _margin(map_) + len(map_.groups) * _cell(map_) <= page.width


def matrix(map_: Map, page: Page) -> list[str]:
    """A row for each source, a column for each destination; columns are numbered as rows are."""
    cell, margin = _cell(map_), _margin(map_)
    numbers = range(1, len(map_.groups) + 1)
    found = {(reach.source, reach.destination): reach for reach in map_.reaches}
    lines = [page.inked(" " * margin + "".join(str(number).rjust(cell) for number in numbers), Ink.FAINT)]
    for source, group in enumerate(map_.groups):
        name = shortened(group.name)
        label = f"{str(source + 1).rjust(cell)} {name}" + " " * (margin - cell - 1 - columns(name))
        signs = [_sign(found.get((source, destination)), cell, page) for destination in range(len(numbers))]
        lines.append(label + "".join(signs))
    return [*lines, "", page.inked(LEGEND, Ink.FAINT)]


def _sign(reach: Reach | None, cell: int, page: Page) -> str:
    if reach is None:
        return NOTHING.rjust(cell)
    return " " * (cell - 1) + page.inked(SIGNS[reach.extent], _INKS[reach.extent])


def _cell(map_: Map) -> int:
    return len(str(len(map_.groups))) + 1


def _margin(map_: Map) -> int:
    return _cell(map_) + 2 + max((columns(shortened(group.name)) for group in map_.groups), default=0)


def shortened(name: str) -> str:
    """*name* in one line, without what moves a cursor, cut to LONGEST_NAME."""
    plain = harmless(name).replace("\n", " ")
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 1] + "…"


def _sources(map_: Map, page: Page) -> Iterator[list[str]]:
    for source, reaches in groupby(map_.reaches, key=lambda reach: reach.source):
        lines = [page.inked(f"{shortened(map_.groups[source].name)} ->", Ink.STRONG)]
        together: dict[str, list[str]] = {}
        for reach in reaches:
            together.setdefault(words(reach), []).append(shortened(map_.groups[reach.destination].name))
        for said, names in together.items():
            lines += page.paragraph("", f"{', '.join(names)}: {said}", 3)
        yield lines


def words(reach: Reach) -> str:
    """What passes, in one line: `8080/tcp (some requests), between 2 of 6 pairs`."""
    said = ", ".join(reach.traffic)
    if reach.pairs < reach.of and reach.pairs:
        said += f", between {reach.pairs} of {reach.of} pairs"
    if reach.unsure:
        said += f"{'; ' if said else ''}undecided: {', '.join(reach.unsure)}"
    return said
