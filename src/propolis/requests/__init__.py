"""Layer 7: one module in `kinds` for each protocol that a proxy of Cilium understands, found by walking.

A kind has `NAME` (the proxy's name), `REQUEST` (its model record), `matches` (one rule, one request: for the
reference engine), `language` (one rule, all requests of the kind at once: for the symbolic engine), `record` and
`request` (a request as a record of an `algebra.records` set, and back) and `unknown` (why a rule cannot be decided,
or "").
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Protocol, cast

import propolis.requests.kinds
from propolis.algebra.records import ALL, NONE, RecordSet
from propolis.model.flow import Opaque, Request
from propolis.model.policy import PARSER, PortRule
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


LISTENER = "listener"
"""The proxy of a `listener`: a part of Envoy that the user configures, so what it lets through is not known."""
TLS = "tls"


@cache
def proxies() -> Mapping[str, RequestKind]:
    """The request kinds by the name of their proxy."""
    required = ("NAME", "REQUEST", "rules", "matches", "language", "unknown", "record", "request")
    found = discover(propolis.requests.kinds, required).values()
    return {kind.NAME: kind for kind in (cast(RequestKind, module) for module in found)}


def parser(port_rule: PortRule) -> str:
    """The proxy that *port_rule* redirects to (`http`, `dns`, `tls`, `listener`), or "" for none."""
    if port_rule.listener:
        return LISTENER
    if port_rule.rules is not None or port_rule.server_names is not None:
        for name, kind in proxies().items():
            if kind.rules(port_rule):
                return name
    return TLS if port_rule.tls else ""


def understood(proxy: str) -> RecordSet:
    """Every request that *proxy* can pass on; the one for TLS looks at a client hello only where there is one."""
    match proxy:
        case "listener":
            return NONE
        case "tls":
            return ALL
        case _:
            return fields.of_kind(proxy)


@lru_cache(maxsize=1 << 14)
def language(port_rule: PortRule, settings: Settings) -> RecordSet:
    """The requests that pass the layer-7 rules of *port_rule*; all, when it has none.

    Errors: InvalidPattern, UnsupportedPattern, BudgetExceeded of `algebra.regular`.
    """
    name = parser(port_rule)
    if name == LISTENER:
        return NONE
    if not name or not (written := proxies()[name].rules(port_rule)):
        return ALL
    kind, found = proxies()[name], NONE
    for rule in written:
        found |= kind.language(rule, settings)
    answers_hellos = port_rule.terminates_tls and name != TLS
    return found | fields.of_kind(TLS) if answers_hellos else found


def passes(port_rule: PortRule, request: Request, settings: Settings) -> bool:
    """Whether *request* passes the layer-7 rules of *port_rule*: any one of them has to match."""
    name = parser(port_rule)
    if name == LISTENER:
        return False
    if not name or not (written := proxies()[name].rules(port_rule)):
        return True
    kind = proxies()[name]
    if not isinstance(request, kind.REQUEST):
        return port_rule.terminates_tls and kind_of(request) == TLS
    return any(kind.matches(rule, request, settings) for rule in written)


def unknown(port_rule: PortRule, settings: Settings) -> str:
    """Why the layer-7 rules of *port_rule* cannot be decided, or ""."""
    name = parser(port_rule)
    if port_rule.listener and port_rule.listener.kind == PARSER:
        return f"what the parser for `{port_rule.listener.name}` lets through is not decided"
    if name == LISTENER and port_rule.listener:
        return f"listener `{port_rule.listener.name}` decides about requests by its own configuration"
    if not name:
        return ""
    if port_rule.server_names:
        if name != TLS:
            return "the server name that a request inside TLS is sent to is not part of the question"
        if not any(port.protocol.upper() in ("", "ANY", "TCP") for port in port_rule.ports or ()):
            return "what becomes of server names without TCP is not known"
    kind = proxies()[name]
    for rule in kind.rules(port_rule) or ():
        if reason := kind.unknown(rule, settings):
            return reason
    return ""


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
