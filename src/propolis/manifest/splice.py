"""Splices: edits of a file's text that leave every code point outside of them as it was."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from propolis.manifest.yaml import Document, documents
from propolis.manifest.yaml.marks import ListMark, MapMark, Mark, offsets
from propolis.model.span import Path


class Edit(msgspec.Struct, frozen=True, order=True):
    """Replace the code points *start* to *end* (exclusive) of a text; of none, to insert."""

    start: int
    end: int
    replacement: str


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """*text* with all *edits* made; their offsets are those of *text*, their order does not matter.

    Errors: ValueError for edits that overlap, or that reach out of the text.
    Law:    what lies outside of the edits is copied code point by code point.
    """
    parts: list[str] = []
    done = 0
    for edit in sorted(edits):
        if not done <= edit.start <= edit.end <= len(text):
            raise ValueError(
                f"the edit of {edit.start} to {edit.end} overlaps another one or leaves the text"
            )
        parts += [text[done : edit.start], edit.replacement]
        done = edit.end
    return "".join([*parts, text[done:]])


def replace_value(document: Document, path: Path, new_text: str) -> Edit | None:
    """The edit that writes *new_text* (one line of YAML) in place of the value at *path*.

    None when there is no such value, or when the edit would change anything but that value: an anchor that
    others use, the inside of an alias, a text that does not fit its place.
    """
    if not document.has(path) or "\n" in new_text:
        return None
    new = documents(new_text, document.file)
    if new.problems or len(new.documents) > 1:
        return None
    value = new.documents[0].value if new.documents else None
    start, end = offsets(document.mark(path))
    edit = Edit(start, end, new_text)
    lead = _lead_end(document, path)
    between = document.text[lead:start]
    if path and (start == end or re.search(r"[\r\n]", between)):
        # The value is empty, or a block on lines of its own: the new one stands behind the `:` or the `-`.
        edit = Edit(lead, end, f" {new_text}{between.rstrip()}")
    return _kept(document, edit, _changed(document.value, path, lambda _: value))


def append_item(document: Document, path: Path, new_text: str) -> Edit | None:
    """The edit that writes *new_text* (one line of YAML) as a last item behind those of the sequence at *path*.

    None when there is no such sequence or it is empty, or when more would change.
    """
    parent = document.mark(path)
    new = documents(new_text, document.file)
    if not document.has(path) or not isinstance(parent, ListMark) or not parent.items or "\n" in new_text:
        return None
    if new.problems or len(new.documents) != 1:
        return None
    last = (*path, len(parent.items) - 1)
    start, end = _extent(document, last)
    if parent.flow:
        edit = Edit(end, end, f", {new_text}")
    else:
        text = document.text
        line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
        line_end = re.compile(r"[^\r\n]*(\r\n|\r|\n|\Z)").match(text, end)
        assert line_end is not None, "every text ends"
        lead = re.sub(r"[^ ]", " ", text[line_start:start])
        newline = line_end[1]
        edit = Edit(
            line_end.end(),
            line_end.end(),
            f"{lead}- {new_text}{newline}" if newline else f"\n{lead}- {new_text}",
        )
    value = new.documents[0].value
    return _kept(document, edit, _changed(document.value, path, lambda items: [*items, value]))


def rename_key(document: Document, path: Path, new_text: str) -> Edit | None:
    """The edit that writes *new_text* in place of the key at *path*.

    None when there is no such key, when *new_text* is no key or is taken, or when more than it would change.
    """
    span = document.key_span(path)
    if not path or not isinstance(path[-1], str) or not document.has(path) or "\n" in new_text:
        return None
    new = documents(f"{{ {new_text}: }}", document.file)
    if len(new.documents) != 1 or len(new.documents[0].value) != 1:
        return None
    (key,) = new.documents[0].value

    if key in _part(document.value, path[:-1]):
        return None

    def renamed(mapping: dict[str, Any]) -> dict[str, Any]:
        return {key if old == path[-1] else old: value for old, value in mapping.items()}

    return _kept(document, Edit(span.start, span.end, new_text), _changed(document.value, path[:-1], renamed))


def remove_item(document: Document, path: Path) -> Edit | None:
    """The edit that removes the mapping entry or the sequence item at *path*, with its lines.

    What a removed last entry leaves empty goes too: its parent's entry, and so on up. Comments on lines of
    their own stay, unless they stand inside of what is removed. None when more would change.
    """
    if not path or not document.has(path):
        return None
    parent = document.mark(path[:-1])
    while len(path) > 1 and _length(parent) == 1 and not _is_flow(parent):
        path = path[:-1]
        parent = document.mark(path[:-1])

    def without(collection: Any) -> Any:
        if isinstance(collection, dict):
            return {key: value for key, value in collection.items() if key != path[-1]}
        return [item for index, item in enumerate(collection) if index != path[-1]]

    edit = _removal(document, path, parent)
    return None if edit is None else _kept(document, edit, _changed(document.value, path[:-1], without))


def _removal(document: Document, path: Path, parent: Mark) -> Edit | None:
    text = document.text
    start, end = _extent(document, path)
    if _is_flow(parent):
        return _flow_removal(text, start, end)
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    rest = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z)").match(text, end)
    if rest is None:
        return None
    lead = text[line_start:start]
    if not lead.strip():
        return Edit(line_start, rest.end(), "")
    # The first entry of a collection that stands behind `- `: the next entry moves up to the dash.
    following = _next_start(text, parent, start, end)
    if following is None or "#" in text[rest.end() : following]:
        return None
    return Edit(start, following, "")


def _extent(document: Document, path: Path) -> tuple[int, int]:
    """From the key, or the item's dash, to the end of the value."""
    start, end = offsets(document.mark(path))
    lead = _lead_end(document, path)
    parent = document.mark(path[:-1])
    if isinstance(parent, MapMark) and isinstance(path[-1], str):
        return parent.entries[path[-1]][0], max(end, lead)
    if isinstance(parent, ListMark) and not parent.flow:
        return lead - 1, max(end, lead)
    return start, end


def _lead_end(document: Document, path: Path) -> int:
    """Offset behind the `:` or the `-` that leads to the value at *path*; where there is none, the value's."""
    start, _ = offsets(document.mark(path))
    parent = document.mark(path[:-1])
    if path and isinstance(parent, MapMark) and isinstance(path[-1], str):
        return document.text.find(":", parent.entries[path[-1]][1]) + 1
    if path and isinstance(parent, ListMark) and not parent.flow:
        return document.text.rfind("-", parent.start, start) + 1
    return start


def _flow_removal(text: str, start: int, end: int) -> Edit:
    """With the comma behind it, or else with the one before it."""
    behind = re.compile(r"\s*,[ \t]*").match(text, end)
    if behind is not None:
        return Edit(start, behind.end(), "")
    before = re.search(r",\s*\Z", text[:start])
    return Edit(before.start() if before is not None else start, end, "")


def _next_start(text: str, parent: Mark, start: int, end: int) -> int | None:
    """Offset of the entry behind the one from *start* to *end*; None when that is the last one."""
    if isinstance(parent, MapMark):
        return min(
            (key_start for key_start, _, _ in parent.entries.values() if key_start > start), default=None
        )
    if isinstance(parent, ListMark):
        values = [offsets(item)[0] for item in parent.items if offsets(item)[0] > end]
        return text.rfind("-", end, min(values)) if values else None
    return None


def _length(mark: Mark) -> int:
    if isinstance(mark, MapMark):
        return len(mark.entries)
    return len(mark.items) if isinstance(mark, ListMark) else 0


def _is_flow(mark: Mark) -> bool:
    return isinstance(mark, MapMark | ListMark) and mark.flow


def _kept(document: Document, edit: Edit, wanted: Any) -> Edit | None:
    """*edit*, if the edited document reads as *wanted* and as nothing else: this check makes edits safe."""
    if not document.start <= edit.start <= edit.end <= document.end:
        return None
    local = Edit(edit.start - document.start, edit.end - document.start, edit.replacement)
    reading = documents(spliced(document.text[document.start : document.end], [local]), document.file)
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    if errors or len(reading.documents) != 1:
        return None
    return edit if _json(reading.documents[0].value) == _json(wanted) else None


def _json(value: Any) -> str:
    """*value* in one spelling: tells 1 from true, and mappings not by their order."""
    return json.dumps(value, sort_keys=True)


def _part(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _changed(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """A copy of *value* in which the part at *path* is changed."""
    if not path:
        return change(value)
    part = _changed(value[path[0]], path[1:], change)
    if isinstance(value, dict):
        return {key: part if key == path[0] else old for key, old in value.items()}
    return [part if index == path[0] else old for index, old in enumerate(value)]
