"""`rules.dns`: queries by name; type and class do not count. Source: semantics §6.1, §6.2."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from propolis.algebra import names
from propolis.algebra.records import RecordSet, box
from propolis.algebra.regular import NOTHING, literal
from propolis.model.flow import DnsQuery
from propolis.model.policy import DnsRule, PortRule
from propolis.model.settings import DEEP_STARS, Settings
from propolis.requests import fields

NAME = "dns"
REQUEST = DnsQuery


def rules(port_rule: PortRule) -> Sequence[DnsRule] | None:
    return port_rule.rules.dns if port_rule.rules else None


def unknown(rule: DnsRule, settings: Settings) -> str:
    return ""


def matches(rule: DnsRule, request: DnsQuery, settings: Settings) -> bool:
    """Either field may match; stars alone match every name, well formed or not."""
    deep = settings.version >= DEEP_STARS
    if rule.match_name and names.normal(rule.match_name) == names.normal(request.name):
        return True
    if not rule.match_pattern:
        return False
    return names.matches_every(rule.match_pattern, deep=deep) or names.matches(
        rule.match_pattern, request.name, deep=deep
    )


def language(rule: DnsRule, settings: Settings) -> RecordSet:
    return _language(rule.match_name, rule.match_pattern, settings.version >= DEEP_STARS)


@lru_cache(maxsize=1 << 14)
def _language(name: str | None, pattern: str | None, deep: bool) -> RecordSet:
    wanted = names.language(pattern, deep=deep) if pattern else NOTHING
    if name:
        wanted |= names.name_language(name)
    return box({fields.KIND: literal(NAME), fields.DNS_NAME: wanted})


def record(request: DnsQuery) -> dict[str, str]:
    return {fields.DNS_NAME.name: names.normal(request.name)}


def request(record: Mapping[str, str]) -> DnsQuery:
    return DnsQuery(record.get(fields.DNS_NAME.name, "example.com"))
