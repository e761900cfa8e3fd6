"""The walk of a value along its schema: what stays of it, and what the API server has against it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from propolis.manifest.schema.nodes import (
    Anything,
    Fields,
    Flag,
    Format,
    ListOf,
    MapOf,
    Node,
    Number,
    NumberOrText,
    Refusal,
    Text,
)
from propolis.model.span import Path

_INT64 = range(-(2**63), 2**63)
_TEMPLATE = ("${", "{{", "{%", "<%")
_RENDER_FIRST = "it looks like a template: render it first"


class Walk:
    """Collects *refusals* and *unknown* fields (with the node that does not know them) on its way.

    What a method returns is well typed: of a value with the wrong type nothing stays (in a list a None,
    so that places keep their numbers), except a number where text belongs, whose meaning is plain.
    """

    def __init__(self) -> None:
        self.refusals: list[Refusal] = []
        self.unknown: list[tuple[Path, Fields]] = []

    def value(self, value: Any, node: Node, path: Path) -> Any:
        # Nearly half of reading is spent below here: `match` asks for every type in turn.
        return _WAYS[type(node)](self, value, node, path)

    def _flag(self, value: Any, node: Flag, path: Path) -> Any:
        return value if isinstance(value, bool) else self._wrong_type(value, "true or false", path)

    def _anything(self, value: Any, node: Anything, path: Path) -> Any:
        return value

    def _refuse(self, path: Path, code: str, message: str, help: str = "") -> None:
        self.refusals.append(Refusal(path, code, message, help))

    def _wrong_type(self, value: Any, wanted: str, path: Path, help: str = "") -> None:
        self._refuse(path, "wrong-type", f"{name_of(path)} is {type_name(value)}, it must be {wanted}", help)

    def _fields(self, value: Any, node: Fields, path: Path) -> Any:
        if not isinstance(value, dict):
            return self._wrong_type(value, "a mapping", path, _mapping_help(value))
        present = self._without_unknown(value, node, path)
        kept: dict[str, Any] = {}
        fields = node.fields
        for name, part in present.items():
            below = fields[name]
            stays = _WAYS[type(below)](self, part, below, (*path, name))
            if stays is not None:
                kept[name] = stays
        for name, default in node.defaults.items():
            present.setdefault(name, default)
            kept.setdefault(name, default)
        self._presence(present, node, path)
        if node.rule is not None and len(kept) == len(present):
            for refusal in node.rule(kept):
                self._refuse((*path, *refusal.path), refusal.code, refusal.message, refusal.help)
        return kept

    def _without_unknown(self, value: Mapping[Any, Any], node: Fields, path: Path) -> dict[str, Any]:
        """The named fields of *value*; null is absent, as no field here is nullable."""
        present = {}
        fields = node.fields
        for name, part in value.items():
            if name in fields:
                if part is not None:
                    present[name] = part
            elif not node.open:
                self.unknown.append(((*path, name), node))
        return present

    def _presence(self, present: Mapping[str, Any], node: Fields, path: Path) -> None:
        for name in node.required:
            if name not in present:
                self._refuse((*path, name), "missing-field", f"{name_of(path)} needs `{name}`")
        if node.one_of:
            self._one_of([name for name in node.one_of if name in present], node.one_of, path)
        if node.any_of and not any(name in present for name in node.any_of):
            self._refuse(path, "any-of", f"{name_of(path)} needs at least one of {listed(node.any_of)}")

    def _one_of(self, found: list[str], wanted: tuple[str, ...], path: Path) -> None:
        if not found:
            self._refuse(path, "one-of", f"{name_of(path)} needs one of {listed(wanted)}")
        elif len(found) > 1:
            message = f"{name_of(path)} holds {listed(found, 'and')}, only one of them is allowed"
            self._refuse(path, "one-of", message)

    def _list(self, value: Any, node: ListOf, path: Path) -> Any:
        if not isinstance(value, list):
            return self._wrong_type(value, "a list", path, "write it as an item: `- …`")
        if len(value) < node.least:
            self._refuse(path, "too-few", f"{name_of(path)} needs at least {items(node.least)}")
        if node.most == 0 and value:
            help = "remove it, and write what it asks for into each peer"
            return self._refuse(path, "too-many", f"{name_of(path)} must be empty from this version on", help)
        if node.most is not None and len(value) > node.most:
            message = f"{name_of(path)} has {items(len(value))}, at most {node.most} are allowed"
            self._refuse(path, "too-many", message)
        if node.unique:
            self._duplicates(value, path)
        way, item = _WAYS[type(node.item)], node.item
        return [way(self, part, item, (*path, index)) for index, part in enumerate(value)]

    def _duplicates(self, value: list[Any], path: Path) -> None:
        seen = set()
        for index, part in enumerate(value):
            written = json.dumps(part, sort_keys=True)
            if written in seen:
                message = f"{name_of(path)} holds {type_name(part)} twice"
                self._refuse((*path, index), "duplicate-item", message, "remove one of them")
            seen.add(written)

    def _map(self, value: Any, node: MapOf, path: Path) -> Any:
        if not isinstance(value, dict):
            return self._wrong_type(value, "a mapping", path, _mapping_help(value))
        kept = {}
        for key, part in value.items():
            if part is None:
                continue
            if node.key is not None and not node.key.accepts(key):
                self._refuse((*path, key), "bad-format", f"the key {quoted(key)} is not {node.key.wanted}")
            stays = self.value(part, node.value, (*path, key))
            if stays is not None:
                kept[key] = stays
        return kept

    def _text(self, value: Any, node: Text, path: Path) -> Any:
        if not isinstance(value, str):
            return self._not_text(value, path)
        if node.choices and value not in node.choices:
            message = f"{name_of(path)} is {quoted(value)}, it must be one of {listed(node.choices)}"
            self._refuse(path, "unknown-value", message, _choice_help(value, node.choices))
        if node.format is not None and not node.format.accepts(value):
            self._bad_format(value, node.format, path)
        if len(value) < node.shortest:
            self._refuse(path, "too-short", f"{name_of(path)} must not be empty")
        if node.longest is not None and len(value) > node.longest:
            message = f"{name_of(path)} has {len(value)} characters, at most {node.longest} are allowed"
            self._refuse(path, "too-long", message)
        return value

    def _not_text(self, value: Any, path: Path) -> str | None:
        if isinstance(value, bool | int | float):
            self._wrong_type(value, "a string", path, "put quotes around it")
            return json.dumps(value)
        self._wrong_type(value, "a string", path)
        return None

    def _bad_format(self, value: str, format: Format, path: Path) -> None:
        help = _RENDER_FIRST if any(mark in value for mark in _TEMPLATE) else ""
        message = f"{name_of(path)} is {quoted(value)}, it must be {format.wanted}"
        self._refuse(path, "bad-format", message, help)

    def _number(self, value: Any, node: Number, path: Path) -> Any:
        if not is_integer(value):
            help = "remove the quotes" if isinstance(value, str) and value.isdigit() else ""
            return self._wrong_type(value, "an integer", path, help)
        self._range(int(value), node.least, node.most, path)
        return int(value)

    def _number_or_text(self, value: Any, node: NumberOrText, path: Path) -> Any:
        if isinstance(value, str):
            if node.format is not None and not node.format.accepts(value):
                self._bad_format(value, node.format, path)
            return value
        if not is_integer(value):
            return self._wrong_type(value, "an integer or a string", path)
        self._range(int(value), node.least, node.most, path)
        return int(value)

    def _range(self, value: int, least: int | None, most: int | None, path: Path) -> None:
        if (least is not None and value < least) or (most is not None and value > most):
            message = f"{name_of(path)} is {value}, it must be {least} to {most}"
            self._refuse(path, "out-of-range", message)


_WAYS: dict[type[Any], Callable[[Walk, Any, Any, Path], Any]] = {
    Fields: Walk._fields,
    ListOf: Walk._list,
    MapOf: Walk._map,
    Text: Walk._text,
    Number: Walk._number,
    NumberOrText: Walk._number_or_text,
    Flag: Walk._flag,
    Anything: Walk._anything,
}


def is_integer(value: Any) -> bool:
    """Whether JSON's *value* is an integer that the API server reads as one."""
    if isinstance(value, bool):
        return False
    return (isinstance(value, int) and value in _INT64) or (isinstance(value, float) and value.is_integer())


def type_name(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return f"`{json.dumps(value)}`"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the string {quoted(value)}"
        case list():
            return "a list"
        case _:
            return "a mapping"


def quoted(text: str) -> str:
    """The author's text for a message: on one line, and not longer than one reads."""
    line = text.replace("\n", "\\n")
    return f"`{line}`" if len(line) <= 60 else f"`{line[:57]}…`"


def name_of(path: Path) -> str:
    """The last name of *path*, for a message; an item of a list is named with its list."""
    if not path:
        return "the object"
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    return f"an item of `{name}`" if isinstance(path[-1], int) else f"`{name}`"


def listed(names: tuple[str, ...] | list[str], word: str = "or") -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {word} {quoted[-1]}"


def items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _mapping_help(value: Any) -> str:
    return "remove the `- `" if isinstance(value, list) and len(value) == 1 else ""


def _choice_help(value: str, choices: tuple[str, ...]) -> str:
    same = [choice for choice in choices if choice.lower() == value.lower()]
    if same:
        return f"write `{same[0]}`"
    word = value.split("#")[0].strip()
    if word != value and word in choices:
        return f"a comment needs a space before its `#`: `{word} #…`"
    if value.upper() in ("ICMP", "ICMPV6", "ICMPV4"):
        return "ICMP is written under `icmps`, not under `toPorts`"
    return ""
