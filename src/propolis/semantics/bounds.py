"""What can be said although a rule cannot be decided: the least and the most that rules may let through."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import permutations, product
from math import factorial, prod

import msgspec

from propolis import requests
from propolis.model.policy import (
    PARSER,
    Direction,
    DnsRule,
    Effect,
    HttpRule,
    IcmpRule,
    L7Rules,
    Listener,
    Peer,
    PortRule,
)
from propolis.model.rule import Origin, Rule
from propolis.model.settings import Defect, Enforcement, Settings, Version
from propolis.semantics import ports
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
    return {**_tiers_of_dns(merging), **_apart(merging, settings), **_within(merging, settings)}


def _bounded(rule: Rule, settings: Settings, emptied: Effect) -> Rule:
    """*rule* with its undecidable part emptied when it has the effect *emptied*, and taken whole otherwise."""
    if rule.unknown and rule.effect is emptied:
        return _perhaps_taking(rule)
    if not rule.ports or not undecidable(rule, settings):
        return rule
    clauses = tuple(
        _bounded_clause(clause, settings, emptied) if isinstance(clause, PortRule) else clause
        for clause in rule.ports
    )
    return msgspec.structs.replace(rule, ports=clauses)


PERHAPS = Listener("", kind="perhaps")
"""The proxy in a cautious rule of which not even the connections are known: it may take what other rules open, and
what passes it is not known, so nothing does."""


def _perhaps_taking(rule: Rule) -> Rule:
    """What may be in force of *rule* at the least: nothing, but for what its proxies may take from others."""
    taking = tuple(
        msgspec.structs.replace(_with_every_request(clause), listener=PERHAPS)
        for clause in rule.ports or ()
        if isinstance(clause, PortRule) and (clause.listener or (clause.rules and clause.rules.others))
    )
    return (
        msgspec.structs.replace(rule, ports=taking) if taking else msgspec.structs.replace(rule, peers=None)
    )


def _bounded_clause(clause: PortRule, settings: Settings, emptied: Effect) -> PortRule:
    """Layer 7 stands in allow rules only, so *emptied* ALLOW drops what cannot be decided and DENY opens it.

    Dropping leaves a rule that no legal request can meet, not an empty list, which would mean "no layer 7".
    """
    if emptied is Effect.DENY and clause.rules and clause.rules.others:
        return _with_every_request(clause)
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
        kinds = {kind for rule in of_direction for kind in _merging_parts(rule)}
        if len(kinds) > 1 and (found := _in_one_direction(of_direction, settings)):
            return found
    return None


def _in_one_direction(rules: Sequence[Rule], settings: Settings) -> Conflict | None:
    seen: dict[object, list[_Part]] = {}
    denied: set[object] = set()
    for rule in sorted(rules, key=lambda rule: rule.origin.policy):
        for clause, places in _places(rule, settings):
            for place in places:
                key = rule.tier, place
                if rule.effect is not Effect.ALLOW:
                    if settings.version >= _IN_ORDER:  # before that, some order has the deny at the end
                        denied.add(key)  # what comes later is not merged into a deny
                elif key not in denied:
                    earlier = seen.setdefault(key, [])
                    if found := _unmergeable(earlier, clause, rule):
                        return found
                    earlier.append((clause, rule))
    for parts in seen.values():
        if found := _in_some_order(parts, settings):
            return found
    return _in_one_filter(rules, settings)


_PARSER_OF_A_CELL = Version(1, 18)
"""From here on the proxy is merged for each selector; before, all that one port is opened for share it."""


def _in_one_filter(rules: Sequence[Rule], settings: Settings) -> Conflict | None:
    """Two proxies for one port and protocol, whatever their peers, where these share one. There are no tiers yet."""
    if settings.version >= _PARSER_OF_A_CELL:
        return None
    seen: dict[object, dict[str, Rule]] = {}
    for rule in rules:
        for clause in rule.ports or ():
            if rule.peers is not None and isinstance(clause, PortRule):
                parser = requests.parser(clause)
                for port in clause.ports or () if parser else ():
                    for held in cells(rule.peers, port, settings):
                        known = seen.setdefault((held.protocol, held.port, held.end), {})
                        for other in known:
                            if {parser, other} in _UNMERGED:
                                reason = f"{other} and {parser} rules for the same port cannot be merged"
                                return Conflict(reason, (known[other].origin, rule.origin))
                        known.setdefault(parser, rule)
    return None


def _places(rule: Rule, settings: Settings) -> Iterator[tuple[PortRule | None, set[object]]]:
    """The cells of each clause of *rule*; a rule for all ports has a cell for each selector."""
    if rule.peers is None:  # it selects nobody
        return
    if rule.defect is Defect.NEGATIVE_PEERS:  # the same selector as in the rule beside it
        return
    if rule.ports is None and rule.peers:
        yield None, set(product(_kept(rule, settings), ("all ports",)))
    for clause in rule.ports or ():
        if isinstance(clause, PortRule):
            yield clause, {key for port in clause.ports or () for key in cells(rule.peers, port, settings)}
        else:
            yield None, set(product(_kept(rule, settings), _icmp_types(clause)))


def _kept(rule: Rule, settings: Settings) -> Iterator[Peer]:
    return (kept(selector, settings) for selector in selectors(rule.peers, settings))


def _icmp_types(clause: IcmpRule) -> Iterator[object]:
    return ((field.family, ports.icmp_type(field.type, field.family)) for field in clause.fields or ())


def _tiers_of_dns(rules: Sequence[Rule]) -> Mapping[int, str]:
    asking = [
        rule
        for rule in rules
        for clause in rule.ports or ()
        if isinstance(clause, PortRule) and requests.parser(clause) == "dns"
    ]
    several = len({rule.tier for rule in asking}) > 1
    return {id(rule): "DNS rules in several tiers are not decided" for rule in asking if several}


def contentions(rule: Rule) -> frozenset[object]:
    """The kinds of parts of *rule*, which only a part of another kind can contradict.

    One that unsettles others has two kinds more: it needs no other part for that.
    """
    kinds = _merging_parts(rule)
    return frozenset((*kinds, object(), object()) if rule.unsettles else kinds)


def _is_merging(rule: Rule) -> bool:
    """Whether *rule* says anything that another rule could contradict: layer 7, or an authentication mode."""
    return bool(_merging_parts(rule))


def _merging_parts(rule: Rule) -> list[object]:
    """The kind of each part of *rule*: one for plain HTTP in a tier, one for plain DNS, and its own for all else."""
    if rule.effect is not Effect.ALLOW or rule.peers is None:
        return []
    kinds: list[object] = []
    for clause in rule.ports or ():
        if isinstance(clause, PortRule) and clause.judges and (parser := requests.parser(clause)):
            plain = parser in _PLAIN_PROXIES and not (
                clause.tls or clause.server_names or rule.authentication
            )
            kinds.append((rule.tier, parser) if plain else object())
    return kinds or ([rule.authentication] if rule.authentication is not None else [])


_PLAIN_PROXIES = ("http", "dns")


_Part = tuple[PortRule | None, Rule]
"""What is merged into one cell: a clause, None where it says nothing but peers and ports, and its rule."""


def _unmergeable(earlier: Sequence[_Part], clause: PortRule | None, rule: Rule) -> Conflict | None:
    for known, other in earlier:
        reason = _contradiction(known, clause) if known is not None and clause is not None else ""
        modes = {other.authentication, rule.authentication} - {None}
        if len(modes) > 1:
            reason = "different authentication modes for the same peers and port cannot be merged"
        if reason:
            return Conflict(reason, (other.origin, rule.origin))
    return None


_UNMERGED = ({"http", "dns"}, {"tls", "dns"}, {"listener", "http"}, {"listener", "dns"}, {"listener", "tls"})


def _contradiction(known: PortRule, clause: PortRule) -> str:
    first, second = requests.parser(known), requests.parser(clause)
    if {first, second} in _UNMERGED:
        return f"{first} and {second} rules for the same peers and port cannot be merged"
    if (
        known.listener
        and clause.listener
        and (known.listener.kind == PARSER) != (clause.listener.kind == PARSER)
    ):
        return "a listener and a parser of Cilium for the same peers and port cannot be merged"
    secrets = {context.field: context.secret for context in known.tls}
    if any(secrets.get(context.field, context.secret) != context.secret for context in clause.tls):
        return "different TLS contexts for the same peers and port cannot be merged"
    return ""


_NAMES_AND_HTTP = "server names cannot be merged into HTTP rules for the same peers and port"
_LISTENERS = "two listeners of the same priority for the same peers and port cannot be merged"


def _in_some_order(parts: Sequence[_Part], settings: Settings) -> Conflict | None:
    """Whether *parts* of one cell, which do not contradict each other two by two, cannot be merged in some order."""
    clauses = [clause for clause, _ in parts if clause is not None]
    names_and_http = any(c.server_names for c in clauses) and any(map(_has_http, clauses))
    if not names_and_http and len({c.listener for c in clauses if c.listener}) < 2:
        return None
    reason = _broken(parts)
    if not reason:
        orders = _orders(parts, settings)
        failing = _NAMES_AND_HTTP if names_and_http else _LISTENERS
        if orders is not None:
            failing = next(filter(None, map(_broken, orders)), "")
        reason = failing and f"{failing}, or only in one order"
    return Conflict(reason, tuple(dict.fromkeys(rule.origin for _, rule in parts))) if reason else None


def _broken(parts: Iterable[_Part]) -> str:
    """Why merging *parts* one by one fails, or "".

    HTTP rules that are merged into names come to nothing; it is what comes next that fails, unless TLS is terminated.
    """
    named = judged = terminated = False
    taken: _Claim | None = None
    for clause, _ in parts:
        if clause is None:
            clause = _PLAIN
        terminated |= clause.terminates_tls
        named |= bool(clause.server_names)
        if named and judged and not terminated:
            return _NAMES_AND_HTTP
        judged |= _has_http(clause)
        if clause.listener:
            claim = _claim(clause.listener)
            if taken and taken.priority == claim.priority and taken != claim:
                return _LISTENERS
            taken = claim if taken is None or claim.priority < taken.priority else taken
    return ""


_PLAIN = PortRule(None, None, None, None, (), ())
_UNWRITTEN = 256
"""The priority of a listener that has none comes behind all that can be written."""


class _Claim(msgspec.Struct, frozen=True):
    """A listener as Cilium calls it, and its priority: the lowest takes the traffic."""

    priority: int
    namespaced: bool
    config: str
    name: str


def _claim(listener: Listener) -> _Claim:
    """A listener is looked for in the namespace of the endpoint, whatever the kind of the policy; a parser nowhere."""
    namespaced = listener.kind not in (_CLUSTERWIDE, PARSER)
    return _Claim(listener.priority or _UNWRITTEN, namespaced, listener.config, listener.name)


_CLUSTERWIDE = "CiliumClusterwideEnvoyConfig"


def _has_http(clause: PortRule) -> bool:
    return clause.rules is not None and bool(clause.rules.http)


_IN_ORDER = Version(1, 19)
_MOST_ORDERS = 720
"""Six specs of one kind; beyond that it is left open whether one of their orders fails."""


def _orders(parts: Sequence[_Part], settings: Settings) -> Iterable[Sequence[_Part]] | None:
    """The orders in which *parts* may be merged: up to 1.18 kinds come in order, and the specs of a kind in any."""
    if settings.version >= _IN_ORDER:
        return (parts,)
    kinds: dict[str, dict[object, list[_Part]]] = {}
    for part in parts:
        origin = part[1].origin
        specs = kinds.setdefault(origin.policy.partition("/")[0], {})
        specs.setdefault(_spec(origin), []).append(part)
    if prod(factorial(len(specs)) for specs in kinds.values()) > _MOST_ORDERS:
        return None
    found = product(*(permutations(specs.values()) for specs in kinds.values()))
    return ([part for kind in order for spec in kind for part in spec] for order in found)


def _spec(origin: Origin) -> object:
    last = origin.path.index("specs") + 2 if "specs" in origin.path else 0
    return origin.policy, origin.document, origin.path[:last]


def _within(rules: Sequence[Rule], settings: Settings) -> Mapping[int, str]:
    """Server names and HTTP rules of several parts of one cell where TLS is terminated: which names which request."""
    parts: dict[object, list[tuple[PortRule, Rule]]] = {}
    for rule in rules:
        for clause in rule.ports or ():
            if isinstance(clause, PortRule) and clause.judges:
                for key in {key for port in clause.ports or () for key in cells(rule.peers, port, settings)}:
                    parts.setdefault((rule.tier, key), []).append((clause, rule))
    return {
        id(rule): "server names and HTTP rules of other items with TLS termination are not decided"
        for found in parts.values()
        if all(
            any(map(holds, (clause for clause, _ in found)))
            for holds in (_has_http, lambda clause: clause.server_names, lambda clause: clause.terminates_tls)
        )
        for _, rule in found
    }


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
        if overlap(port, its)
        and set(cells(first.peers, port, settings)).isdisjoint(cells(second.peers, its, settings))
        for rule in (first, second)
    }


_NAMES_BESIDE_HTTP = "HTTP rules beside server names of other peers on the same port are not decided"
