"""Layer 7: one module in `kinds` for each protocol that a proxy of Cilium understands, found by walking.

A kind has `NAME` (the proxy's name), `REQUEST` (its model record), `matches` (one rule, one request: for the
reference engine), `language` (one rule, all requests at once: for the symbolic engine), `record` and `request`
(a request as a record of an `algebra.records` set, and back) and `unknown` (why a rule cannot be decided, or "").
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol, cast

import propolis.requests.kinds
from propolis.algebra.records import ALL, NONE, RecordSet
from propolis.model.flow import Opaque, Request
from propolis.model.policy import PortRule
from propolis.model.settings import Settings
from propolis.plugins import discover
from propolis.requests import fields


class RequestKind(Protocol):
    NAME: str
    REQUEST: type

    def rules(self, port_rule: PortRule) -> Sequence[Any] | None: ...
    def matches(self, rule: Any, request: Any, settings: Settings) -> bool: ...
    def language(self, rule: Any, settings: Settings) -> RecordSet: ...
    def unknown(self, rule: Any, settings: Settings) -> str: ...
    def record(self, request: Any) -> dict[str, str]: ...
    def request(self, record: Mapping[str, str]) -> Request: ...


@cache
def proxies() -> Mapping[str, RequestKind]:
    """The request kinds by the name of their proxy."""
    required = ("NAME", "REQUEST", "rules", "matches", "language", "unknown", "record", "request")
    found = discover(propolis.requests.kinds, required).values()
    return {kind.NAME: kind for kind in (cast(RequestKind, module) for module in found)}


def parser(port_rule: PortRule) -> str:
    """The proxy that *port_rule* redirects to (`http`, `dns`, `tls`), or "" when it has no layer-7 rule."""
    if port_rule.rules is None and port_rule.server_names is None:
        return ""
    return next((name for name, kind in proxies().items() if kind.rules(port_rule)), "")


def every(kind: str) -> RecordSet:
    """Every request of one kind."""
    return fields.of_kind(kind)


def language(port_rule: PortRule, settings: Settings) -> RecordSet:
    """The requests that pass the layer-7 rules of *port_rule*; all, when it has none.

    Errors: InvalidPattern, UnsupportedPattern, BudgetExceeded of `algebra.regular`.
    """
    name = parser(port_rule)
    if not name:
        return ALL
    kind = proxies()[name]
    found = NONE
    for rule in kind.rules(port_rule) or ():
        found |= kind.language(rule, settings)
    return found & every(name)


def passes(port_rule: PortRule, request: Request, settings: Settings) -> bool:
    """Whether *request* passes the layer-7 rules of *port_rule*: any one of them has to match."""
    name = parser(port_rule)
    if not name:
        return True
    kind = proxies()[name]
    if not isinstance(request, kind.REQUEST):
        return False
    return any(kind.matches(rule, request, settings) for rule in kind.rules(port_rule) or ())


def unknown(port_rule: PortRule, settings: Settings) -> str:
    """Why the layer-7 rules of *port_rule* cannot be decided, or ""."""
    name = parser(port_rule)
    if not name:
        return ""
    kind = proxies()[name]
    return next(filter(None, (kind.unknown(rule, settings) for rule in kind.rules(port_rule) or ())), "")


def kind_of(request: Request) -> str:
    """`http`, `dns`, `tls`, or `opaque` for bytes that no proxy understands."""
    if isinstance(request, Opaque):
        return fields.OPAQUE
    return next(name for name, kind in proxies().items() if isinstance(request, kind.REQUEST))


def record(request: Request) -> dict[str, str]:
    """*request* as a record: the text of every field that a `RecordSet` may ask about."""
    name = kind_of(request)
    found = {} if name == fields.OPAQUE else proxies()[name].record(request)
    found[fields.KIND.name] = name  # into the record itself, which knows what its absent fields hold
    return found


def request(found: Mapping[str, str]) -> Request:
    """The plainest request with the field texts *found* (from `RecordSet.member`)."""
    name = found.get(fields.KIND.name, "http")
    return Opaque() if name == fields.OPAQUE else proxies()[name].request(found)
