"""Traces of a template language in a text that should be plain YAML."""

import re
from collections.abc import Iterator
from typing import Any

from propolis.manifest.yaml.document import Document
from propolis.manifest.yaml.marks import ListMark, MapMark, Mark, offsets
from propolis.model.span import Problem

# Cheap to look for; a text without any of them needs no regular expression.
_OPENINGS = {
    "{{": "a Helm, Go or Jinja template",
    "{%": "a Jinja template",
    "${": "a text with shell or Flux variables",
    "<%": "an ERB template",
    "ENC[": "a text that sops has encrypted",
}
_OPENING = re.compile(r"\{\{|\{%|\$\{(?=\w)|<%|ENC\[(?=[A-Z0-9_]+,)")


def first_template(text: str, start: int, end: int) -> tuple[int, str] | None:
    """Offset of the first template mark outside of comments in text[start:end], and what it looks like."""
    for found in _OPENING.finditer(text, start, end):
        line_start = text.rfind("\n", 0, found.start()) + 1
        if not re.search(r"(?:^|\s)#", text[line_start : found.start()]):
            return found.start(), _OPENINGS[found[0]]
    return None


def templated_values(document: Document) -> Iterator[Problem]:
    """A note for every string of *document* that holds a template mark."""
    if not any(document.text.find(opening, document.start, document.end) >= 0 for opening in _OPENINGS):
        return
    for value, mark in _strings(document.value, document.root):
        found = _OPENING.search(value)
        if found is not None:
            yield Problem(
                "templated-value",
                f"the value looks like {_OPENINGS[found[0]]}: it holds `{found[0]}`",
                document.lines.span(*offsets(mark)),
                "render the file first; until then the value is read as it is written",
                "note",
            )


def _strings(value: Any, mark: Mark) -> Iterator[tuple[str, Mark]]:
    """All strings with their marks, in the order of the text; what an alias stands for, once."""
    rest: list[tuple[Any, Mark]] = [(value, mark)]
    seen: set[int] = set()
    while rest:
        value, mark = rest.pop()
        if isinstance(value, str):
            yield value, mark
        elif id(value) in seen:
            continue
        elif isinstance(mark, MapMark):
            seen.add(id(value))
            for key, (key_start, key_end, child) in reversed(mark.entries.items()):
                rest += [(value[key], child), (key, (key_start, key_end))]
        elif isinstance(mark, ListMark):
            seen.add(id(value))
            rest += reversed(list(zip(value, mark.items, strict=True)))
