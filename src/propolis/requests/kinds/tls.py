"""`serverNames`: TLS client hellos by the server that they name. Source: semantics §4.7."""

from collections.abc import Mapping, Sequence

from propolis.algebra import names
from propolis.algebra.records import RecordSet, box
from propolis.algebra.regular import literal
from propolis.model.flow import TlsHello
from propolis.model.policy import PortRule
from propolis.model.settings import Settings, Version
from propolis.requests import fields

NAME = "tls"
REQUEST = TlsHello
_STARS_ANYWHERE = Version(1, 20)


def rules(port_rule: PortRule) -> Sequence[str] | None:
    """The server names, where no HTTP or DNS rule of the same item takes precedence."""
    if port_rule.rules and (port_rule.rules.http or port_rule.rules.dns):
        return None
    return port_rule.server_names


def unknown(rule: str, settings: Settings) -> str:
    if "*" in rule.lstrip("*") and settings.version < _STARS_ANYWHERE:
        return f"a star inside the server name `{rule}` is known from Cilium {_STARS_ANYWHERE} on"
    return ""


def matches(rule: str, request: TlsHello, settings: Settings) -> bool:
    return names.matches(rule, request.server_name, deep=True)


def language(rule: str, settings: Settings) -> RecordSet:
    return box({fields.KIND: literal(NAME), fields.SERVER_NAME: names.language(rule, deep=True)})


def record(request: TlsHello) -> dict[str, str]:
    return {fields.SERVER_NAME.name: names.normal(request.server_name)}


def request(record: Mapping[str, str]) -> TlsHello:
    return TlsHello(record.get(fields.SERVER_NAME.name, "example.com"))
