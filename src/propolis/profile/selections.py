"""Selections of pods by label, as in `{app=web, tier!=a|b, team, !canary}`: every item has to hold."""

import re

from propolis.model.labels import K8S, Operator, Requirement, equals
from propolis.profile.fault import SYNTAX, Fault

_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_KEY = rf"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{{0,251}}[A-Za-z0-9])?/)?{_PART}"
_ITEM = rf"(?:!?{_KEY}|{_KEY}!?={_PART}(?:\|{_PART})*)"
SELECTION = rf"\{{{_ITEM}(?: *, *{_ITEM})*\}}"
_ITEM_PARTS = re.compile(r"(!?)([^!=]+)(?:(!?)=(.*))?")
HELP = "write `{app=web}`, `{tier!=a|b}`, `{team}` for a label that is there, `{!canary}` for one that is not"


def selection(text: str, prefix: str = "") -> tuple[Requirement, ...] | Fault:
    """The requirements of *text*, braces included; *prefix* stands before every key."""
    if not re.fullmatch(SELECTION, text):
        return Fault(SYNTAX, f"`{text}` selects no labels", HELP)
    return tuple(_requirement(item.strip(), prefix) for item in text[1:-1].split(","))


def _requirement(item: str, prefix: str) -> Requirement:
    parts = _ITEM_PARTS.fullmatch(item)
    assert parts is not None, "the expression has let it through"
    lacks, name, differs, written = parts.groups()
    key = prefix + name
    if written is None:
        return Requirement(K8S, key, Operator.DOES_NOT_EXIST if lacks else Operator.EXISTS)
    values = tuple(sorted(set(written.split("|"))))
    if differs:
        return Requirement(K8S, key, Operator.NOT_IN, values)
    return equals(K8S, key, values[0]) if len(values) == 1 else Requirement(K8S, key, Operator.IN, values)
