"""What can be said although a rule cannot be decided: the least and the most that rules may let through."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

import msgspec

from propolis import requests
from propolis.model.policy import Direction, DnsRule, Effect, HttpRule, L7Rules, PortRule
from propolis.model.rule import Origin, Rule
from propolis.model.settings import Enforcement, Settings, Version
from propolis.semantics.cells import cells, kept, overlap, selectors


class Conflict(msgspec.Struct, frozen=True):
    """Rules that Cilium cannot merge: it keeps the endpoint's previous policy, whatever that was."""

    reason: str
    rules: tuple[Origin, ...]


def reasons(rules: Iterable[Rule], settings: Settings) -> str:
    """Why some of *rules*, which are those of one direction, cannot be decided; "" when all can."""
    rules = tuple(rules)
    found = [reason for rule in rules for reason in _rule_reasons(rule, settings)]
    return "; ".join(dict.fromkeys((*found, *doubts(rules, settings).values())))


def _rule_reasons(rule: Rule, settings: Settings) -> list[str]:
    found = [rule.unknown] if rule.unknown else []
    for clause in rule.ports or ():
        if isinstance(clause, PortRule) and (reason := requests.unknown(clause, settings)):
            found.append(reason)
    return found


def is_plain(rule: Rule) -> bool:
    """Whether *rule* speaks of peers and ports alone: then it is decided, and no other contradicts it."""
    if rule.unknown or rule.unsettles or rule.authentication is not None:
        return False
    return not [clause for clause in rule.ports or () if isinstance(clause, PortRule) and clause.judges]


def undecidable(rule: Rule, settings: Settings) -> bool:
    """Whether any part of *rule* cannot be decided."""
    return bool(_rule_reasons(rule, settings))


def cautious(rules: Sequence[Rule], settings: Settings) -> tuple[Rule, ...]:
    """Rules that let through no more than *rules* do: what cannot be decided allows nobody and denies all its peers."""
    return _all_bounded(rules, settings, Effect.ALLOW)


def generous(rules: Sequence[Rule], settings: Settings) -> tuple[Rule, ...]:
    """Rules that let through no less than *rules* do."""
    return _all_bounded(rules, settings, Effect.DENY)


def _all_bounded(rules: Sequence[Rule], settings: Settings, emptied: Effect) -> tuple[Rule, ...]:
    doubted = doubts(rules, settings)
    return tuple(
        _doubted(rule, emptied) if id(rule) in doubted else _bounded(rule, settings, emptied)
        for rule in rules
    )


def without_requests(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """*rules* as far as they are about connections: their layer 7 lets every request through."""
    return tuple(_judging(rule, _with_every_request) for rule in rules)


def _doubted(rule: Rule, emptied: Effect) -> Rule:
    """*rule*, which allows, without its requests, or with every one: the connection itself is decided."""
    return _judging(rule, _with_no_request if emptied is Effect.ALLOW else _with_every_request)


def _judging(rule: Rule, bound: Callable[[PortRule], PortRule]) -> Rule:
    """*rule* with each of its layer-7 clauses put through *bound*."""
    clauses = tuple(
        bound(clause) if isinstance(clause, PortRule) and requests.parser(clause) else clause
        for clause in rule.ports or ()
    )
    return msgspec.structs.replace(rule, ports=clauses) if clauses else rule


def _with_every_request(clause: PortRule) -> PortRule:
    return msgspec.structs.replace(clause, rules=None, server_names=None, tls=(), listener=None)


def _with_no_request(clause: PortRule) -> PortRule:
    if clause.rules is None or not (clause.rules.http or clause.rules.dns):
        return msgspec.structs.replace(clause, server_names=_NO_NAME)
    if clause.rules.http:
        return msgspec.structs.replace(clause, rules=_only(clause.rules, _NEVER))
    nobody = (DnsRule(match_name=_NO_NAME[0]),)
    return msgspec.structs.replace(clause, rules=msgspec.structs.replace(clause.rules, dns=nobody))


def doubts(rules: Sequence[Rule], settings: Settings) -> Mapping[int, str]:
    """The rules of one direction, by id(), about whose requests nothing is known beside the others, and why."""
    merging = [rule for rule in rules if _is_merging(rule)]
    if len(merging) < 2:
        return {}
    return {**_tiers_of_dns(merging), **_apart(merging, settings)}


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
        names = ("**",) if emptied is Effect.DENY else _NO_NAME
        return msgspec.structs.replace(clause, server_names=names)
    if emptied is Effect.DENY:
        kept: tuple[HttpRule, ...] = (HttpRule(),)
    else:
        one = (msgspec.structs.replace(clause, rules=_only(clause.rules, rule)) for rule in clause.rules.http)
        kept = tuple(
            c.rules.http[0] for c in one if c.rules and c.rules.http and not requests.unknown(c, settings)
        )
    return msgspec.structs.replace(clause, rules=_only(clause.rules, *(kept or (_NEVER,))))


_NO_NAME = ("never.invalid",)
_NEVER = HttpRule(path="[^/].*")
"""A legal path begins with a slash."""


def _only(rules: L7Rules, *http: HttpRule) -> L7Rules:
    return L7Rules(http, rules.dns, rules.others, rules.path)


def conflict(rules: Sequence[Rule], settings: Settings) -> Conflict | None:
    """Two allow rules for one cell that Cilium cannot merge (§2.4).

    Their proxies, TLS contexts or explicit authentication modes differ, or server names join HTTP rules that come
    first: policies are merged by kind and name, up to 1.18 by kind only. *rules*: all that select an endpoint, for
    one conflict leaves it without a policy in both directions.
    """
    if settings.enforcement is Enforcement.NEVER:
        return None
    for rule in rules:
        if rule.unsettles:
            return Conflict(rule.unsettles, (rule.origin,))
    for direction in Direction:
        of_direction = [rule for rule in rules if rule.direction is direction]
        if sum(map(_merging_parts, of_direction)) > 1 and (
            found := _in_one_direction(of_direction, settings)
        ):
            return found
    return None


def _in_one_direction(rules: Sequence[Rule], settings: Settings) -> Conflict | None:
    seen: dict[object, list[tuple[PortRule | None, Rule]]] = {}
    denied: set[object] = set()
    for rule in sorted(rules, key=lambda rule: rule.origin.policy):
        for clause, places in _places(rule, settings):
            for place in places:
                key = rule.tier, place
                if rule.effect is not Effect.ALLOW:
                    denied.add(key)  # what comes later is not merged into a deny
                elif key not in denied:
                    earlier = seen.setdefault(key, [])
                    if found := _unmergeable(earlier, clause, rule, settings):
                        return found
                    earlier.append((clause, rule))
    return None


def _places(rule: Rule, settings: Settings) -> Iterator[tuple[PortRule | None, set[object]]]:
    """The cells of each clause of *rule*; a rule for all ports has a cell for each selector."""
    if rule.peers is None:  # it selects nobody
        return
    if rule.ports is None and rule.peers:
        yield None, {(kept(selector, settings), "all ports") for selector in selectors(rule, settings)}
    for clause in rule.ports or ():
        if isinstance(clause, PortRule):
            yield clause, {key for port in clause.ports or () for key in cells(rule, port, settings)}


def _tiers_of_dns(rules: Sequence[Rule]) -> Mapping[int, str]:
    asking = [
        rule
        for rule in rules
        for clause in rule.ports or ()
        if isinstance(clause, PortRule) and requests.parser(clause) == "dns"
    ]
    several = len({rule.tier for rule in asking}) > 1
    return {id(rule): "DNS rules in several tiers are not decided" for rule in asking if several}


def contentions(rule: Rule) -> int:
    """How many parts of *rule* another part could contradict; one that unsettles others has enough for that."""
    return 2 if rule.unsettles else _merging_parts(rule)


def _is_merging(rule: Rule) -> bool:
    """Whether *rule* says anything that another rule could contradict: layer 7, or an authentication mode."""
    return _merging_parts(rule) > 0


def _merging_parts(rule: Rule) -> int:
    if rule.effect is not Effect.ALLOW or rule.peers is None:
        return 0
    judged = 0
    for clause in rule.ports or ():
        judged += isinstance(clause, PortRule) and clause.judges and requests.parser(clause) != ""
    return judged or int(rule.authentication is not None)


def _unmergeable(
    earlier: Sequence[tuple[PortRule | None, Rule]], clause: PortRule | None, rule: Rule, settings: Settings
) -> Conflict | None:
    for known, other in earlier:
        reason = ""
        if known is not None and clause is not None:
            reason = _contradiction(known, clause) or _order_matters(known, other, clause, rule, settings)
        modes = {other.authentication, rule.authentication} - {None}
        if len(modes) > 1:
            reason = "different authentication modes for the same peers and port cannot be merged"
        if reason:
            return Conflict(reason, (other.origin, rule.origin))
    parsers = {requests.parser(known) for known, _ in earlier if known is not None}
    if {"http", "tls"} <= parsers:  # also when what comes is a plain allow
        return Conflict(_NAMES_AND_HTTP, (*(other.origin for _, other in earlier), rule.origin))
    return None


_NAMES_AND_HTTP = "server names cannot be merged into HTTP rules for the same peers and port"
_UNMERGED = ({"http", "dns"}, {"tls", "dns"}, {"listener", "http"}, {"listener", "dns"}, {"listener", "tls"})


def _contradiction(known: PortRule, clause: PortRule) -> str:
    first, second = requests.parser(known), requests.parser(clause)
    if {first, second} in _UNMERGED:
        return f"{first} and {second} rules for the same peers and port cannot be merged"
    if known.listener and clause.listener and known.listener != clause.listener:
        return "which of two listeners or parsers for the same peers and port is taken is not decided"
    secrets = {context.field: context.secret for context in known.tls}
    if any(secrets.get(context.field, context.secret) != context.secret for context in clause.tls):
        return "different TLS contexts for the same peers and port cannot be merged"
    return ""


def _order_matters(known: PortRule, other: Rule, clause: PortRule, rule: Rule, settings: Settings) -> str:
    """HTTP rules come to nothing behind server names, and cannot be merged before them."""
    first, second = requests.parser(known), requests.parser(clause)
    if not (known.server_names or clause.server_names) or {first, second} != {"http", "tls"}:
        return ""
    if known.terminates_tls or clause.terminates_tls:
        return "server names and HTTP rules of other items with TLS termination are not decided"
    if first == "http":
        return _NAMES_AND_HTTP
    in_order = _always_first(other.origin, rule.origin, settings)
    return "" if in_order else f"{_NAMES_AND_HTTP}, or only in one order"


_IN_ORDER = Version(1, 19)


def _always_first(first: Origin, second: Origin, settings: Settings) -> bool:
    """Whether the rule of *first* is always merged before that of *second*: up to 1.18 by kind, and in one spec."""
    kinds = first.policy.partition("/")[0] != second.policy.partition("/")[0]
    return settings.version >= _IN_ORDER or kinds or _spec(first) == _spec(second)


def _spec(origin: Origin) -> object:
    last = origin.path.index("specs") + 2 if "specs" in origin.path else 0
    return origin.policy, origin.document, origin.path[:last]


def _apart(rules: Sequence[Rule], settings: Settings) -> Mapping[int, str]:
    """HTTP rules and server names for one port in different cells: Envoy's answer for a common peer is not recorded."""
    clauses = [
        (clause, rule) for rule in rules for clause in rule.ports or () if isinstance(clause, PortRule)
    ]
    http = [(c, rule) for c, rule in clauses if requests.parser(c) == "http"]
    named = [(c, rule) for c, rule in clauses if requests.parser(c) == "tls"]
    return {
        id(rule): _NAMES_BESIDE_HTTP
        for (one, first), (other, second) in product(http, named)
        for port, its in product(one.ports or (), other.ports or ())
        if overlap(port, its) and set(cells(first, port, settings)).isdisjoint(cells(second, its, settings))
        for rule in (first, second)
    }


_NAMES_BESIDE_HTTP = "HTTP rules beside server names of other peers on the same port are not decided"
