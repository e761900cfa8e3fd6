"""The symbolic engine: all flows at once. Every function is the twin of the one of the same name in `reference`.

A direction of one subject is a `Row`: which traffic passes with which peer. Rules add rectangles (peers × traffic)
to rows; a verdict is then set algebra. Nothing here looks at a single flow.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

import msgspec

from propolis import peers, requests
from propolis.algebra.flows import NO_ROW, Bitset, FlowSet, Row, flow_set, rectangle, transposed
from propolis.algebra.records import ALL, RecordSet
from propolis.algebra.traffic import FIRST_PORT, LAST_PORT, TrafficSet
from propolis.model.flow import ICMP, ICMPV6, PROTOCOLS, WITH_PORTS
from propolis.model.labels import RESERVED
from propolis.model.policy import Direction, Effect, IcmpRule, PortProtocol, PortRule
from propolis.model.rule import Rule
from propolis.model.settings import Enforcement, Version
from propolis.model.world import POLICED, Endpoint, Role
from propolis.peers.universe import Universe
from propolis.semantics import ports
from propolis.semantics.bounds import cautious, conflict, generous
from propolis.semantics.ruleset import Ruleset

EVERYTHING = TrafficSet({protocol: [(FIRST_PORT, LAST_PORT, ALL)] for protocol in PROTOCOLS})
_PROXIES = ("http", "dns", "tls")


class Bounds(msgspec.Struct, frozen=True):
    """The flows that are surely allowed, and those that may be. INVARIANT: *least* is part of *most*."""

    least: FlowSet
    most: FlowSet


class Decided(msgspec.Struct, frozen=True):
    """Every flow of *endpoints*: surely allowed, and not decided. What is in neither is denied.

    *egress* and *ingress* are the answers of one end alone, whatever the other end says.
    """

    endpoints: tuple[Endpoint, ...]
    allowed: FlowSet
    unknown: FlowSet
    egress: Bounds
    ingress: Bounds


class Scene:
    """A ruleset and the endpoints that it is asked about, with what is worth keeping between questions."""

    def __init__(self, ruleset: Ruleset, endpoints: Sequence[Endpoint]) -> None:
        self.ruleset = ruleset
        self.universe = Universe(endpoints)
        self.subjects = self.universe.where(lambda endpoint: endpoint.role is not Role.HOST)
        self.nodes = self.universe.where(lambda endpoint: endpoint.role is Role.HOST)
        self._selected = [
            self.universe.selected(rule.subject) & (self.nodes if rule.nodes else self.subjects)
            for rule in ruleset.rules
        ]

    def selecting(self, subject: int, direction: Direction) -> tuple[Rule, ...]:
        """The rules of *direction* that select the endpoint at position *subject*."""
        chosen = zip(self.ruleset.rules, self._selected, strict=True)
        return tuple(rule for rule, found in chosen if rule.direction is direction and found >> subject & 1)


def decided(ruleset: Ruleset, endpoints: Sequence[Endpoint]) -> Decided:
    """What *ruleset* lets through between *endpoints*.

    A direction without any selecting rule is open; within one tier a deny wins over every allow.

    Shape:   |result| ≤ endpoints² × port classes × request classes.
    Errors:  BudgetExceeded of `algebra.regular` when a language grows beyond its limit.
    Law:     agrees with `reference.verdict` on every flow (tests/agreement).
    """
    scene = Scene(ruleset, endpoints)
    egress, ingress = _sides(scene, Direction.EGRESS), _sides(scene, Direction.INGRESS)
    leaving = Bounds(flow_set(egress[0]), flow_set(egress[1]))
    arriving = Bounds(transposed(ingress[0]), transposed(ingress[1]))
    allowed = leaving.least & arriving.least
    possible = leaving.most & arriving.most
    return Decided(tuple(endpoints), allowed, possible - allowed, leaving, arriving)


_Rows = dict[int, Row]


def _sides(scene: Scene, direction: Direction) -> tuple[_Rows, _Rows]:
    """For every endpoint the row that is surely allowed in *direction*, and the one that may be."""
    least: _Rows = {}
    most: _Rows = {}
    known: dict[object, tuple[Row, Row]] = {}
    for position, subject in enumerate(scene.universe.endpoints):
        rules = scene.selecting(position, direction)
        names = subject.ports if direction is Direction.INGRESS else ()
        key = (
            rules,
            policed(subject, scene.ruleset),
            forced(subject, scene.ruleset),
            subject.role is Role.HOST,
            names,
        )
        if key not in known:
            known[key] = side(scene, subject, direction, rules)
        least[position], most[position] = known[key]
    return least, most


def side(scene: Scene, subject: Endpoint, direction: Direction, rules: Sequence[Rule]) -> tuple[Row, Row]:
    """One direction of *subject*: the traffic that surely passes, and the traffic that may."""
    settings = scene.ruleset.settings
    if conflict(rules, settings):
        return NO_ROW, rectangle(scene.universe.everything, EVERYTHING)
    least = _decided(scene, cautious(rules, settings), subject, direction)
    most = _decided(scene, generous(rules, settings), subject, direction)
    return least, most


def _decided(scene: Scene, rules: Sequence[Rule], subject: Endpoint, direction: Direction) -> Row:
    open_ = rectangle(scene.universe.everything, EVERYTHING)
    if not policed(subject, scene.ruleset) or scene.ruleset.settings.enforcement is Enforcement.NEVER:
        return open_
    default_deny = forced(subject, scene.ruleset) or any(rule.default_deny for rule in rules)
    if not rules and not default_deny:
        return open_
    local = localhost(scene, subject, direction, rules)
    allowed, left = _by_rules(scene, rules, subject, direction, local, default_deny)
    rest = scene.universe.everything if not default_deny else local
    return allowed | left.among(rest)


def _by_rules(
    scene: Scene,
    rules: Sequence[Rule],
    subject: Endpoint,
    direction: Direction,
    local: Bitset,
    default_deny: bool,
) -> tuple[Row, Row]:
    """What rules allow, and what no rule decides: level by level, deny before allow before pass."""
    allowed = waiting = NO_ROW
    left = rectangle(scene.universe.everything, EVERYTHING)
    current = None
    for (tier, _), level in groupby(sorted(rules, key=_level), key=_level):
        if tier != current:
            current, left, waiting = tier, left | waiting, NO_ROW
        in_level = list(level)
        denied = _covered(scene, in_level, Effect.DENY, subject, direction)
        allows = [rule for rule in in_level if rule.effect is Effect.ALLOW]
        covered = _covered(scene, allows, Effect.ALLOW, subject, direction)
        allowed |= left & (_requests(scene, allows, subject, direction, local, default_deny) - denied)
        left -= denied | covered
        passing = left & _covered(scene, in_level, Effect.PASS, subject, direction)
        waiting, left = waiting | passing, left - passing
    return allowed, left | waiting


def _level(rule: Rule) -> tuple[int, float]:
    return rule.tier, rule.priority


class Patch(msgspec.Struct, frozen=True):
    """Part of a rule: *traffic* with *among*, the peers that its port clause concerns.

    *key* tells apart the port clauses that Cilium merges; *parser* is the proxy, *exact* as in `reference.Hit`.
    """

    rule: Rule
    among: Bitset
    traffic: TrafficSet
    parser: str
    exact: bool


def _covered(
    scene: Scene, rules: Sequence[Rule], effect: Effect, subject: Endpoint, direction: Direction
) -> Row:
    """The traffic, whatever its request, that some rule with *effect* covers."""
    found = NO_ROW
    for rule in rules:
        if rule.effect is effect:
            for patch in _patches(scene, rule, subject, direction):
                found |= rectangle(patch.among, _whole(patch.traffic))
    return found


def _whole(traffic: TrafficSet) -> TrafficSet:
    return TrafficSet({p: [(lo, hi, ALL) for lo, hi, _ in pieces] for p, pieces in traffic.pieces.items()})


def _requests(
    scene: Scene,
    allows: Sequence[Rule],
    subject: Endpoint,
    direction: Direction,
    local: Bitset,
    default_deny: bool,
) -> Row:
    """The traffic that *allows* let through at layer 7 (§2.4, §4.7, §6.2).

    Where one of them redirects to a proxy, only what that proxy understands passes; HTTP and TLS take the union of all
    rules that cover the port, DNS of those that name exactly this port.
    """
    patches = [patch for rule in allows for patch in _patches(scene, rule, subject, direction)]
    allowed = NO_ROW
    for patch in patches:
        allowed |= rectangle(patch.among & ~_bound_to_names(patch, patches), patch.traffic)
    decided_ = NO_ROW
    for proxy in _PROXIES:
        redirected = NO_ROW
        for patch in patches:
            if patch.parser == proxy:
                redirected |= rectangle(patch.among, _whole(patch.traffic))
        redirected -= decided_
        if not redirected:
            continue
        answered = _answered(patches, allowed, proxy, local, default_deny)
        every = rectangle(scene.universe.everything, EVERYTHING.restricted(requests.every(proxy)))
        allowed = (allowed - redirected) | (answered & redirected & every)
        decided_ |= redirected
    return allowed


def _answered(patches: Sequence[Patch], allowed: Row, proxy: str, local: Bitset, default_deny: bool) -> Row:
    """What *proxy* passes: everything where layer 7 is not enforced, else what the rules that it looks at allow."""
    every = NO_ROW
    for patch in patches:
        if patch.parser == proxy:
            every |= rectangle(patch.among, _whole(patch.traffic))
    if not default_deny:
        return every
    asked = allowed
    if proxy == "dns":
        asked = NO_ROW
        for patch in patches:
            if patch.exact:
                asked |= rectangle(patch.among, patch.traffic)
    return asked | every.among(local)


def _bound_to_names(plain: Patch, patches: Sequence[Patch]) -> Bitset:
    """The peers for which server names of another rule bind the plain allow *plain*."""
    if plain.parser or not plain.exact:
        return 0
    bound = 0
    for named in patches:
        if named.parser == "tls" and named.exact and _overlap(named.traffic, plain.traffic):
            mine, theirs = named.rule.peers or (), plain.rule.peers or ()
            if set(mine) & set(theirs) or mine == theirs:
                bound |= named.among & plain.among
    return bound


def _overlap(a: TrafficSet, b: TrafficSet) -> bool:
    return bool(_whole(a) & _whole(b))


# --- who is policed ---


def isolated(scene: Scene, direction: Direction) -> Bitset:
    """The endpoints that are in default deny in *direction*."""
    found = 0
    for position, subject in enumerate(scene.universe.endpoints):
        rules = scene.selecting(position, direction)
        if policed(subject, scene.ruleset) and (
            forced(subject, scene.ruleset) or any(rule.default_deny for rule in rules)
        ):
            found |= 1 << position
    return found


def policed(subject: Endpoint, ruleset: Ruleset) -> bool:
    return subject.role in POLICED or (subject.role is Role.HOST and ruleset.settings.host_firewall)


def forced(subject: Endpoint, ruleset: Ruleset) -> bool:
    always = ruleset.settings.enforcement is Enforcement.ALWAYS
    return always or any((label.source, label.key) == (RESERVED, "init") for label in subject.labels)


def localhost(scene: Scene, subject: Endpoint, direction: Direction, rules: Sequence[Rule]) -> Bitset:
    """The peers that may always reach *subject*: the host of a pod (§8.2)."""
    settings = scene.ruleset.settings
    if direction is not Direction.INGRESS or not settings.allow_localhost or subject.role is Role.HOST:
        return 0
    if settings.version >= Version(1, 20) and not rules:
        return 0
    return scene.nodes


# --- peers and ports ---


def _patches(scene: Scene, rule: Rule, subject: Endpoint, direction: Direction) -> Iterator[Patch]:
    if rule.peers is None or (not rule.peers and rule.ports is None):
        return
    among = 0 if rule.peers else scene.universe.everything
    for peer in rule.peers:
        among |= peers.selects(peer, scene.universe, scene.ruleset.settings)
    if not among:
        return
    if rule.ports is None:
        yield Patch(rule, among, EVERYTHING, "", exact=False)
    for clause in rule.ports or ():
        match clause:
            case IcmpRule():
                yield Patch(rule, among, _icmp_traffic(clause), "", exact=False)
            case PortRule():
                parser = requests.parser(clause)
                passing = _language(clause, scene.ruleset.settings)
                for port in clause.ports or ():
                    for some, traffic in _port_traffic(scene, port, subject, direction, passing):
                        if among & some:
                            yield Patch(rule, among & some, traffic, parser, _is_one_port(port))


_language = lru_cache(maxsize=4096)(requests.language)


def _icmp_traffic(rule: IcmpRule) -> TrafficSet:
    protocols = {"IPv4": ICMP, "IPv6": ICMPV6}
    traffic = TrafficSet({})
    for field in rule.fields or ():
        number, protocol = ports.icmp_type(field.type, field.family), protocols.get(field.family)
        if number is not None and protocol is not None:
            low, high = (FIRST_PORT, LAST_PORT) if number == 0 else (number, number)
            traffic |= TrafficSet({protocol: [(low, high, ALL)]})
    return traffic


def _port_traffic(
    scene: Scene, port: PortProtocol, subject: Endpoint, direction: Direction, passing: RecordSet
) -> Iterator[tuple[Bitset, TrafficSet]]:
    """The peers that the port concerns (a name can mean another number for each), and its traffic with them."""
    protocol = port.protocol.upper()
    protocols = WITH_PORTS if protocol in ("", "ANY") else (protocol,)
    number = ports.meaning(port.port) if port.port else 0
    if number is None:
        return
    if isinstance(number, str):
        for name in protocols:
            for value, some in _named(scene, number, name, subject, direction):
                yield some, TrafficSet({name: [(value, value, passing)]})
        return
    low, high = number, max(number, port.end_port)
    if number == 0 and (port.end_port == 0 or scene.ruleset.settings.version >= Version(1, 20)):
        low, high = FIRST_PORT, LAST_PORT
    yield scene.universe.everything, TrafficSet({name: [(low, high, passing)] for name in protocols})


def _named(
    scene: Scene, name: str, protocol: str, subject: Endpoint, direction: Direction
) -> Iterator[tuple[int, Bitset]]:
    everyone = scene.universe.everything
    if direction is Direction.INGRESS:
        for number in {p.number for p in subject.ports if p.name == name and p.protocol == protocol}:
            yield number, everyone
    elif scene.ruleset.settings.version >= Version(1, 20):
        numbers = {
            p.number
            for e in scene.universe.endpoints
            for p in e.ports
            if (p.name, p.protocol) == (name, protocol)
        }
        for number in sorted(numbers):
            yield (
                number,
                scene.universe.where(
                    lambda e, n=number: any(
                        (p.name, p.protocol, p.number) == (name, protocol, n) for p in e.ports
                    )  # type: ignore[misc]
                ),
            )
    else:
        numbers = {p.number for p in scene.ruleset.port_names if (p.name, p.protocol) == (name, protocol)}
        if len(numbers) == 1:
            yield numbers.pop(), everyone


def _is_one_port(port: PortProtocol) -> bool:
    number = ports.meaning(port.port) if port.port else 0
    return isinstance(number, str) or (number is not None and number > 0 and port.end_port <= number)
