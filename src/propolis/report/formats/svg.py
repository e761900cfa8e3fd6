"""SVG: a map as a matrix, a row for each source and a column for each destination."""

from collections.abc import Iterator
from html import escape

from propolis.model.report import Extent, Group, Map, Place, Reach, Report
from propolis.report.ink import columns, harmless
from propolis.report.maps import shortened, words

NAME = "svg"
VERBS = frozenset({"map"})
CELL = 38
"""Pixels; wide enough for the five digits of a port."""
LETTER = 7.3
"""Pixels: about the width of a letter of 13 pixels' height."""
GAP = 12
_FILLS = {Extent.EVERYTHING: "#b3261e", Extent.PART: "#2f6fab", Extent.UNDECIDED: "#e0a100"}
_INKS = {Extent.EVERYTHING: "#ffffff", Extent.PART: "#ffffff", Extent.UNDECIDED: "#1f1f1f"}
_NAMES = {Place.PODS: "#1f1f1f", Place.CLUSTER: "#5f5f5f", Place.OUTSIDE: "#7a3e9d"}
_SAID = {
    Extent.EVERYTHING: "everything",
    Extent.PART: "some ports or requests, or some members",
    Extent.UNDECIDED: "undecided",
}


def render(report: Report, *, color: bool, width: int) -> str:
    """The map of *report*; "" when it has none. *color* and *width* mean nothing here."""
    return "".join(f"{line}\n" for line in _picture(report.map)) if report.map else ""


def _picture(map_: Map) -> Iterator[str]:
    longest = max((columns(shortened(group.name)) for group in map_.groups), default=0) * LETTER
    left, top = longest + 2 * GAP, longest * 0.75 + 5 * GAP
    size = len(map_.groups) * CELL
    width = max(left + size + longest * 0.75 + 2 * GAP, 620)
    height = top + size + 4 * GAP + CELL
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
        f' height="{height:.0f}" role="img" font-family="sans-serif" font-size="13">'
    )
    yield f"<title>{_text(f'who reaches whom, by {map_.by}')}</title>"
    yield f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>'
    yield f'<text x="{GAP}" y="{GAP + 10}" font-weight="bold">{_text(f"Who reaches whom, by {map_.by}")}</text>'
    yield f'<text x="{GAP}" y="{GAP + 28}" fill="#5f5f5f">from the row to the column</text>'
    for number, group in enumerate(map_.groups):
        yield from _names(number, group, left, top)
    reaches = {(reach.source, reach.destination): reach for reach in map_.reaches}
    for source in range(len(map_.groups)):
        for destination in range(len(map_.groups)):
            x, y = left + destination * CELL, top + source * CELL
            yield from _cell(map_, reaches.get((source, destination)), x, y)
    yield from _legend(GAP, top + size + 3 * GAP)
    yield "</svg>"


def _names(number: int, group: Group, left: float, top: float) -> Iterator[str]:
    name, fill = _text(shortened(group.name)), _NAMES[group.place]
    tip = (
        f"<title>{_text(group.name)}: {group.members} {'member' if group.members == 1 else 'members'}</title>"
    )
    middle = number * CELL + CELL / 2 + 4
    yield (
        f'<text x="{left - GAP:.1f}" y="{top + middle:.1f}" text-anchor="end" fill="{fill}">{name}{tip}</text>'
    )
    x, y = left + middle, top - GAP / 2
    yield f'<text transform="translate({x:.1f} {y:.1f}) rotate(-48)" fill="{fill}">{name}{tip}</text>'


def _cell(map_: Map, reach: Reach | None, x: float, y: float) -> Iterator[str]:
    fill = _FILLS[reach.extent] if reach else "#f3f4f6"
    square = (
        f'<rect x="{x + 1:.1f}" y="{y + 1:.1f}" width="{CELL - 2}" height="{CELL - 2}" rx="3" fill="{fill}"'
    )
    if reach is None:
        yield square + "/>"
        return
    ends = f"{map_.groups[reach.source].name} → {map_.groups[reach.destination].name}"
    yield f"<g>{square}/><title>{_text(f'{ends}: {words(reach)}')}</title>"
    if sign := _sign(reach):
        yield (
            f'<text x="{x + CELL / 2:.1f}" y="{y + CELL / 2 + 4:.1f}" text-anchor="middle" font-size="11"'
            f' fill="{_INKS[reach.extent]}">{_text(sign)}</text>'
        )
    yield "</g>"


def _sign(reach: Reach) -> str:
    """What fits into a cell: `all`, the one port that passes, how many spans there are, or a question mark."""
    match reach.extent:
        case Extent.EVERYTHING:
            return "all"
        case Extent.UNDECIDED:
            return "?"
        case Extent.PART if len(reach.traffic) > 1:
            return f"{len(reach.traffic)}×"
        case Extent.PART:
            port = reach.traffic[0].partition("/")[0]
            return port if port.isdecimal() else "some"


def _legend(x: float, y: float) -> Iterator[str]:
    for extent, fill in _FILLS.items():
        yield f'<rect x="{x:.1f}" y="{y:.1f}" width="14" height="14" rx="3" fill="{fill}"/>'
        yield f'<text x="{x + 20:.1f}" y="{y + 12:.1f}">{_SAID[extent]}</text>'
        x += 20 + len(_SAID[extent]) * LETTER + 2 * GAP


def _text(words_: str) -> str:
    """*words_* inside of an element: no markup, no character that XML forbids."""
    return escape(harmless(words_).replace("\n", " "))
