"""The mark tree: the offsets of every key and value, in the shape of the value itself."""

import re
from bisect import bisect_right

import msgspec

from propolis.model.span import Span

# A scalar's mark is a bare pair of offsets: there are too many of them for objects.
ScalarMark = tuple[int, int]


class MapMark(msgspec.Struct, eq=False, gc=False):
    """Offsets of a mapping; *entries* maps a key to (key start, key end, mark of its value)."""

    start: int
    end: int
    flow: bool
    entries: "Entries"


class ListMark(msgspec.Struct, eq=False, gc=False):
    """Offsets of a sequence and the marks of its items."""

    start: int
    end: int
    flow: bool
    items: list["Mark"]


Mark = ScalarMark | MapMark | ListMark
Entries = dict[str, tuple[int, int, Mark]]


def offsets(mark: Mark) -> ScalarMark:
    """Start and end of *mark*, end exclusive."""
    if isinstance(mark, tuple):
        return mark
    return mark.start, mark.end


class Lines:
    """The lines of one text, counted when first asked for. A break is LF, CR LF or CR, as editors count."""

    __slots__ = ("_starts", "file", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts: list[int] | None = None

    def starts(self) -> list[int]:
        """Offset of the first code point of every line."""
        if self._starts is None:
            self._starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", self.text))]
        return self._starts

    def line(self, offset: int) -> int:
        """Number, from 1, of the line that holds *offset*."""
        return bisect_right(self.starts(), offset)

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        starts = self.starts()
        line, end_line = bisect_right(starts, start), bisect_right(starts, end)
        return Span(
            self.file,
            line,
            start - starts[line - 1] + 1,
            end_line,
            end - starts[end_line - 1] + 1,
            start,
            end,
        )
