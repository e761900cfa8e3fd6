"""The writer: a rendered object becomes YAML text, always the same bytes, with comments where they belong."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from propolis.model.span import Path
from propolis.profile.render import RenderedPolicy

_WORD = r"[A-Za-z/][A-Za-z0-9_./-]*(?::[A-Za-z0-9_./-]+)?"
_PLAIN = re.compile(rf"{_WORD}(?:,? {_WORD})*")
_OTHER_MEANING = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_PRINTABLE = re.compile(r"[ -~]*")

Comments = Mapping[Path, tuple[str, ...]]


def text(policy: RenderedPolicy) -> str:
    """The file of *policy*.

    Law:     read back, it is `policy.object`; written twice, it is the same (tests/profile/test_writer.py).
    """
    head = "".join(f"# {line}\n" for line in policy.head)
    return head + "\n".join(_mapping(policy.object, 0, (), dict(policy.comments))) + "\n"


def _mapping(value: Any, depth: int, path: Path, comments: Comments) -> Iterator[str]:
    for key, inner in value.items():
        where = (*path, key)
        yield from _comment(where, depth, comments)
        yield from _after(f"{'  ' * depth}{_scalar(key)}:", inner, depth, where, comments)


def _after(start: str, value: Any, depth: int, path: Path, comments: Comments) -> Iterator[str]:
    """*value* behind *start*: on the same line if it is short, else below and deeper."""
    if isinstance(value, dict) and value:
        yield start
        yield from _mapping(value, depth + 1, path, comments)
    elif isinstance(value, list) and value:
        yield start
        yield from _items(value, depth + 1, path, comments)
    else:
        yield f"{start} {_scalar(value)}"


def _items(values: Any, depth: int, path: Path, comments: Comments) -> Iterator[str]:
    """The items of a sequence; the first line of each takes the dash in place of its indentation."""
    indent = "  " * depth
    for index, value in enumerate(values):
        where = (*path, index)
        yield from _comment(where, depth, comments)
        if isinstance(value, (dict, list)) and value:
            inner = _mapping if isinstance(value, dict) else _items
            first, *rest = inner(value, depth + 1, where, comments)
            yield f"{indent}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{indent}- {_scalar(value)}"


def _comment(path: Path, depth: int, comments: Comments) -> Iterator[str]:
    for line in comments.get(path, ()):
        yield f"{'  ' * depth}# {line}"


def _scalar(value: Any) -> str:
    """Text plain where YAML reads it as text; in single quotes if it has a backslash, so that it stays legible."""
    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _OTHER_MEANING:
        return value
    if "\\" in value and _PRINTABLE.fullmatch(value):
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_escaped(char) for char in value) + '"'


def _escaped(char: str) -> str:
    if char in '\\"':
        return f"\\{char}"
    return char if char.isprintable() else f"\\U{ord(char):08x}"
