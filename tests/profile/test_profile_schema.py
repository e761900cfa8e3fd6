"""The published JSON Schema is a schema, holds the reader's own expressions, and agrees with the reader."""

import copy
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from profiles import EXAMPLES, SOUND, read_value

from propolis.model.settings import SUPPORTED
from propolis.profile import claims, ends, globs, lines, names, parsed
from propolis.profile.structure import faults, schema

VALIDATOR = jsonschema_rs.Draft202012Validator(schema(), validate_formats=True)
BUILT_WRONG = ("profile-structure", "profile-unknown-key", "profile-syntax")
"""The codes for what the schema can see; the others are about meaning."""


def test_the_schema_is_one() -> None:
    assert jsonschema_rs.meta.is_valid(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_schema_holds_the_readers_expressions() -> None:
    expressions = {
        "word": ends.WORD, "namespace": ends.NAMESPACE, "pathLine": ends.PATH, "claimLine": ends.CLAIM,
        "claimPods": ends.PODS, "each": claims.EACH,
        "upstream": ends.UPSTREAM, "portText": lines.PORTS, "httpLine": lines.HTTP, "grpcLine": lines.GRPC,
        "grantLine": lines.GRANT, "prefix": ends.PREFIX, "outsideName": names.NAME, "callName": lines.CALL,
        "definingFile": lines.DEFINING_FILE, "requestLine": lines.REQUEST, "kafkaLine": parsed.KAFKA,
        "cassandraLine": parsed.CASSANDRA, "contentType": lines.CONTENT_TYPE,
    }  # fmt: skip
    found = {name: schema()["$defs"][name]["pattern"] for name in expressions}
    assert found == {name: f"^(?:{expression})$" for name, expression in expressions.items()}
    assert globs.GLOB in lines.HTTP


def test_the_schema_knows_every_supported_version() -> None:
    for version in SUPPORTED:
        assert not _refused(_changed(SOUND_VALUE, ("cluster", "cilium"), str(version)))


def test_every_definition_says_what_it_is_and_uses_known_keywords() -> None:
    known = {
        "title", "description", "type", "pattern", "properties", "required", "additionalProperties", "propertyNames",
        "items", "minItems", "minProperties", "minimum", "maximum", "anyOf", "enum", "const", "$ref",
    }  # fmt: skip
    for rule in _rules(
        {key: value for key, value in schema().items() if key not in ("$schema", "$id", "$defs")}
    ):
        assert set(rule) <= known
    for name, rule in schema()["$defs"].items():
        assert "title" in rule, name
        for inner in _rules(rule):
            assert set(inner) <= known, name
            assert inner.get("type") != "object" or "additionalProperties" in inner
            assert "pattern" not in inner or (
                inner["pattern"].startswith("^(?:") and inner["pattern"].endswith(")$")
            )


def _rules(rule: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [*rule.get("properties", {}).values(), *rule.get("anyOf", ())]
    inner += [rule[key] for key in ("items", "propertyNames") if key in rule]
    inner += [rule["additionalProperties"]] if isinstance(rule.get("additionalProperties"), dict) else []
    return [rule, *(found for each in inner for found in _rules(each))]


def test_the_examples_are_valid() -> None:
    profiles = list(EXAMPLES.rglob("profile*.yaml"))
    assert profiles
    for path in profiles:
        VALIDATOR.validate(yaml.safe_load(path.read_text()))


# --- agreement ---


SHOP = yaml.safe_load((EXAMPLES / "shop" / "profile.yaml").read_text())
SOUND_VALUE = yaml.safe_load(SOUND)

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 70000)
    | st.sampled_from(["", "x", "a -> b:80", "GET /", "*", "1.19"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["namespace", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in _places(each, (*path, key)))]


def _changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    value = copy.deepcopy(value)
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = new
    return value


@st.composite
def _mutants(draw: st.DrawFn) -> Any:
    value = SHOP
    for _ in range(draw(st.integers(0, 2))):
        path = draw(st.sampled_from(_places(value)))
        kind = draw(st.sampled_from(["replace", "drop", "rename", "edit"]))
        old = value
        for step in path:
            old = old[step]
        if kind == "edit" and isinstance(old, str):
            at = draw(st.integers(0, len(old)))
            value = _changed(
                value,
                path,
                old[:at] + draw(st.sampled_from(["", " ", "/", "*", ":", "A", "1", "?"])) + old[at + 1 :],
            )
        elif kind == "drop" and path and isinstance(path[-1], str):
            value = _without(value, path)
        elif kind == "rename" and path and isinstance(path[-1], str):
            value = _changed(
                _without(value, path), (*path[:-1], draw(st.sampled_from(["X", path[-1] + "s"]))), old
            )
        else:
            value = _changed(value, path, draw(_JSON))
    return value


def _without(value: Any, path: tuple[Any, ...]) -> Any:
    value = copy.deepcopy(value)
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return value


def _refused(value: Any) -> bool:
    """Whether our walker finds *value* built wrong, what only meaning can tell aside."""
    return any(located.fault.code in BUILT_WRONG for located in faults(value))


@given(_mutants())
@settings(derandomize=True, max_examples=300)
def test_reader_and_schema_agree_on_what_is_built_right(value: Any) -> None:
    assert _refused(value) != VALIDATOR.is_valid(value), [located.fault for located in faults(value)]
    if isinstance(value, (dict, list)) and value:
        found = read_value(value)
        assert (found.profile is None) == bool(found.problems)
        assert found.profile is None or VALIDATOR.is_valid(value)


@pytest.mark.deep
@given(_mutants())
@settings(derandomize=True, max_examples=5000)
def test_reader_and_schema_agree_at_length(value: Any) -> None:
    assert _refused(value) != VALIDATOR.is_valid(value)
