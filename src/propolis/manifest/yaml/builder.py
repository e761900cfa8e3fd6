"""The builder: one document's events become its value and its mark tree in one pass, without recursion."""

from collections.abc import Callable
from typing import Any

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from propolis.manifest.yaml.document import Surprise
from propolis.manifest.yaml.limits import Limits
from propolis.manifest.yaml.marks import Lines, ListMark, MapMark, Mark, offsets
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


class _Frame:
    """A collection that is still open. *size* and *height* count it with all that its aliases stand for."""

    __slots__ = (
        "anchor",
        "height",
        "key",
        "key_end",
        "key_start",
        "mark",
        "merge_start",
        "merged",
        "size",
        "value",
    )

    def __init__(self, value: Any, mark: MapMark | ListMark, anchor: str | None) -> None:
        self.value = value
        self.mark = mark
        self.anchor = anchor
        self.key: Any = _NO_KEY
        self.key_start = 0
        self.key_end = 0
        self.merged: set[str] | None = None
        self.merge_start = -1
        self.size = 1
        self.height = 1


class _Anchored:
    """What an alias stands for."""

    __slots__ = ("height", "mark", "size", "value", "written")

    def __init__(self, value: Any, mark: Mark, size: int, height: int, written: str) -> None:
        self.value = value
        self.mark = mark
        self.size = size
        self.height = height
        self.written = written


class Builder:
    """Builds the documents of one piece of a file; *base* is the piece's offset in it."""

    def __init__(self, lines: Lines, base: int, limits: Limits) -> None:
        self._lines = lines
        self._base = base
        self._limits = limits
        self._plain: dict[str, Any] = {}
        self._begin()

    def _begin(self) -> None:
        self.problems: list[Problem] = []
        self.surprises: list[Surprise] = []
        self.value: Any = None
        self.mark: Mark = (self._base, self._base)
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self._nodes = 0
        self._aliased = 0

    def build(self, next_event: Callable[[], Event]) -> None:
        """Read one document, whose start event was just taken, up to its end event.

        Leaves *value*, *mark*, *surprises* and *problems* (of errors that do not stop the reading).
        Errors: Refused; whatever the parser raises on broken text.
        """
        self._begin()
        most = self._limits.nodes
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif isinstance(event, CollectionStartEvent):
                self._open(event)
            elif isinstance(event, CollectionEndEvent):
                self._close(event)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentEndEvent:
                return
            self._nodes += 1
            if self._nodes > most:
                message = f"the document has more than {most} keys and values"
                raise self._refusal("too-many-nodes", message, self._base, self._base)

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        start = self._base + event.start_mark.index
        end = self._base + event.end_mark.index
        if event.style in ("|", ">"):
            end = start + len(self._lines.text[start:end].rstrip())
        frame = self._stack[-1] if self._stack else None
        tag = event.tag
        value: Any
        if tag is not None:
            value = self._tagged(tag, text, start, end)
        elif event.implicit[0]:
            value = self._plain.get(text, _UNSEEN)
            if value is _UNSEEN:
                value = self._unseen(text, start, end)
        else:
            value = text
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, (start, end), 1, 0, text)
        if frame is None:
            self.value, self.mark = value, (start, end)
        elif frame.key is _NO_KEY and type(frame.mark) is MapMark:
            merging = text == "<<" and (event.implicit[0] or tag == _STANDARD_TAG + "merge")
            self._key(frame, _MERGE_KEY if merging else value, text, start, end)
        else:
            self._place(frame, value, (start, end))

    def _unseen(self, text: str, start: int, end: int) -> Scalar:
        try:
            value = plain_value(text)
        except NotJsonError:
            frame = self._stack[-1] if self._stack else None
            if frame is not None and frame.key is _NO_KEY and type(frame.mark) is MapMark:
                return text.lower().removeprefix("+")  # as a key it is spelled out; JSON can hold that
            self._problem(
                "not-json",
                "JSON has no infinity and no not-a-number",
                start,
                end,
                "quote it to get a string",
            )
            return None
        if is_surprise(text, value):
            self._surprise(text, value, start, end)
        else:
            self._plain[text] = value
        return value

    def _surprise(self, text: str, value: Any, start: int, end: int) -> None:
        frame = self._stack[-1] if self._stack else None
        is_key = frame is not None and frame.key is _NO_KEY and type(frame.mark) is MapMark
        if is_key:
            value = key_text(text, value)
            if value is None or value == text:
                return
        path = (*self._path(), value) if is_key else self._path()
        self.surprises.append(Surprise(path, text, value, self._lines.span(start, end), is_key))

    def _path(self) -> Path:
        """The path of the value that comes next."""
        steps: list[str | int] = []
        for frame in self._stack:
            if type(frame.mark) is ListMark:
                steps.append(len(frame.value))
            elif frame.key is _MERGE_KEY:
                steps.append("<<")
            elif frame.key is not _NO_KEY:
                steps.append(frame.key)
        return tuple(steps)

    def _tagged(self, tag: str, text: str, start: int, end: int) -> Scalar:
        try:
            return tagged_value(tag.removeprefix(_STANDARD_TAG), text)
        except NotJsonError:
            self._problem("not-json", f"this `{_short_tag(tag)}` has no JSON form", start, end)
        except LookupError:
            if tag == _STANDARD_TAG + "merge" and text == "<<":
                return text
            self._unknown_tag(tag, start, end)
        except ValueError:
            self._problem("wrong-tag", f"the value is no `{_short_tag(tag)}`", start, end)
        return None

    def _unknown_tag(self, tag: str, start: int, end: int) -> None:
        self._problem(
            "unknown-tag",
            f"the tag `{_short_tag(tag)}` means nothing to Kubernetes",
            start,
            end,
            "run the tool that this tag is made for first, or remove the tag",
        )

    def _open(self, event: Any) -> None:
        start = self._base + event.start_mark.index
        end = self._base + event.end_mark.index
        is_map = type(event) is MappingStartEvent
        if event.tag not in (None, "!", _STANDARD_TAG + ("map" if is_map else "seq")):
            self._unknown_tag(event.tag, start, end)
        stack = self._stack
        if len(stack) >= self._limits.depth:
            raise self._too_deep(start, end)
        if stack and stack[-1].key is _NO_KEY and type(stack[-1].mark) is MapMark:
            raise self._refusal("unsupported-key", "a key must be a scalar", start, end, "quote the key")
        flow = bool(event.flow_style)
        if event.anchor is not None:
            self._anchors[event.anchor] = None  # open: an alias to it now would hold itself
        if is_map:
            stack.append(_Frame({}, MapMark(start, end, flow, {}), event.anchor))
        else:
            stack.append(_Frame([], ListMark(start, end, flow, []), event.anchor))

    def _close(self, event: Any) -> None:
        frame = self._stack.pop()
        mark = frame.mark
        if mark.flow:
            mark.end = self._base + event.end_mark.index
        else:
            mark.end = max(mark.end, _last_end(mark))  # the event stands behind the comments that follow
        if frame.anchor is not None:
            self._anchors[frame.anchor] = _Anchored(frame.value, mark, frame.size, frame.height, "")
        if not self._stack:
            self.value, self.mark = frame.value, mark
            return
        parent = self._stack[-1]
        parent.size += frame.size
        if parent.height <= frame.height:
            parent.height = frame.height + 1
        self._place(parent, frame.value, mark)

    def _alias(self, event: Any) -> None:
        start = self._base + event.start_mark.index
        end = self._base + event.end_mark.index
        known = self._anchors.get(event.anchor, _UNSEEN)
        if known is _UNSEEN:
            raise self._refusal("unknown-anchor", "the alias names no anchor before it", start, end)
        if known is None or not self._stack:
            raise self._refusal("alias-cycle", "the alias stands for a value that holds it", start, end)
        assert isinstance(known, _Anchored)
        frame = self._stack[-1]
        self._aliased += known.size
        most = self._limits.alias_expansion
        if self._aliased > most:
            raise self._refusal("alias-bomb", f"aliases stand for more than {most} values", start, end)
        if len(self._stack) + known.height > self._limits.depth:
            raise self._too_deep(start, end)
        if frame.key is _NO_KEY and type(frame.mark) is MapMark:
            if isinstance(known.mark, (MapMark, ListMark)):
                raise self._refusal("unsupported-key", "a key must be a scalar", start, end)
            self._key(frame, known.value, known.written, start, end)
            return
        frame.size += known.size
        frame.height = max(frame.height, known.height + 1)
        if frame.key is _MERGE_KEY and type(known.value) is list:
            raise self._not_mergeable(start, end)
        self._place(frame, known.value, _moved(known.mark, start, end))

    def _key(self, frame: _Frame, value: Any, written: str, start: int, end: int) -> None:
        key = value
        if value is not _MERGE_KEY and type(value) is not str:
            key = key_text(written, value)
            if key is None:
                raise self._refusal("unsupported-key", "null is no key in JSON", start, end, "quote the key")
        assert isinstance(frame.mark, MapMark)
        if key is _MERGE_KEY:
            if frame.merge_start >= 0:
                self._duplicate("<<", frame.merge_start, start, end)
            frame.merge_start = start
        elif key in frame.mark.entries and (frame.merged is None or key not in frame.merged):
            self._duplicate(key, frame.mark.entries[key][0], start, end)
        frame.key, frame.key_start, frame.key_end = key, start, end

    def _duplicate(self, key: str, first: int, start: int, end: int) -> None:
        self._problem(
            "duplicate-key",
            f"the key `{clipped(key)}` is already set on line {self._lines.line(first)}",
            start,
            end,
            "keep one of the two; YAML readers do not agree on which one counts",
        )

    def _place(self, frame: _Frame, value: Any, mark: Mark) -> None:
        """Put *value* behind the key, or at the end of the sequence, that waits for it."""
        frame.size += 1
        target = frame.mark
        if type(target) is ListMark:
            frame.value.append(value)
            target.items.append(mark)
            return
        assert type(target) is MapMark
        key, frame.key = frame.key, _NO_KEY
        if key is _MERGE_KEY:
            self._merge(frame, value, mark)
            return
        frame.value[key] = value
        target.entries[key] = (frame.key_start, frame.key_end, mark)
        if frame.merged is not None:
            frame.merged.discard(key)

    def _merge(self, frame: _Frame, value: Any, mark: Mark) -> None:
        """Set the keys of the mapping, or mappings, *value*; of several mappings the first one counts."""
        start, end = offsets(mark)
        several = isinstance(mark, ListMark)
        sources = list(zip(value, mark.items, strict=True)) if isinstance(mark, ListMark) else [(value, mark)]
        assert isinstance(frame.mark, MapMark)
        entries = frame.mark.entries
        written = {key for key in entries if key not in (frame.merged or ())}
        merged = set() if frame.merged is None else frame.merged
        for source, source_mark in reversed(sources) if several else sources:
            if not isinstance(source_mark, MapMark):
                raise self._not_mergeable(start, end)
            for key, entry in source_mark.entries.items():
                if key in written:
                    self._overridden(key, start, end)
                frame.value[key] = source[key]
                entries[key] = entry
                merged.add(key)
        self._aliased += sum(len(source) for source, _ in sources)
        frame.merged = merged

    def _overridden(self, key: str, start: int, end: int) -> None:
        self._problem(
            "ambiguous-merge",
            f"`<<` comes after the key `{clipped(key)}` and sets it again",
            start,
            end,
            "put `<<` first; kubectl takes the merged value here, other readers the written one",
        )

    def _not_mergeable(self, start: int, end: int) -> Refused:
        return self._refusal("bad-merge", "`<<` needs a mapping or a list of mappings", start, end)

    def _too_deep(self, start: int, end: int) -> Refused:
        message = f"the document is nested deeper than {self._limits.depth} levels"
        return self._refusal("too-deep", message, start, end)

    def _problem(self, code: str, message: str, start: int, end: int, help: str = "") -> None:
        self.problems.append(Problem(code, message, self._lines.span(start, end), help))

    def _refusal(self, code: str, message: str, start: int, end: int, help: str = "") -> Refused:
        return Refused(Problem(code, message, self._lines.span(start, end), help))


def _moved(mark: Mark, start: int, end: int) -> Mark:
    """The mark of an alias: it stands elsewhere, its inside stays at the anchor."""
    if isinstance(mark, MapMark):
        return MapMark(start, end, mark.flow, mark.entries)
    if isinstance(mark, ListMark):
        return ListMark(start, end, mark.flow, mark.items)
    return start, end


def _last_end(mark: MapMark | ListMark) -> int:
    if isinstance(mark, ListMark):
        return max((offsets(item)[1] for item in mark.items[-1:]), default=0)
    # A merged entry may stand anywhere before; the last written one is the last in the text.
    return max((max(end, offsets(value)[1]) for _, end, value in mark.entries.values()), default=0)


def _short_tag(tag: str) -> str:
    return clipped(tag.replace(_STANDARD_TAG, "!!"))


def clipped(text: str) -> str:
    """*text* for a message: at most 40 code points, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:37] + "..."
