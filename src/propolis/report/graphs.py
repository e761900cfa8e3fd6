"""Maps as Mermaid text, which comments and pages draw by themselves."""

from propolis.model.report import Extent, Map, Place
from propolis.report.ink import harmless
from propolis.report.maps import words

MOST_LINES = 300
"""Mermaid draws up to 500, and nobody can read as many."""
LONGEST_LABEL = 60
_ARROWS = {Extent.EVERYTHING: "==>", Extent.PART: "-->", Extent.UNDECIDED: "-.->"}
_SHAPES = {Place.PODS: ('["', '"]'), Place.CLUSTER: ('(["', '"])'), Place.OUTSIDE: ('{{"', '"}}')}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ./:-_,()")


def mermaid(map_: Map) -> str:
    """*map_* as a flow chart; an arrow is thick where everything passes, dashed where nothing is decided."""
    lines = ["flowchart LR"]
    for number, group in enumerate(map_.groups):
        left, right = _SHAPES[group.place]
        lines.append(f"  g{number}{left}{escaped(group.name)}{right}")
    for reach in map_.reaches:
        arrow = _ARROWS[reach.extent]
        lines.append(f'  g{reach.source} {arrow}|"{escaped(words(reach))}"| g{reach.destination}')
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """*text* inside of a quoted label: what could be markup is an entity code."""
    plain = harmless(text).replace("\n", " ")
    cut = plain if len(plain) <= LONGEST_LABEL else plain[: LONGEST_LABEL - 1] + "…"
    return "".join(one if one in _PLAIN else f"#{ord(one)};" for one in cut)
