"""The structure of a profile: the published JSON Schema, read with messages of our own.

The schema is the only list of keys and types. This walker knows the few keywords that it uses, so an editor
that validates with the schema and this reader cannot drift apart (tests/profile/test_schema.py).
"""

import functools
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from propolis.model.span import Path
from propolis.profile.claims import each, formula, relation
from propolis.profile.ends import claim_line, name, network, path_line, pods, upstream
from propolis.profile.fault import SYNTAX, Fault, nearest
from propolis.profile.lines import (
    call_name,
    defining_file,
    grant,
    grpc_request,
    http_request,
    ports,
    request_line,
)
from propolis.profile.parsed import cassandra_need, kafka_need

Schema = dict[str, Any]

_TYPES: dict[str, type] = {"object": dict, "array": list, "string": str, "integer": int}
_WORDS = {
    dict: "a mapping",
    list: "a list",
    str: "text",
    bool: "a truth value",
    int: "a number",
    float: "a number",
}


class Located(msgspec.Struct, frozen=True):
    """A fault and the value at fault; *on_key* when its key is meant. *other*: the value that it contradicts."""

    fault: Fault
    path: Path
    on_key: bool = False
    other: Path = ()


_LINES: dict[str, Callable[[str], object]] = {
    "pathLine": path_line,
    "claimLine": claim_line,
    "claimPods": pods,
    "each": each,
    "formula": formula,
    "relation": relation,
    "portText": ports,
    "outsideName": name,
    "upstream": upstream,
    "httpLine": lambda line: http_request(line, ()),
    "grpcLine": lambda line: grpc_request(line, ()),
    "requestLine": lambda line: request_line(line, ()),
    "callName": call_name,
    "definingFile": defining_file,
    "kafkaLine": lambda line: kafka_need(line, ()),
    "cassandraLine": lambda line: cassandra_need(line, ()),
    "grantLine": lambda line: grant(line, ()),
    "prefix": network,
}
"""Lines whose own reader says better what is wrong than a pattern could."""


@functools.cache
def schema() -> Schema:
    """The published JSON Schema of a profile (Draft 2020-12)."""
    source = pkgutil.get_data("propolis.profile", "profile.schema.json")
    assert source is not None, "the schema is part of the package"
    return msgspec.json.decode(source, type=dict[str, Any])


def faults(value: object) -> Iterator[Located]:
    """Everything in which *value* is not built like a profile, in the order of the document.

    Errors:  none; *value* is what a YAML document holds.
    Law:     nothing is yielded exactly if the JSON Schema accepts *value*, prefixes and lengths aside.
    """
    yield from _faults(value, schema(), ())


def _faults(value: object, rule: Schema, path: Path) -> Iterator[Located]:
    definition, rule = _resolved(rule)
    if "anyOf" in rule:
        yield from _either(value, rule, path)
    elif "const" in rule:
        if value != rule["const"]:
            yield _fault(f"`{value}` is not `{rule['const']}`", f"write `{rule['const']}`", path)
    elif "enum" in rule:
        if value not in rule["enum"]:
            yield _fault(f"`{value}` is not {rule['title']}", nearest(str(value), rule["enum"]), path)
    elif not _is(value, rule["type"]):
        yield _mistyped(value, rule, _WORDS[_TYPES[rule["type"]]], path)
    elif isinstance(value, dict):
        yield from _in_mapping(value, rule, path)
    elif isinstance(value, list):
        yield from _in_list(value, rule, path)
    elif isinstance(value, str):
        yield from _in_text(value, rule, definition, path)
    elif isinstance(value, int) and not rule["minimum"] <= value <= rule["maximum"]:
        message = f"`{value}` is not {rule.get('title', 'a port')}"
        yield _fault(message, f"from {rule['minimum']} to {rule['maximum']}", path)


def _resolved(rule: Schema) -> tuple[str, Schema]:
    """The rule's name under `$defs`, "" without one, and the rule with what it refers to filled in."""
    reference = rule.get("$ref")
    if reference is None:
        return "", rule
    definition = reference.removeprefix("#/$defs/")
    return definition, {**schema()["$defs"][definition], **rule}


def _is(value: object, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and not isinstance(value, bool)


def _fault(message: str, help_: str, path: Path) -> Located:
    return Located(Fault("profile-structure", message, help_), path)


def _mistyped(value: object, rule: Schema, wanted: str, path: Path) -> Located:
    found = "nothing is written" if value is None else f"{_WORDS[type(value)]} is written"
    return _fault(f"{found} where {wanted} should be", rule.get("description", ""), path)


def _either(value: object, rule: Schema, path: Path) -> Iterator[Located]:
    for branch in rule["anyOf"]:
        if _is(value, _resolved(branch)[1]["type"]):
            yield from _faults(value, branch, path)
            return
    yield _mistyped(value, rule, rule["title"], path)


def _in_mapping(value: dict[str, Any], rule: Schema, path: Path) -> Iterator[Located]:
    title = rule.get("title", "this mapping")
    for key in rule.get("required", ()):
        if key not in value:
            yield Located(
                Fault("profile-structure", f"{title} has no `{key}`", f"add `{key}:`"), path, on_key=True
            )
    if not value and rule.get("minProperties"):
        yield _fault(f"{title} may not be empty", rule.get("description", ""), path)
    known = rule.get("properties", {})
    others = rule.get("additionalProperties", {})
    for key, inner in value.items():
        if key in known:
            yield from _faults(inner, known[key], (*path, key))
        elif others is False:
            fault = Fault("profile-unknown-key", f"`{key}` is no key of {title}", nearest(key, known))
            yield Located(fault, (*path, key), on_key=True)
        else:
            for found in _faults(key, rule["propertyNames"], (*path, key)):
                yield msgspec.structs.replace(found, on_key=True)
            yield from _faults(inner, others, (*path, key))


def _in_list(value: list[Any], rule: Schema, path: Path) -> Iterator[Located]:
    if not value and rule.get("minItems"):
        yield _fault(f"the list of {rule['title']} is empty", "leave the key out, or name one at least", path)
    for index, inner in enumerate(value):
        yield from _faults(inner, rule["items"], (*path, index))


def _in_text(value: str, rule: Schema, definition: str, path: Path) -> Iterator[Located]:
    read = _LINES.get(definition)
    if read is not None:
        found = read(value)
        if isinstance(found, Fault):
            yield Located(found, path)
    elif not re.fullmatch(rule["pattern"].removeprefix("^").removesuffix("$"), value):
        yield Located(Fault(SYNTAX, f"`{value}` is not {rule['title']}", rule["description"]), path)
