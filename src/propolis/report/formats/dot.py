"""DOT: a map for Graphviz (`dot -Tsvg`)."""

from propolis.model.report import Extent, Map, Place, Report
from propolis.report.ink import harmless
from propolis.report.maps import words

NAME = "dot"
VERBS = frozenset({"map"})
MOST_LINES = 300
"""`dot` takes minutes for a thousand."""
_STYLES = {
    Extent.EVERYTHING: "color=firebrick, penwidth=2",
    Extent.PART: "color=steelblue",
    Extent.UNDECIDED: "color=darkorange, style=dashed",
}
_SHAPES = {Place.PODS: "box", Place.CLUSTER: "ellipse", Place.OUTSIDE: "hexagon"}


def render(report: Report, *, color: bool, width: int) -> str:
    """The map of *report*; "" when it has none. *color* and *width* mean nothing here."""
    return _graph(report.map) if report.map else ""


def _graph(map_: Map) -> str:
    lines = ["digraph reach {", "  rankdir=LR;", '  node [fontname="sans-serif"];']
    lines.append('  edge [fontname="sans-serif", fontsize=10];')
    for number, group in enumerate(map_.groups):
        lines.append(f"  g{number} [label={_quoted(group.name)}, shape={_SHAPES[group.place]}];")
    for reach in map_.reaches:
        label = f"label={_quoted(words(reach))}, {_STYLES[reach.extent]}"
        lines.append(f"  g{reach.source} -> g{reach.destination} [{label}];")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    """*text* as a quoted string: no escape of DOT's own, and no HTML."""
    plain = harmless(text).replace("\n", " ").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
