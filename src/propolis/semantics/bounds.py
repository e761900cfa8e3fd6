"""What can be said although a rule cannot be decided: the least and the most that rules may let through."""

from collections.abc import Iterable, Sequence
from itertools import product

import msgspec

from propolis import requests
from propolis.model.policy import Effect, HttpRule, L7Rules, PortRule
from propolis.model.rule import Origin, Rule
from propolis.model.settings import Enforcement, Settings
from propolis.semantics.cells import cells, overlap


class Conflict(msgspec.Struct, frozen=True):
    """Rules that Cilium cannot merge: it keeps the endpoint's previous policy, whatever that was."""

    reason: str
    rules: tuple[Origin, ...]


def reasons(rules: Iterable[Rule], settings: Settings) -> str:
    """Why some of *rules* cannot be decided; "" when all can."""
    found = dict.fromkeys(reason for rule in rules for reason in _rule_reasons(rule, settings))
    return "; ".join(found)


def _rule_reasons(rule: Rule, settings: Settings) -> list[str]:
    found = [rule.unknown] if rule.unknown else []
    for clause in rule.ports or ():
        if isinstance(clause, PortRule) and (reason := requests.unknown(clause, settings)):
            found.append(reason)
    return found


def undecidable(rule: Rule, settings: Settings) -> bool:
    """Whether any part of *rule* cannot be decided."""
    return bool(_rule_reasons(rule, settings))


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
    if clause.listener:
        return clause if emptied is Effect.ALLOW else msgspec.structs.replace(clause, listener=None)
    if clause.rules and clause.rules.http and clause.server_names:
        rule = HttpRule() if emptied is Effect.DENY else _NEVER
        kept_tls = clause.tls if emptied is Effect.DENY else ()
        return msgspec.structs.replace(
            clause, server_names=None, rules=_only(clause.rules, rule), tls=kept_tls
        )
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
    """Two allow rules for one cell that Cilium cannot merge, in the order of the rules (§2.4).

    Their proxies, TLS contexts or explicit authentication modes differ, or server names join HTTP rules. Where it
    merges them, but what comes of it hangs on more than the rules say, that is given as well.
    """
    if settings.enforcement is Enforcement.NEVER:
        return None
    for rule in rules:
        if rule.unsettles:
            return Conflict(rule.unsettles, (rule.origin,))
    merging = [rule for rule in rules if _is_merging(rule)]
    if len(merging) < 2:
        return None
    seen: dict[object, list[tuple[PortRule, Rule]]] = {}
    for rule in merging:
        for clause in rule.ports or ():
            if isinstance(clause, PortRule):
                keys = {
                    (rule.tier, key) for port in clause.ports or () for key in cells(rule, port, settings)
                }
                for key in keys:
                    earlier = seen.setdefault(key, [])
                    if found := _unmergeable(earlier, clause, rule, settings):
                        return found
                    earlier.append((clause, rule))
    return _tiers_of_dns(merging) or _apart(merging, settings)


def _tiers_of_dns(rules: Sequence[Rule]) -> Conflict | None:
    asking = {
        rule.tier: rule.origin
        for rule in rules
        for clause in rule.ports or ()
        if isinstance(clause, PortRule) and requests.parser(clause) == "dns"
    }
    return (
        Conflict("DNS rules in several tiers are not decided", tuple(asking.values()))
        if len(asking) > 1
        else None
    )


def contentious(rule: Rule) -> bool:
    """Whether *rule* could be part of a conflict: no other rule needs to be looked at."""
    return bool(rule.unsettles) or _is_merging(rule)


def _is_merging(rule: Rule) -> bool:
    """Whether *rule* says anything that another rule could contradict: layer 7, or an authentication mode."""
    if rule.effect is not Effect.ALLOW or rule.peers is None or not rule.ports:
        return False
    return rule.authentication is not None or any(
        isinstance(clause, PortRule) and requests.parser(clause) for clause in rule.ports
    )


def _unmergeable(
    earlier: Sequence[tuple[PortRule, Rule]], clause: PortRule, rule: Rule, settings: Settings
) -> Conflict | None:
    for known, other in earlier:
        reason = _contradiction(known, clause) or _order_matters(known, other, clause, rule)
        modes = {other.authentication, rule.authentication} - {None}
        if len(modes) > 1:
            reason = "different authentication modes for the same peers and port cannot be merged"
        if reason:
            return Conflict(reason, (other.origin, rule.origin))
    parsers = {requests.parser(known) for known, _ in earlier}
    if {"http", "tls"} <= parsers and requests.parser(clause):
        return Conflict(_NAMES_AND_HTTP, (*(other.origin for _, other in earlier), rule.origin))
    return None


_NAMES_AND_HTTP = "server names cannot be merged into HTTP rules for the same peers and port"
_UNMERGED = ({"http", "dns"}, {"tls", "dns"}, {"listener", "http"}, {"listener", "dns"}, {"listener", "tls"})


def _contradiction(known: PortRule, clause: PortRule) -> str:
    first, second = requests.parser(known), requests.parser(clause)
    if {first, second} in _UNMERGED:
        return f"{first} and {second} rules for the same peers and port cannot be merged"
    if known.listener and clause.listener and known.listener != clause.listener:
        return "which of two listeners for the same peers and port is taken is not decided"
    secrets = {context.field: context.secret for context in known.tls}
    if any(secrets.get(context.field, context.secret) != context.secret for context in clause.tls):
        return "different TLS contexts for the same peers and port cannot be merged"
    return ""


def _order_matters(known: PortRule, other: Rule, clause: PortRule, rule: Rule) -> str:
    """HTTP rules come to nothing behind server names, and cannot be merged before them; only one spec has an order."""
    first, second = requests.parser(known), requests.parser(clause)
    if not (known.server_names or clause.server_names) or {first, second} != {"http", "tls"}:
        return ""
    if known.terminates_tls or clause.terminates_tls:
        return "server names and HTTP rules of other items with TLS termination are not decided"
    if first == "http":
        return _NAMES_AND_HTTP
    same = other.origin.document == rule.origin.document and other.origin.path[:-2] == rule.origin.path[:-2]
    return "" if same else f"{_NAMES_AND_HTTP}, or only in one order"


def _apart(rules: Sequence[Rule], settings: Settings) -> Conflict | None:
    """HTTP rules and server names for one port in different cells: Envoy's answer for a common peer is not recorded."""
    clauses = [
        (clause, rule) for rule in rules for clause in rule.ports or () if isinstance(clause, PortRule)
    ]
    http = [(c, rule) for c, rule in clauses if requests.parser(c) == "http"]
    named = [(c, rule) for c, rule in clauses if requests.parser(c) == "tls"]
    for (one, first), (other, second) in product(http, named):
        for port, its in product(one.ports or (), other.ports or ()):
            if not overlap(port, its):
                continue
            if set(cells(first, port, settings)).isdisjoint(cells(second, its, settings)):
                return Conflict(_NAMES_BESIDE_HTTP, (first.origin, second.origin))
    return None


_NAMES_BESIDE_HTTP = "HTTP rules beside server names of other peers on the same port are not decided"
