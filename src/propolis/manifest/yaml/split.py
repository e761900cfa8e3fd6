"""The cut of a stream into documents, so that a broken one does not hide the rest."""

import re
from collections.abc import Iterator

# A marker ends every kind of scalar, block scalars of indent zero included, so no document holds such a line.
_MARKER = re.compile(r"^(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)
_NOTHING_YET = re.compile(
    r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)|%[^\r\n]*(?:\r\n|\r|\n))*[ \t]*(?:#[^\r\n]*)?\Z"
)


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every document of *text*, with its marker, directives and the comments before it.

    Law: the pieces touch, and together they are *text* (but for a byte order mark at its start).
    """
    start = 1 if text.startswith("\ufeff") else 0
    cut = start
    for marker in _MARKER.finditer(text):
        idle = _NOTHING_YET.match(text, cut, marker.start()) is not None
        if marker[0] == "---":
            if idle:
                continue  # the directives and comments above belong to the document that opens here
            if cut > start:
                yield start, cut
            start, cut = cut, marker.start()
        elif idle and cut > start:
            cut = _line_end(text, marker.end())  # a second `...` belongs to the document before it
        else:
            if cut > start:
                yield start, cut
            start, cut = cut, _line_end(text, marker.end())
    if cut > start:
        yield start, cut
    if cut < len(text):
        yield cut, len(text)


def _line_end(text: str, offset: int) -> int:
    newline = text.find("\n", offset)
    return len(text) if newline < 0 else newline + 1
