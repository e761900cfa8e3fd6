"""The builder: one document's events become its value and its mark tree in one pass, without recursion."""

from collections.abc import Callable
from typing import Any

import msgspec
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from propolis.manifest.yaml.anchors import SCALAR, Anchored, Extents
from propolis.manifest.yaml.document import Surprise
from propolis.manifest.yaml.limits import Limits
from propolis.manifest.yaml.marks import Entries, Lines, ListMark, MapMark, Mark, offsets
from propolis.manifest.yaml.scalars import (
    NotJsonError,
    Scalar,
    is_surprise,
    key_text,
    plain_value,
    tagged_value,
)
from propolis.model.span import Path, Problem

_STANDARD_TAG = "tag:yaml.org,2002:"
_NO_KEY = object()
_MERGE_KEY = object()
_UNSEEN = object()


class Refused(Exception):  # noqa: N818 - an outcome that ends the build, not a fault of the program
    """The document is not read further."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class _Frame(msgspec.Struct, eq=False):
    """A collection that is still open: of *entries* and *items* one is None. *key* waits for its value."""

    value: Any
    mark: Any
    entries: Entries | None
    items: list[Mark] | None
    anchor: str | None
    key: Any
    key_start: int = 0
    key_end: int = 0
    merge_start: int = -1
    merged: set[str] | None = None


class Builder:
    """Builds one document of the piece of a file that begins at offset *base*.

    *plain* remembers the plain scalars that were met before; it may serve many builders.
    After `build`: *value*, *mark*, *surprises*, and *problems* for errors that did not stop the reading.
    """

    def __init__(self, lines: Lines, base: int, limits: Limits, plain: dict[str, Any]) -> None:
        self._lines = lines
        self._base = base
        self._limits = limits
        self._plain = plain
        self.problems: list[Problem] = []
        self.surprises: list[Surprise] = []
        self.value: Any = None
        self.mark: Mark = (base, base)
        self._stack: list[_Frame] = []
        self._anchors: dict[str, Anchored | None] = {}
        self._extents = Extents()
        self._aliased = 0

    def build(self, next_event: Callable[[], Any]) -> None:
        """Read one document, whose start event was just taken, up to its end event.

        Errors: Refused; whatever the parser raises on broken text.
        """
        base, stack, plain, text_of_file = self._base, self._stack, self._plain, self._lines.text
        left = self._limits.nodes
        frame: _Frame | None = None
        values: Any = None
        entries: Any = None
        items: Any = None
        end = base
        # This loop is most of the time of every command; that is why its usual path calls nothing of ours.
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                text = event.value
                start = base + event.start_mark.index
                end = base + event.end_mark.index
                value: Any = text
                if event.tag is not None:
                    value = self._tagged(event.tag, text, start, end)
                elif event.implicit[0]:
                    value = plain.get(text, _UNSEEN)
                    if value is _UNSEEN:
                        value = self._unseen(text, start, end)
                elif event.style in ("|", ">"):
                    end = start + len(text_of_file[start:end].rstrip())
                if event.anchor is not None:
                    self._anchors[event.anchor] = Anchored(value, (start, end), SCALAR, text)
                if frame is None:
                    self.value, self.mark = value, (start, end)
                elif entries is None:
                    values.append(value)
                    items.append((start, end))
                elif (key := frame.key) is _NO_KEY:
                    if type(value) is not str or value in entries or value == "<<":
                        merges = text == "<<" and _may_merge(event)
                        self._key(frame, _MERGE_KEY if merges else value, text, start, end)
                    else:
                        frame.key = value
                        frame.key_start = start
                        frame.key_end = end
                elif key is _MERGE_KEY:
                    raise self._not_mergeable(start, end)
                else:
                    values[key] = value
                    entries[key] = (frame.key_start, frame.key_end, (start, end))
                    frame.key = _NO_KEY
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                end = base + event.end_mark.index
                frame = self._open(frame, event, kind is MappingStartEvent, end)
                values, entries, items = frame.value, frame.entries, frame.items
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                closed = stack.pop()
                mark = closed.mark
                if mark.flow:
                    end = base + event.end_mark.index
                # The end event of a block collection stands behind the comments that follow it.
                mark.end = end
                if closed.anchor is not None:
                    self._close_anchor(closed)
                if not stack:
                    self.value, self.mark = values, mark
                    continue
                frame = stack[-1]
                value, values, entries, items = values, frame.value, frame.entries, frame.items
                key = frame.key
                if entries is None or key is _MERGE_KEY:
                    self._place(frame, value, mark)
                else:
                    values[key] = value
                    entries[key] = (frame.key_start, frame.key_end, mark)
                    frame.key = _NO_KEY
                continue
            elif kind is AliasEvent:
                start, end = base + event.start_mark.index, base + event.end_mark.index
                self._alias(frame, event.anchor, start, end)
            elif kind is DocumentEndEvent:
                return
            left -= 1
            if left < 0:
                message = f"the document has more than {self._limits.nodes} keys and values"
                raise self._refusal("too-many-nodes", message, base, base)

    def _key(self, frame: _Frame, value: Any, written: str, start: int, end: int) -> None:
        entries = frame.entries
        assert entries is not None
        frame.key_start, frame.key_end = start, end
        if value is _MERGE_KEY:
            frame.key = _MERGE_KEY
            if frame.merge_start >= 0:
                self._duplicate("<<", frame.merge_start, start, end)
            frame.merge_start = start
            return
        key = value if type(value) is str else key_text(written, value)
        if key is None:
            raise self._refusal("unsupported-key", "this key is none in JSON", start, end, "quote the key")
        frame.key = key
        if key in entries:
            if frame.merged is not None and key in frame.merged:
                frame.merged.discard(key)
            else:
                self._duplicate(key, entries[key][0], start, end)

    def _place(self, frame: _Frame, value: Any, mark: Mark) -> None:
        """Put *value* behind the key, or at the end of the sequence, that waits for it."""
        if frame.entries is None:
            frame.value.append(value)
            assert frame.items is not None
            frame.items.append(mark)
            return
        key, frame.key = frame.key, _NO_KEY
        if key is _MERGE_KEY:
            self._merge(frame, value, mark)
            return
        frame.value[key] = value
        frame.entries[key] = (frame.key_start, frame.key_end, mark)

    def _open(self, outer: _Frame | None, event: Any, is_map: bool, end: int) -> _Frame:
        start = self._base + event.start_mark.index
        if event.tag is not None and event.tag not in ("!", _STANDARD_TAG + ("map" if is_map else "seq")):
            self._unknown_tag(event.tag, start, end)
        if len(self._stack) >= self._limits.depth:
            raise self._too_deep(start, end)
        if outer is not None and outer.items is None and outer.key is _NO_KEY:
            raise self._refusal("unsupported-key", "a key must be a scalar", start, end, "quote the key")
        anchor = event.anchor
        if anchor is not None:
            self._anchors[anchor] = None  # open: an alias to it now would hold itself
        flow = bool(event.flow_style)
        if is_map:
            entries: Entries = {}
            frame = _Frame({}, MapMark(start, end, flow, entries), entries, None, anchor, _NO_KEY)
        else:
            items: list[Mark] = []
            frame = _Frame([], ListMark(start, end, flow, items), None, items, anchor, _NO_KEY)
        self._stack.append(frame)
        return frame

    def _close_anchor(self, frame: _Frame) -> None:
        assert frame.anchor is not None
        extent = self._extents.extent(frame.mark)
        self._anchors[frame.anchor] = Anchored(frame.value, frame.mark, extent, "")

    def _alias(self, frame: _Frame | None, name: str, start: int, end: int) -> None:
        if name not in self._anchors:
            raise self._refusal("unknown-anchor", "the alias names no anchor before it", start, end)
        known = self._anchors[name]
        if known is None or frame is None:
            raise self._refusal("alias-cycle", "the alias stands for a value that holds it", start, end)
        self._spend_aliased(known.extent.size, start, end)
        if len(self._stack) + known.extent.height > self._limits.depth:
            raise self._too_deep(start, end)
        if frame.items is None and frame.key is _NO_KEY:
            if isinstance(known.mark, MapMark | ListMark):
                raise self._refusal("unsupported-key", "a key must be a scalar", start, end)
            self._key(frame, known.value, known.written, start, end)
        elif frame.key is _MERGE_KEY and not isinstance(known.mark, MapMark):
            raise self._not_mergeable(start, end)
        else:
            self._place(frame, known.value, known.mark_at(start, end))

    def _spend_aliased(self, nodes: int, start: int, end: int) -> None:
        self._aliased += nodes
        most = self._limits.alias_expansion
        if self._aliased > most:
            raise self._refusal("alias-bomb", f"aliases stand for more than {most} values", start, end)

    def _merge(self, frame: _Frame, value: Any, mark: Mark) -> None:
        """Set the keys of the mapping, or mappings, *value*; of several mappings the first one counts."""
        start, end = offsets(mark)
        sources = [(value, mark)]
        if isinstance(mark, ListMark):
            sources = list(zip(value, mark.items, strict=True))
        assert frame.entries is not None
        merged = frame.merged or set()
        written = frame.entries.keys() - merged
        for source, source_mark in reversed(sources):
            if not isinstance(source_mark, MapMark):
                raise self._not_mergeable(start, end)
            for key, entry in source_mark.entries.items():
                if key in written:
                    self._overridden(key, start, end)
                frame.value[key] = source[key]
                frame.entries[key] = entry
                merged.add(key)
        frame.merged = merged

    def _unseen(self, text: str, start: int, end: int) -> Scalar:
        try:
            value = plain_value(text)
        except NotJsonError:
            if self._awaits_key():
                return text.lower().removeprefix("+")  # as a key it is spelled out, and that JSON can hold
            message, help = "JSON has no infinity and no not-a-number", "quote it to get a string"
            self._problem("not-json", message, start, end, help)
            return None
        if is_surprise(text, value):
            self._surprise(text, value, start, end)
        else:
            self._plain[text] = value
        return value

    def _awaits_key(self) -> bool:
        frame = self._stack[-1] if self._stack else None
        return frame is not None and frame.items is None and frame.key is _NO_KEY

    def _surprise(self, text: str, value: Any, start: int, end: int) -> None:
        path = self._path()
        is_key = self._awaits_key()
        if is_key:
            value = key_text(text, value)
            if value is None or value == text:
                return
            path = (*path, value)
        self.surprises.append(Surprise(path, text, value, self._lines.span(start, end), is_key))

    def _path(self) -> Path:
        """The path of the value that comes next."""
        steps: list[str | int] = []
        for frame in self._stack:
            if frame.items is not None:
                steps.append(len(frame.items))
            elif frame.key is not _NO_KEY:
                steps.append("<<" if frame.key is _MERGE_KEY else frame.key)
        return tuple(steps)

    def _tagged(self, tag: str, text: str, start: int, end: int) -> Scalar:
        if tag == "!" or (tag == _STANDARD_TAG + "merge" and text == "<<"):
            return text
        try:
            return tagged_value(tag.removeprefix(_STANDARD_TAG), text)
        except NotJsonError:
            self._problem("not-json", f"this `{_short_tag(tag)}` has no JSON form", start, end)
        except LookupError:
            self._unknown_tag(tag, start, end)
        except ValueError:
            self._problem("wrong-tag", f"the value is no `{_short_tag(tag)}`", start, end)
        return None

    def _unknown_tag(self, tag: str, start: int, end: int) -> None:
        message = f"the tag `{_short_tag(tag)}` means nothing to Kubernetes"
        help = "run the tool that this tag is made for first, or remove the tag"
        self._problem("unknown-tag", message, start, end, help)

    def _duplicate(self, key: str, first: int, start: int, end: int) -> None:
        message = f"the key `{clipped(key)}` is already set on line {self._lines.line(first)}"
        help = "keep one of the two; YAML readers do not agree on which one counts"
        self._problem("duplicate-key", message, start, end, help)

    def _overridden(self, key: str, start: int, end: int) -> None:
        message = f"`<<` comes after the key `{clipped(key)}` and sets it again"
        help = "put `<<` first; kubectl takes the merged value here, other readers the written one"
        self._problem("ambiguous-merge", message, start, end, help)

    def _not_mergeable(self, start: int, end: int) -> Refused:
        return self._refusal("bad-merge", "`<<` needs a mapping or a list of mappings", start, end)

    def _too_deep(self, start: int, end: int) -> Refused:
        message = f"the document is nested deeper than {self._limits.depth} levels"
        return self._refusal("too-deep", message, start, end)

    def _problem(self, code: str, message: str, start: int, end: int, help: str = "") -> None:
        self.problems.append(Problem(code, message, self._lines.span(start, end), help))

    def _refusal(self, code: str, message: str, start: int, end: int, help: str = "") -> Refused:
        return Refused(Problem(code, message, self._lines.span(start, end), help))


def _may_merge(event: Any) -> bool:
    return bool(event.implicit[0]) or event.tag == _STANDARD_TAG + "merge"


def _short_tag(tag: str) -> str:
    return clipped(tag.replace(_STANDARD_TAG, "!!"))


def clipped(text: str) -> str:
    """*text* for a message: at most 40 code points, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:37] + "..."
