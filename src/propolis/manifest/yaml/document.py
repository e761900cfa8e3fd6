"""One YAML document: its value, and where every part of it is written."""

from typing import Any

import msgspec

from propolis.manifest.yaml.marks import Lines, ListMark, MapMark, Mark, offsets
from propolis.model.span import Path, Span


class Surprise(msgspec.Struct, frozen=True):
    """A plain scalar that does not say what it means, as `on`, `010` or `1.10`.

    *value* is what kubectl reads (for a key: the JSON key).
    """

    path: Path
    written: str
    value: str | int | float | bool
    span: Span
    is_key: bool


class Document(msgspec.Struct, frozen=True, eq=False):
    """A document that was read without error.

    *value* is what JSON would hold; aliases share one Python object, so nobody may change it.
    *index* counts the documents of the file from 0, the broken ones too, the empty ones not.
    *start* and *end* are the document's offsets in the file, comments and marker included.
    """

    index: int
    value: Any
    surprises: tuple[Surprise, ...]
    start: int
    end: int
    lines: Lines
    root: Mark

    @property
    def file(self) -> str:
        return self.lines.file

    @property
    def text(self) -> str:
        """The text of the whole file, shared by its documents."""
        return self.lines.text

    def mark(self, path: Path) -> Mark:
        """The mark of the value at *path*, or of its nearest existing ancestor."""
        mark = self.root
        for step in path:
            child = _child(mark, step)
            if child is None:
                return mark
            mark = child
        return mark

    def has(self, path: Path) -> bool:
        """Whether there is a value at *path*."""
        mark: Mark | None = self.root
        for step in path:
            if mark is None:
                return False
            mark = _child(mark, step)
        return mark is not None

    def span(self, path: Path) -> Span:
        """Where the value at *path*, or its nearest existing ancestor, is written.

        An alias is written where its `*name` stands; what lies inside it, at the anchor.
        """
        return self.lines.span(*offsets(self.mark(path)))

    def key_span(self, path: Path) -> Span:
        """Where the key at *path* is written; the item of a sequence; else the nearest ancestor."""
        if path and isinstance(path[-1], str):
            parent = self.mark(path[:-1])
            if isinstance(parent, MapMark) and path[-1] in parent.entries and self.has(path):
                start, end, _ = parent.entries[path[-1]]
                return self.lines.span(start, end)
        return self.span(path)

    def excerpt(self, span: Span) -> str:
        """The text that *span* covers."""
        return self.text[span.start : span.end]


def _child(mark: Mark, step: str | int) -> Mark | None:
    if isinstance(mark, MapMark):
        entry = mark.entries.get(step) if isinstance(step, str) else None
        return None if entry is None else entry[2]
    if isinstance(mark, ListMark) and isinstance(step, int) and 0 <= step < len(mark.items):
        return mark.items[step]
    return None
