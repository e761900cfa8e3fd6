"""One YAML document: its value, and where every part of it is written."""

from collections.abc import Callable
from typing import Any

import msgspec

from propolis.manifest.yaml.marks import Lines, ListMark, MapMark, Mark, ScalarMark, offsets
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


class Body(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What a document holds.

    *value* is what JSON would hold; aliases share one Python object, so nobody may change it.
    """

    value: Any
    surprises: tuple[Surprise, ...]
    root: Mark


class Place(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a document stands in its text.

    *index* counts the documents of the text from 0, the broken ones too, the empty ones not.
    *start* and *end* are offsets, comments and marker included; the document is the *nth* between them, from 0.
    *surprising*: whether it has surprises.
    """

    index: int
    start: int
    end: int
    nth: int
    surprising: bool


class Document:
    """A document that was read without error.

    Most documents are never looked at again, and a body is many times as large as its text: it is read from the
    text when it is first asked for.
    """

    __slots__ = ("_body", "_read", "lines", "place")

    def __init__(
        self, lines: Lines, place: Place, read: Callable[[Lines, Place], Body], body: Body | None = None
    ) -> None:
        self.lines = lines
        self.place = place
        self._read = read
        self._body = body

    @property
    def body(self) -> Body:
        if self._body is None:
            self._body = self._read(self.lines, self.place)
        return self._body

    @property
    def index(self) -> int:
        return self.place.index

    @property
    def start(self) -> int:
        return self.place.start

    @property
    def end(self) -> int:
        return self.place.end

    @property
    def value(self) -> Any:
        return self.body.value

    @property
    def surprises(self) -> tuple[Surprise, ...]:
        return self.body.surprises if self.place.surprising else ()

    @property
    def root(self) -> Mark:
        return self.body.root

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

    def offsets(self, path: Path) -> ScalarMark:
        """Start and end of the value at *path*, or of its nearest existing ancestor."""
        return offsets(self.mark(path))

    def key_offsets(self, path: Path) -> ScalarMark:
        """Start and end of the key at *path*; of the item of a sequence; else of the nearest ancestor."""
        if path and isinstance(path[-1], str):
            parent = self.mark(path[:-1])
            if isinstance(parent, MapMark) and path[-1] in parent.entries and self.has(path):
                start, end, _ = parent.entries[path[-1]]
                return start, end
        return self.offsets(path)

    def span(self, path: Path) -> Span:
        """Where the value at *path*, or its nearest existing ancestor, is written.

        An alias is written where its `*name` stands; what lies inside it, at the anchor.
        """
        return self.lines.span(*self.offsets(path))

    def key_span(self, path: Path) -> Span:
        """Where the key at *path* is written; the item of a sequence; else the nearest ancestor."""
        return self.lines.span(*self.key_offsets(path))

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
