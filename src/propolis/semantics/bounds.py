"""What can be said although a rule cannot be decided: the least and the most that rules may let through."""

from collections.abc import Iterable, Sequence

import msgspec

from propolis import requests
from propolis.model.flow import WITH_PORTS
from propolis.model.policy import Effect, EntityPeer, HttpRule, L7Rules, PortRule
from propolis.model.rule import Origin, Rule
from propolis.model.settings import Enforcement, Settings


class Conflict(msgspec.Struct, frozen=True):
    """Rules that Cilium cannot merge: it keeps the endpoint's previous policy, whatever that was."""

    reason: str
    rules: tuple[Origin, ...]


def reasons(rules: Iterable[Rule], settings: Settings) -> str:
    """Why some of *rules* cannot be decided; "" when all can."""
    found = dict.fromkeys(reason for rule in rules for reason in _rule_reasons(rule, settings))
    return "; ".join(found)


def _rule_reasons(rule: Rule, settings: Settings) -> Iterable[str]:
    if rule.unknown:
        yield rule.unknown
    for clause in rule.ports or ():
        if isinstance(clause, PortRule) and (reason := requests.unknown(clause, settings)):
            yield reason


def undecidable(rule: Rule, settings: Settings) -> bool:
    """Whether any part of *rule* cannot be decided."""
    return any(_rule_reasons(rule, settings))


def cautious(rules: Sequence[Rule], settings: Settings) -> tuple[Rule, ...]:
    """Rules that let through no more than *rules* do: what cannot be decided allows nobody and denies all its peers."""
    return tuple(_bounded(rule, settings, Effect.ALLOW) for rule in rules)


def generous(rules: Sequence[Rule], settings: Settings) -> tuple[Rule, ...]:
    """Rules that let through no less than *rules* do."""
    return tuple(_bounded(rule, settings, Effect.DENY) for rule in rules)


def _bounded(rule: Rule, settings: Settings, emptied: Effect) -> Rule:
    """*rule* with its undecidable part emptied when it has the effect *emptied*, and taken whole otherwise."""
    if rule.unknown:
        return msgspec.structs.replace(rule, peers=None) if rule.effect is emptied else rule
    if not undecidable(rule, settings):
        return rule
    clauses = tuple(
        _bounded_clause(clause, settings, emptied) if isinstance(clause, PortRule) else clause
        for clause in rule.ports or ()
    )
    return msgspec.structs.replace(rule, ports=clauses)


def _bounded_clause(clause: PortRule, settings: Settings, emptied: Effect) -> PortRule:
    """Layer 7 stands in allow rules only, so *emptied* ALLOW drops what cannot be decided and DENY opens it.

    Dropping leaves a rule that no legal request can meet, not an empty list, which would mean "no layer 7".
    """
    if not requests.unknown(clause, settings):
        return clause
    if clause.rules is None or clause.rules.http is None:
        names = ("**",) if emptied is Effect.DENY else ("never.invalid",)
        return msgspec.structs.replace(clause, server_names=names)
    if emptied is Effect.DENY:
        kept: tuple[HttpRule, ...] = (HttpRule(),)
    else:
        one = (msgspec.structs.replace(clause, rules=_only(clause.rules, rule)) for rule in clause.rules.http)
        kept = tuple(
            c.rules.http[0] for c in one if c.rules and c.rules.http and not requests.unknown(c, settings)
        )
    return msgspec.structs.replace(clause, rules=_only(clause.rules, *(kept or (_NEVER,))))


_NEVER = HttpRule(path="[^/].*")
"""A legal path begins with a slash."""


def _only(rules: L7Rules, *http: HttpRule) -> L7Rules:
    return L7Rules(http, rules.dns, rules.others, rules.path)


def conflict(rules: Sequence[Rule], settings: Settings) -> Conflict | None:
    """Two allow rules for one peer, port and protocol that Cilium cannot merge, in the order of the rules (§2.4).

    Their layer-7 parsers differ, their explicit authentication modes differ, or server names join HTTP rules.
    """
    if settings.enforcement is Enforcement.NEVER:
        return None
    for rule in rules:
        if rule.unsettles:
            return Conflict(rule.unsettles, (rule.origin,))
    merging = [rule for rule in rules if _may_conflict(rule)]
    if len(merging) < 2:
        return None
    seen: dict[object, list[tuple[str, Rule]]] = {}
    for rule in merging:
        for clause in rule.ports or ():
            if isinstance(clause, PortRule):
                parser = requests.parser(clause)
                for key in _keys(rule, clause):
                    earlier = seen.setdefault(key, [])
                    for known, other in earlier:
                        if reason := _unmergeable(known, other, parser, rule):
                            return Conflict(reason, (other.origin, rule.origin))
                    earlier.append((parser, rule))
    return None


def _may_conflict(rule: Rule) -> bool:
    """Whether *rule* says anything that another rule could contradict: layer 7, or an authentication mode."""
    if rule.effect is not Effect.ALLOW or rule.peers is None or not rule.ports:
        return False
    return rule.authentication is not None or any(
        isinstance(clause, PortRule) and requests.parser(clause) for clause in rule.ports
    )


def _unmergeable(known: str, other: Rule, parser: str, rule: Rule) -> str:
    if {known, parser} == {"http", "dns"}:
        return f"{known} and {parser} rules for the same peers and port cannot be merged"
    if known == "http" and parser == "tls":
        return "server names cannot be merged into HTTP rules for the same peers and port"
    modes = {other.authentication, rule.authentication} - {None}
    if len(modes) > 1:
        return "different authentication modes for the same peers and port cannot be merged"
    return ""


def _keys(rule: Rule, clause: PortRule) -> Iterable[object]:
    for port in clause.ports or ():
        written = port.protocol.upper()
        for protocol in WITH_PORTS if written in ("", "ANY") else (written,):
            for peer in rule.peers or (EntityPeer("all"),):
                yield peer, protocol, port.port, port.end_port
