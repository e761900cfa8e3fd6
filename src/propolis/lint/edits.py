"""Edits for fixes: the smallest changes of a document's text; None where there is no exact one."""

from propolis.manifest.splice import Edit, remove_item, rename_key, replace_value, spliced
from propolis.manifest.yaml import Document, documents
from propolis.manifest.yaml.marks import MapMark
from propolis.model.finding import TextEdit
from propolis.model.span import Path


def replacement(document: Document, path: Path, text: str) -> TextEdit | None:
    """Write *text* (one line of YAML) in place of the value at *path*."""
    return _of_file(document, replace_value(document, path, text))


def key_replacement(document: Document, path: Path, text: str) -> TextEdit | None:
    """Write *text* in place of the key at *path*, in the quotes that are there."""
    if document.text[document.key_offsets(path)[0] :].startswith('"'):
        text = _quoted(text)
    return _of_file(document, rename_key(document, path, text))


def is_quoted(document: Document, path: Path) -> bool:
    """Whether the scalar at *path* stands in double quotes, as every string of JSON does."""
    return document.text[document.offsets(path)[0] :].startswith('"')


def removal(document: Document, path: Path) -> TextEdit | None:
    """Take the entry or item at *path* away, with its lines."""
    return _of_file(document, remove_item(document, path))


def entry_after(document: Document, path: Path, key: str, value: str) -> TextEdit | None:
    """Write the entry `key: value` behind the one at *path*, which holds a scalar, in the same mapping."""
    if not document.has(path) or not isinstance(path[-1], str):
        return None
    parent, mark = document.mark(path[:-1]), document.mark(path)
    if not isinstance(parent, MapMark) or not isinstance(mark, tuple):
        return None
    end = max(mark[1], parent.entries[path[-1]][1] + 1)
    if parent.flow:
        if document.text[parent.entries[path[-1]][0]] == '"':  # JSON, or written as if it were
            key, value = _quoted(key), _quoted(value)
        edit = Edit(end, end, f", {key}: {value}")
    else:
        line_end = document.text.find("\n", end)
        line_end = len(document.text) if line_end < 0 else line_end
        line_end -= document.text[line_end - 1 : line_end] == "\r"
        newline = "\r\n" if document.text[line_end : line_end + 1] == "\r" else "\n"
        indent = " " * (document.key_span(path).column - 1)
        edit = Edit(line_end, line_end, f"{newline}{indent}{key}: {value}")
    return _of_file(document, edit) if _adds_one_entry(document, edit, path[:-1], key) else None


def _quoted(text: str) -> str:
    """*text* in double quotes, unless it has them or is a list or mapping."""
    return text if text.startswith(('"', "[", "{")) else f'"{text}"'


def _adds_one_entry(document: Document, edit: Edit, path: Path, key: str) -> bool:
    """Whether the edited document is the same but for one new entry of the mapping at *path*."""
    local = Edit(edit.start - document.start, edit.end - document.start, edit.replacement)
    read = documents(spliced(document.text[document.start : document.end], [local]), document.file)
    if len(read.documents) != 1:
        return False
    mapping = read.documents[0].value
    for step in path:
        mapping = mapping[step]
    (name,) = documents(f"{{ {key}: }}", document.file).documents[0].value
    added = mapping.pop(name, None)
    return added is not None and bool(read.documents[0].value == document.value)


def _of_file(document: Document, edit: Edit | None) -> TextEdit | None:
    return None if edit is None else TextEdit(document.file, edit.start, edit.end, edit.replacement)
