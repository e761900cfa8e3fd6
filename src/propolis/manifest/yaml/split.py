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
    for marker in _MARKER.finditer(text):
        if marker[0] == "---":
            cut = marker.start()
            if _NOTHING_YET.match(text, start, cut):
                continue  # directives and comments belong to the document that this marker opens
        else:
            cut = _line_end(text, marker.end())
        if cut > start:
            yield start, cut
            start = cut
    if start < len(text):
        yield start, len(text)


def _line_end(text: str, offset: int) -> int:
    newline = text.find("\n", offset)
    return len(text) if newline < 0 else newline + 1
