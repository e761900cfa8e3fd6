"""The comments of a file: where a `#` stands outside every scalar."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

import msgspec

from propolis.manifest.yaml import Document
from propolis.manifest.yaml.marks import ListMark, MapMark, Mark
from propolis.model.span import Span

_CANDIDATE = re.compile(r"(?:(?<=[ \t])|^)#", re.MULTILINE)


class Comment(msgspec.Struct, frozen=True):
    """One comment. *text* is without its `#` and outer blanks; *alone*: nothing else stands on its line."""

    text: str
    span: Span
    alone: bool


def comments(documents: Iterable[Document], words: re.Pattern[str]) -> Iterator[Comment]:
    """The comments of one file that hold *words*; *documents* are all that could be read of it."""
    whole = list(documents)
    if not whole or "#" not in whole[0].text or not words.search(whole[0].text):
        return
    scalars = sorted(pair for document in whole for pair in _scalars(document.root))
    starts = [start for start, _ in scalars]
    text, lines = whole[0].text, whole[0].lines
    done = 0
    for found in _CANDIDATE.finditer(text):
        start = found.start()
        if start < done:
            continue
        before = bisect_right(starts, start) - 1
        if before >= 0 and start < scalars[before][1]:
            continue
        done = _line_end(text, start)
        if words.search(text, start, done):
            alone = not text[text.rfind("\n", 0, start) + 1 : start].strip()
            yield Comment(text[start + 1 : done].strip(), lines.span(start, done), alone)


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    return end - 1 if text[end - 1 : end] == "\r" else end


def _scalars(mark: Mark) -> Iterator[tuple[int, int]]:
    if isinstance(mark, MapMark):
        for start, end, value in mark.entries.values():
            yield start, end
            yield from _scalars(value)
    elif isinstance(mark, ListMark):
        for item in mark.items:
            yield from _scalars(item)
    else:
        yield mark
