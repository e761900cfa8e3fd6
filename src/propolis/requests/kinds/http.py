"""`rules.http`: requests by path, method, host and headers, as Envoy matches them.

Path, method and host are RE2 and match in full; the path holds the query string; header values are literal.
Source: Cilium pkg/envoy getHTTPRule, Envoy header_utility.cc; semantics §5.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from propolis.algebra.records import Field, RecordSet, box
from propolis.algebra.regular import (
    BudgetExceeded,
    InvalidPattern,
    Language,
    UnsupportedPattern,
    literal,
    pattern,
)
from propolis.model.flow import HttpRequest
from propolis.model.policy import HttpRule, PortRule
from propolis.model.settings import Settings
from propolis.requests import fields

NAME = "http"
REQUEST = HttpRequest
_KIND = literal(NAME)


class HeaderCondition(msgspec.Struct, frozen=True):
    """A header that has to be present (*value* None) or to have one exact value; *name* in lower case."""

    name: str
    value: str | None


def rules(port_rule: PortRule) -> Sequence[HttpRule] | None:
    return port_rule.rules.http if port_rule.rules else None


def conditions(rule: HttpRule) -> tuple[HeaderCondition, ...]:
    """What *rule* demands of headers. A `headerMatches` item with a mismatch action demands nothing."""
    if not rule.headers and not rule.header_matches:
        return ()
    lines = [_condition(line) for line in rule.headers]
    matches = [HeaderCondition(m.name.lower(), m.value) for m in rule.header_matches if not m.mismatch]
    return (*lines, *matches)


def _condition(line: str) -> HeaderCondition:
    """A line splits at its first space; without one it is a name, colon and all."""
    name, space, value = line.partition(" ")
    return (
        HeaderCondition(name.removesuffix(":").lower(), value)
        if space
        else HeaderCondition(line.lower(), None)
    )


def unknown(rule: HttpRule, settings: Settings) -> str:
    if rule.header_matches and any(match.secret and not match.mismatch for match in rule.header_matches):
        return "a header is compared with a Secret, whose value is not read"
    return _unknown(rule.path, rule.method, rule.host, conditions(rule))


@lru_cache(maxsize=1 << 14)
def _unknown(
    path: str | None, method: str | None, host: str | None, headers: tuple[HeaderCondition, ...]
) -> str:
    for condition in headers:
        if condition.value == "":
            return f"header `{condition.name}` is compared with an empty value, which Envoy may read as any value"
        if condition.name.startswith(":") or condition.name == "host":
            return f"header `{condition.name}` is a pseudo-header, whose handling is not recorded"
    for text in (path, method, host):
        try:
            _expression(text or "")
        except (InvalidPattern, UnsupportedPattern, BudgetExceeded) as problem:
            return f"`{text}` is not a pattern that can be decided: {problem}"
    return ""


@lru_cache(maxsize=4096)
def _expression(text: str) -> Language:
    return pattern(text)


# --- one rule, one request ---


def matches(rule: HttpRule, request: HttpRequest, settings: Settings) -> bool:
    asked = ((rule.path, request.path), (rule.method, request.method), (rule.host, request.host))
    if not all(text in _expression(wanted) for wanted, text in asked if wanted):
        return False
    held = dict(request.headers)
    return all(
        condition.name in held and condition.value in (None, held[condition.name])
        for condition in conditions(rule)
    )


# --- one rule, all requests ---


def language(rule: HttpRule, settings: Settings) -> RecordSet:
    return _language(rule.path, rule.method, rule.host, conditions(rule))


@lru_cache(maxsize=1 << 14)
def _language(
    path: str | None, method: str | None, host: str | None, headers: tuple[HeaderCondition, ...]
) -> RecordSet:
    """Rules that say the same, wherever they stand, are one set."""
    wanted: dict[Field, Language] = {fields.KIND: _KIND}
    for field, text in ((fields.PATH, path), (fields.METHOD, method), (fields.HOST, host)):
        if text:
            wanted[field] = _expression(text)
    for condition in headers:
        field = fields.header(condition.name)
        held = fields.HEADER_PRESENT if condition.value is None else fields.header_is(condition.value)
        wanted[field] = wanted[field] & held if field in wanted else held
    return box(wanted)


class _Headers(dict[str, str]):
    """Header fields by name; one that the request lacks is absent, not an error."""

    def __missing__(self, key: str) -> str:
        return fields.header_text(None)


def record(request: HttpRequest) -> dict[str, str]:
    found = _Headers({fields.header(name).name: fields.header_text(value) for name, value in request.headers})
    found.update(
        {fields.METHOD.name: request.method, fields.HOST.name: request.host, fields.PATH.name: request.path}
    )
    return found


def request(record: Mapping[str, str]) -> HttpRequest:
    headers = tuple(
        (name.removeprefix("header "), text[1:])
        for name, text in sorted(record.items())
        if name.startswith("header ") and text
    )
    method, host, path = (record.get(f.name) for f in (fields.METHOD, fields.HOST, fields.PATH))
    return HttpRequest(method or "GET", path or "/", host or "", headers)
