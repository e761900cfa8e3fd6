"""Edits: the smallest changes of a document's text; None where the text's shape leaves more than one way."""

import re

from propolis.manifest.yaml import Document
from propolis.manifest.yaml.marks import ListMark, MapMark
from propolis.model.finding import TextEdit
from propolis.model.span import Path

# A node with an anchor may be meant in several places: no edit of one place is right then.
_ANCHOR = re.compile(r"(?:^|[\s\[{,])&\S", re.MULTILINE)


def replacement(document: Document, path: Path, text: str) -> TextEdit | None:
    """Write *text* in place of the value at *path*."""
    if not document.has(path) or _has_anchor(document):
        return None
    span = document.span(path)
    return TextEdit(document.file, span.start, span.end, text)


def key_replacement(document: Document, path: Path, text: str) -> TextEdit | None:
    """Write *text* in place of the key at *path*."""
    if not document.has(path) or _has_anchor(document):
        return None
    span = document.key_span(path)
    return TextEdit(document.file, span.start, span.end, text)


def removal(document: Document, path: Path) -> TextEdit | None:
    """Take the entry at *path* and its value away: whole lines of a block mapping or a block list."""
    if not document.has(path) or not path or _has_anchor(document):
        return None
    parent = document.mark(path[:-1])
    if isinstance(parent, tuple) or parent.flow or _size(parent) < 2:
        return None
    start = _entry_start(document, parent, path[-1])
    end = document.span(path).end
    text = document.text
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end + 1
    rest = text[end:line_end].strip()
    if text[line_start:start].strip() or (rest and not rest.startswith("#")):
        return None
    return TextEdit(document.file, line_start, line_end, "")


def entry_after(document: Document, path: Path, key: str, value: str) -> TextEdit | None:
    """Write the entry `key: value` behind the entry at *path*, which holds a scalar, in the same mapping."""
    if not document.has(path) or not isinstance(path[-1], str) or _has_anchor(document):
        return None
    parent, mark = document.mark(path[:-1]), document.mark(path)
    if not isinstance(parent, MapMark) or not isinstance(mark, tuple):
        return None
    end = max(mark[1], parent.entries[path[-1]][1] + 1)
    if parent.flow:
        return TextEdit(document.file, end, end, f", {key}: {value}")
    line_end = document.text.find("\n", end)
    line_end = len(document.text) if line_end < 0 else line_end
    if document.text[line_end - 1 : line_end] == "\r":
        return None
    indent = " " * (document.key_span(path).column - 1)
    return TextEdit(document.file, line_end, line_end, f"\n{indent}{key}: {value}")


def _has_anchor(document: Document) -> bool:
    return _ANCHOR.search(document.text, document.start, document.end) is not None


def _size(mark: MapMark | ListMark) -> int:
    return len(mark.entries) if isinstance(mark, MapMark) else len(mark.items)


def _entry_start(document: Document, parent: MapMark | ListMark, step: str | int) -> int:
    if isinstance(parent, MapMark):
        return parent.entries[str(step)][0]
    item = parent.items[int(step)]
    start = item[0] if isinstance(item, tuple) else item.start
    return document.text.rfind("-", 0, start)
