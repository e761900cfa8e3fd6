"""The symbolic engine: all flows at once. Every function is the twin of the one of the same name in `reference`.

A direction of one subject is a `Row`: which traffic passes with which peer. Rules add patches (peers × traffic) to
it; a verdict is then set algebra. Nothing here looks at a single flow.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, reduce
from itertools import groupby
from operator import attrgetter, or_, sub

import msgspec
from msgspec.structs import replace

from propolis import peers, requests
from propolis.algebra.flows import (
    NO_FLOWS,
    NO_ROW,
    Bitset,
    FlowSet,
    Patchwork,
    Row,
    add,
    both,
    flow_set,
    indexes,
    met,
    patch,
    rectangle,
    transposed,
    zipped,
)
from propolis.algebra.records import ALL, RecordSet
from propolis.algebra.traffic import EMPTY, FIRST_PORT, LAST_PORT, TrafficSet
from propolis.model.flow import ICMP, ICMPV6, PROTOCOLS
from propolis.model.labels import RESERVED, Label
from propolis.model.policy import Direction, Effect, IcmpRule, Peer, PortProtocol, PortRule
from propolis.model.rule import Rule, Tier
from propolis.model.settings import Enforcement, Version
from propolis.model.world import POLICED, Endpoint, NamedPort, Role
from propolis.peers.universe import Universe
from propolis.requests.fields import of_kind
from propolis.semantics import ports
from propolis.semantics.bounds import (
    cautious,
    conflict,
    contentions,
    doubts,
    generous,
    is_plain,
    undecidable,
)
from propolis.semantics.cells import cell, cells, selectors
from propolis.semantics.ruleset import Ruleset

EVERYTHING = TrafficSet({protocol: [(FIRST_PORT, LAST_PORT, ALL)] for protocol in PROTOCOLS})
_PROXIES = ("listener", "http", "dns", "tls")
_INIT = Label(RESERVED, "init")


class Bounds(msgspec.Struct, frozen=True):
    """The flows that are surely allowed, and those that may be. INVARIANT: *least* is part of *most*."""

    least: FlowSet
    most: FlowSet


_Rows = dict[int, Row]


class Ends(msgspec.Struct, frozen=True):
    """One bound of all flows, by source: what passes the source's end, and what passes the destination's."""

    leaving: _Rows
    arriving: _Rows


class Decided(msgspec.Struct, frozen=True, dict=True):
    """Every flow of *endpoints*: surely allowed, and not decided. What is in neither is denied.

    *least* and *most*: what each end lets through by itself; one object when nothing is unknown.
    """

    endpoints: tuple[Endpoint, ...]
    allowed: FlowSet
    unknown: FlowSet
    least: Ends
    most: Ends

    @cached_property
    def egress(self) -> Bounds:
        """The answers of the source's end, whatever the other end says."""
        return Bounds(flow_set(self.least.leaving), flow_set(self.most.leaving))

    @cached_property
    def ingress(self) -> Bounds:
        """The answers of the destination's end, whatever the other end says."""
        return Bounds(flow_set(self.least.arriving), flow_set(self.most.arriving))


class Patch(msgspec.Struct, frozen=True, gc=False):
    """Part of a rule: *traffic* with *among*, the peers that one port clause concerns.

    It depends on the peers and ports of a rule alone: rules that have the same ones share it. *named* are those peers,
    *whole* is the same ports with every request; *parser* is the proxy, *port* and *ports* as in `hits.Hit`.
    """

    named: tuple[Peer, ...]
    among: Bitset
    traffic: TrafficSet
    whole: TrafficSet
    parser: str = ""
    ports: PortRule | None = None
    port: PortProtocol | None = None

    @property
    def exact(self) -> bool:
        return self.port is not None and _is_one_port(self.port)

    @property
    def answers_hellos(self) -> bool:
        """Whether the proxy answers client hellos itself, whatever server they name."""
        if self.ports is None or self.parser == requests.LISTENER:
            return False
        return self.ports.terminates_tls and not self.ports.server_names


class Scene:
    """A ruleset and the endpoints that it is asked about, with what is worth keeping between questions."""

    def __init__(self, ruleset: Ruleset, endpoints: Sequence[Endpoint]) -> None:
        settings = ruleset.settings
        self.ruleset = ruleset
        self.universe = Universe(endpoints)
        self.nodes = self.universe.where(lambda endpoint: endpoint.role is Role.HOST)
        self.tiered = any(rule.tier is not Tier.NORMAL for rule in ruleset.rules)
        # rules by id(): the ruleset keeps each of them, so no other object is given its id
        contending: dict[Direction, dict[int, frozenset[object]]] = {direction: {} for direction in Direction}
        self.undecidable: set[int] = set()
        for rule in ruleset.rules:
            if not is_plain(rule):
                if kinds := contentions(rule):
                    contending[rule.direction][id(rule)] = kinds
                if undecidable(rule, settings):
                    self.undecidable.add(id(rule))
        self._contentions: dict[int, frozenset[object]] = {}
        for of_direction in contending.values():
            if len(frozenset[object]().union(*of_direction.values())) > 1:
                self._contentions |= of_direction
        self._patches: dict[object, list[Patch]] = {}
        self._peers: dict[Peer, Bitset] = {}
        self._among: dict[tuple[Peer, ...], Bitset] = {}
        self._clashes: dict[tuple[int, ...], bool] = {}
        self._rows: dict[object, tuple[Row, Row]] = {}
        self._selecting: dict[Direction, list[list[Rule]]] = {d: [[] for _ in endpoints] for d in Direction}
        self._contended = set(self._select())

    def _select(self) -> Iterator[int]:
        """Give every endpoint its rules; the positions where rules of one direction may contradict each other."""
        others = self.universe.everything & ~self.nodes
        kinds: dict[Direction, dict[int, frozenset[object]]] = {direction: {} for direction in Direction}
        for (subject, nodes), group in groupby(self.ruleset.rules, key=attrgetter("subject", "nodes")):
            rules = list(group)
            selected = list(indexes(self.universe.selected(subject) & (self.nodes if nodes else others)))
            for direction, of_direction in self._selecting.items():
                found = [rule for rule in rules if rule.direction is direction]
                more, known = self._kinds(found), kinds[direction]
                for position in selected:
                    of_direction[position] += found
                    if more:
                        known[position] = known.get(position, more) | more
                        if len(known[position]) > 1:
                            yield position

    def _kinds(self, rules: Iterable[Rule]) -> frozenset[object]:
        """The kinds of parts that *rules* of one direction have: parts of several could contradict each other."""
        if not self._contentions:
            return frozenset()
        found = [self._contentions[id(rule)] for rule in rules if id(rule) in self._contentions]
        return found[0].union(*found) if found else frozenset()

    def contending(self, rules: Sequence[Rule]) -> Sequence[Rule]:
        """Those of *rules*, which are of one direction, that another one of them could contradict."""
        if len(self._kinds(rules)) < 2:
            return ()
        return [rule for rule in rules if id(rule) in self._contentions]

    def selecting(self, subject: int, direction: Direction) -> Sequence[Rule]:
        """The rules of *direction* that select the endpoint at position *subject*."""
        return self._selecting[direction][subject]

    def every(self, subject: int) -> tuple[Rule, ...]:
        """The rules of both directions that select the endpoint at position *subject*."""
        return tuple(rule for direction in Direction for rule in self._selecting[direction][subject])

    def clashes(self, subject: int) -> bool:
        """Whether Cilium cannot compute the policy of the endpoint at position *subject*."""
        return subject in self._contended and self.clash(self.every(subject))

    def clash(self, every: Sequence[Rule]) -> bool:
        """Whether Cilium cannot compute the policy of an endpoint that *every* one of these rules selects."""
        if not any(
            self.contending([rule for rule in every if rule.direction is direction])
            for direction in Direction
        ):
            return False
        key = tuple(map(id, every))
        if key not in self._clashes:  # the ruleset keeps its rules, so that no other rule is given an id
            self._clashes[key] = conflict(every, self.ruleset.settings) is not None
        return self._clashes[key]

    def selects(self, peer: Peer) -> Bitset:
        """The endpoints that *peer* stands for."""
        found = self._peers.get(peer)
        if found is None:
            found = self._peers[peer] = peers.selects(peer, self.universe, self.ruleset.settings)
        return found

    def among(self, some: tuple[Peer, ...]) -> Bitset:
        """The endpoints that *some* peers stand for together; rules that name the same ones share what is found."""
        found = self._among.get(some)
        if found is None:
            found = self._among[some] = reduce(or_, map(self.selects, some))
        return found

    def own_names(self, subject: Endpoint, direction: Direction) -> tuple[NamedPort, ...]:
        """The ports of *subject* that rules of *direction* can call by name: on ingress those that some rule does."""
        if direction is Direction.EGRESS or not self.port_names:
            return ()
        return tuple(port for port in subject.ports if port.name in self.port_names)

    @cached_property
    def port_names(self) -> frozenset[str]:
        """Every name that a rule calls a port by."""
        written = {
            port.port
            for rule in self.ruleset.rules
            for clause in rule.ports or ()
            if isinstance(clause, PortRule)
            for port in clause.ports or ()
        }
        return frozenset(name for text in written if isinstance(name := ports.meaning(text), str))

    def patches(self, rule: Rule, subject: Endpoint, direction: Direction) -> Sequence[Patch]:
        """The patches of *rule*: the same for every subject, but for its own named ports on ingress."""
        key = rule.peers, rule.ports, direction, self.own_names(subject, direction)
        found = self._patches.get(key)
        if found is None:
            found = self._patches[key] = _patches(self, rule.peers, rule.ports, subject, direction)
        return found

    def rows(self, position: int, direction: Direction) -> tuple[Row, Row]:
        """What the endpoint at *position* surely lets pass in *direction*, and what it may let pass."""
        subject = self.universe.endpoints[position]
        rules = self.selecting(position, direction)
        clash = self.clashes(position)
        names = self.own_names(subject, direction)
        key = (direction, tuple(map(id, rules)), clash, subject.role, forced(subject, self.ruleset), names)
        found = self._rows.get(key)
        if found is None:
            found = self._rows[key] = side(self, subject, direction, rules, clash)
        return found

    def between(self, source: int, destination: int) -> Ruleset:
        """The ruleset without the rules that select neither end: it says the same of flows from one to the other."""
        ends = {id(rule): rule for end in (source, destination) for rule in self.every(end)}
        rules = tuple(sorted(ends.values(), key=lambda rule: self._order[id(rule)]))
        return replace(self.ruleset, rules=rules)

    @cached_property
    def _order(self) -> dict[int, int]:
        return {id(rule): number for number, rule in enumerate(self.ruleset.rules)}


def decided(ruleset: Ruleset, endpoints: Sequence[Endpoint]) -> Decided:
    """What *ruleset* lets through between *endpoints*.

    A direction without any selecting rule is open; within one tier a deny wins over every allow.

    Shape:   |result| ≤ endpoints² × port classes × request classes.
    Errors:  BudgetExceeded of `algebra.regular` when a language grows beyond its limit.
    Law:     agrees with `reference.verdict` on every flow (tests/agreement).
    """
    return decided_in(Scene(ruleset, endpoints))


def decided_in(scene: Scene) -> Decided:
    """The same for the ruleset and the endpoints of *scene*."""
    endpoints = scene.universe.endpoints
    egress, ingress = _sides(scene, Direction.EGRESS), _sides(scene, Direction.INGRESS)
    least = Ends(egress[0], transposed(ingress[0]))
    allowed = flow_set(both(least.leaving, least.arriving))
    if egress[0] == egress[1] and ingress[0] == ingress[1]:
        return Decided(endpoints, allowed, NO_FLOWS, least, least)
    most = Ends(egress[1], transposed(ingress[1]))
    possible = flow_set(both(most.leaving, most.arriving))
    return Decided(endpoints, allowed, possible - allowed, least, most)


def _sides(scene: Scene, direction: Direction) -> tuple[_Rows, _Rows]:
    """For every endpoint the row that is surely allowed in *direction*, and the one that may be."""
    least: _Rows = {}
    most: _Rows = {}
    for position in range(len(scene.universe.endpoints)):
        least[position], most[position] = scene.rows(position, direction)
    return least, most


def side(
    scene: Scene,
    subject: Endpoint,
    direction: Direction,
    rules: Sequence[Rule],
    clash: bool,
    *,
    nodes_right: bool = True,
) -> tuple[Row, Row]:
    """One direction of *subject*: the traffic that surely passes, and the traffic that may.

    *clash*: whether the rules of both its directions leave it without a policy. *nodes_right* False: without what
    `allow-localhost` lets in, so by the rules alone.
    """
    settings = scene.ruleset.settings
    if clash and _is_policed_now(subject, scene.ruleset):
        return NO_ROW, rectangle(scene.universe.everything, EVERYTHING)
    doubtful = doubts(scene.contending(rules), settings)
    if not doubtful and scene.undecidable.isdisjoint(map(id, rules)):
        sure = _decided(scene, rules, subject, direction, nodes_right)
        return sure, sure
    careful = _decided(scene, cautious(rules, settings), subject, direction, nodes_right)
    free = _decided(scene, generous(rules, settings), subject, direction, nodes_right)
    # a rule that allows more may also send more to a proxy, which passes less: neither side need hold the other
    return careful & free, careful | free


def _decided(
    scene: Scene, rules: Sequence[Rule], subject: Endpoint, direction: Direction, nodes_right: bool
) -> Row:
    everyone = scene.universe.everything
    if not _is_policed_now(subject, scene.ruleset):
        return rectangle(everyone, EVERYTHING)
    default_deny = _is_default_deny(subject, rules, scene.ruleset)
    if not rules and not default_deny:
        return rectangle(everyone, EVERYTHING)
    local = localhost(scene, subject, direction, rules) if nodes_right else 0
    free = local if default_deny else everyone
    levels = _levels(scene, rules, subject, direction)
    if len(levels) == 1:
        return Row(_by_one_level(scene, levels[0], free, local, default_deny))
    return Row(_by_levels(scene, levels, free, local, default_deny))


class Level(msgspec.Struct, frozen=True):
    """The patches of the rules of one tier and priority; *denied* and *passed* are whole ports."""

    tier: int
    allows: list[Patch]
    denied: Patchwork
    passed: Patchwork


def _levels(scene: Scene, rules: Sequence[Rule], subject: Endpoint, direction: Direction) -> list[Level]:
    if not scene.tiered:
        return [_one_level(scene, Tier.NORMAL, rules, subject, direction)]
    return [
        _one_level(scene, tier, of_level, subject, direction)
        for (tier, _), of_level in groupby(sorted(rules, key=_level), key=_level)
    ]


def _one_level(
    scene: Scene, tier: int, rules: Iterable[Rule], subject: Endpoint, direction: Direction
) -> Level:
    level = Level(tier, [], {}, {})
    for rule in rules:
        found = scene.patches(rule, subject, direction)
        match rule.effect:
            case Effect.ALLOW:
                level.allows.extend(found)
            case Effect.DENY:
                for one in found:
                    patch(level.denied, one.among, one.whole)
            case Effect.PASS:
                for one in found:
                    patch(level.passed, one.among, one.whole)
    return level


def _by_one_level(scene: Scene, level: Level, free: Bitset, local: Bitset, default_deny: bool) -> Patchwork:
    """The usual case of `_by_levels`: no tiers, so what the level passes or leaves is open to *free* alone."""
    allowed = _requests(scene, level.allows, local, default_deny)
    if free:
        covering = [one for one in level.allows if one.among & free]
        if not covering:
            add(allowed, free, EVERYTHING)
            return zipped(allowed, level.denied, sub) if level.denied else allowed
        left: Patchwork = {EVERYTHING: free}
        for one in covering:
            left = zipped(left, {one.whole: one.among}, sub)
        for traffic, among in left.items():
            patch(allowed, among, traffic)
    return zipped(allowed, level.denied, sub) if level.denied else allowed


def _by_levels(
    scene: Scene, levels: Sequence[Level], free: Bitset, local: Bitset, default_deny: bool
) -> Patchwork:
    """The first level that covers traffic decides it: deny before allow before pass (§2.1, §2.5).

    A pass hands on to the next tier. What no level decides is open to the peers in *free*.
    """
    allowed = waiting = NO_ROW
    left = rectangle(scene.universe.everything, EVERYTHING)
    tier = None
    for level in levels:
        if level.tier != tier:
            tier, left, waiting = level.tier, left | waiting, NO_ROW
        denied = Row(level.denied)
        covered: Patchwork = {}
        for one in level.allows:
            patch(covered, one.among, one.whole)
        allowed |= left & (Row(_requests(scene, level.allows, local, default_deny)) - denied)
        left = left - denied - Row(covered)
        passing = left & Row(level.passed)
        waiting, left = waiting | passing, left - passing
    return (allowed | (left | waiting).among(free)).peers


def _level(rule: Rule) -> tuple[int, float]:
    return rule.tier, rule.priority


# --- layer 7 ---


def _requests(scene: Scene, allows: Sequence[Patch], local: Bitset, default_deny: bool) -> Patchwork:
    """The traffic that *allows* let through (§2.4, §4.7, §6.2); *local* are peers for whom no layer 7 is enforced.

    Most peers are named by one patch alone, and what that patch lets through is theirs.
    """
    once = twice = 0
    for one in allows:
        twice |= once & one.among
        once |= one.among
    lenient = local if default_deny else once
    allowed: Patchwork = {}  # whatever is added to it has other peers than what is there
    shared: list[Patch] = []
    for one in allows:
        strict = one.among
        if strict & twice:
            shared.append(replace(one, among=strict & twice))
            strict &= ~twice
        if free := strict & lenient:
            strict ^= free
            add(allowed, free, _opened(one))
        if strict:
            add(allowed, strict, one.traffic)
    if shared:
        for traffic, among in _merged(scene, shared, lenient).items():
            add(allowed, among, traffic)
    return allowed


def _opened(one: Patch) -> TrafficSet:
    """What *one* lets through where no layer 7 is enforced: all that its proxy understands."""
    understood = _understood(one.whole, one.parser)
    return understood | _hellos(one.whole) if one.answers_hellos else understood


def _merged(scene: Scene, allows: Sequence[Patch], lenient: Bitset) -> Patchwork:
    """The same for peers that several patches name.

    Where one of them redirects to a proxy, only what that proxy understands passes; HTTP and TLS take the union of
    all rules that cover the port, DNS of those that name exactly this port. Where layer 7 is not enforced, for the
    local host and without default deny, the proxy passes all that it understands.
    """
    parsers = {one.parser for one in allows}
    allowed: Patchwork = {}
    for one in allows:
        if "tls" not in parsers:
            patch(allowed, one.among, one.traffic)
            continue
        for protocol, low, high, passing in one.traffic:
            bound = _bound_to_names(scene, one, allows, protocol)
            patch(allowed, one.among & ~bound, TrafficSet({protocol: [(low, high, passing)]}))
    judged: Patchwork = {}
    for proxy in _PROXIES:
        if proxy not in parsers:
            continue
        redirected: Patchwork = {}
        for one in allows:
            if one.parser == proxy:
                patch(redirected, one.among, one.whole)
        redirected = zipped(redirected, judged, sub)
        for whole, among in redirected.items():
            patch(judged, among, whole)
        asked = _exactly(allows) if proxy == "dns" else allowed
        answers = met(_among(redirected, ~lenient), asked), _among(redirected, lenient)
        allowed = zipped(allowed, redirected, sub)
        for traffic, among in (*answers[0].items(), *answers[1].items()):
            patch(allowed, among, _understood(traffic, proxy))
    for traffic, among in _handshakes(allows).items():
        patch(allowed, among, traffic)
    return allowed


def _handshakes(allows: Sequence[Patch]) -> Patchwork:
    """The client hellos that the HTTP proxy answers itself."""
    found: Patchwork = {}
    listeners: Patchwork = {}
    for one in allows:
        if one.answers_hellos:
            patch(found, one.among, _hellos(one.whole))
        if one.parser == "listener":
            patch(listeners, one.among, one.whole)
    return zipped(found, listeners, sub) if listeners else found


def _among(pieces: Patchwork, peers_: Bitset) -> Patchwork:
    return {traffic: held for traffic, holders in pieces.items() if (held := holders & peers_)}


def _exactly(allows: Sequence[Patch]) -> Patchwork:
    found: Patchwork = {}
    for one in allows:
        if one.exact:
            patch(found, one.among, one.traffic)
    return found


@lru_cache(maxsize=1 << 16)
def _understood(traffic: TrafficSet, proxy: str) -> TrafficSet:
    return traffic.restricted(requests.understood(proxy))


@lru_cache(maxsize=1 << 12)
def _hellos(traffic: TrafficSet) -> TrafficSet:
    return traffic.restricted(of_kind(requests.TLS))


def _bound_to_names(scene: Scene, one: Patch, patches: Sequence[Patch], protocol: str) -> Bitset:
    """The peers that *one* covers through cells with server names alone."""
    if one.port is None or one.ports is None or one.ports.server_names:
        return 0
    settings = scene.ruleset.settings
    named = {
        held
        for other in patches
        if other.port and other.ports and other.ports.server_names
        for held in cells(other.named, other.port, settings)
    }
    bound = one.among
    for selector in selectors(one.named, settings):
        if cell(selector, protocol, one.port, settings) not in named:
            bound &= ~scene.selects(selector)
    return bound


# --- who is policed ---


def isolated(scene: Scene, direction: Direction) -> Bitset:
    """The endpoints that are in default deny in *direction*."""
    found = 0
    for position, subject in enumerate(scene.universe.endpoints):
        rules = scene.selecting(position, direction)
        if _is_policed_now(subject, scene.ruleset) and _is_default_deny(subject, rules, scene.ruleset):
            found |= 1 << position
    return found


def _is_policed_now(subject: Endpoint, ruleset: Ruleset) -> bool:
    return policed(subject, ruleset) and ruleset.settings.enforcement is not Enforcement.NEVER


def _is_default_deny(subject: Endpoint, rules: Sequence[Rule], ruleset: Ruleset) -> bool:
    return any(map(_DEFAULT_DENY, rules)) or forced(subject, ruleset)


_DEFAULT_DENY = attrgetter("default_deny")


def policed(subject: Endpoint, ruleset: Ruleset) -> bool:
    return subject.role in POLICED or (subject.role is Role.HOST and ruleset.settings.host_firewall)


def forced(subject: Endpoint, ruleset: Ruleset) -> bool:
    if ruleset.settings.enforcement is Enforcement.ALWAYS:
        return True
    return _INIT in subject.labels


def localhost(scene: Scene, subject: Endpoint, direction: Direction, rules: Sequence[Rule]) -> Bitset:
    """The peers that may always reach *subject*: the host of a pod (§8.2)."""
    settings = scene.ruleset.settings
    if direction is not Direction.INGRESS or not settings.allow_localhost or subject.role is Role.HOST:
        return 0
    if settings.version >= Version(1, 20) and not rules:
        return 0
    return scene.nodes


# --- peers and ports ---


def _patches(
    scene: Scene,
    named: tuple[Peer, ...] | None,
    clauses: tuple[PortRule | IcmpRule, ...] | None,
    subject: Endpoint,
    direction: Direction,
) -> list[Patch]:
    if named is None or (not named and clauses is None):
        return []
    among = scene.among(named) if named else scene.universe.everything
    if not among:
        return []
    if clauses is None:
        return [Patch(named, among, EVERYTHING, EVERYTHING)]
    settings = scene.ruleset.settings
    found: list[Patch] = []
    for clause in clauses:
        if isinstance(clause, IcmpRule):
            traffic = _icmp_traffic(clause)
            found.append(Patch(named, among, traffic, traffic))
            continue
        parser = requests.parser(clause) if clause.judges else ""
        passing = requests.language(clause, settings) if parser else ALL
        for port in clause.ports or ():
            span = _span(port.port, port.end_port, port.protocol, settings.version)
            if span is not None:
                traffic = span.whole if passing is ALL else _traffic(span, passing)
                found.append(Patch(named, among, traffic, span.whole, parser, clause, port))
                continue
            for some, own in _named(scene, port, subject, direction):
                if among & some:
                    traffic = _traffic(own, passing)
                    found.append(Patch(named, among & some, traffic, own.whole, parser, clause, port))
    return found


def _icmp_traffic(rule: IcmpRule) -> TrafficSet:
    protocols = {"IPv4": ICMP, "IPv6": ICMPV6}
    traffic = EMPTY
    for field in rule.fields or ():
        number, protocol = ports.icmp_type(field.type, field.family), protocols.get(field.family)
        if number is not None and protocol is not None:
            low, high = (FIRST_PORT, LAST_PORT) if number == 0 else (number, number)
            traffic |= TrafficSet({protocol: [(low, high, ALL)]})
    return traffic


class _Span(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Ports *low* to *high* of some protocols; *whole* is all their traffic."""

    protocols: tuple[str, ...]
    low: int
    high: int
    whole: TrafficSet


def _spanned(protocols: tuple[str, ...], low: int, high: int) -> _Span:
    return _Span(protocols, low, high, TrafficSet({p: [(low, high, ALL)] for p in protocols}))


def _traffic(span: _Span, passing: RecordSet) -> TrafficSet:
    return TrafficSet({protocol: [(span.low, span.high, passing)] for protocol in span.protocols})


@lru_cache(maxsize=4096)
def _span(written: str, end: int, protocol: str, version: Version) -> _Span | None:
    """What a port means by itself; None when it is a name, or means nothing."""
    number = ports.meaning(written) if written else 0
    if not isinstance(number, int):
        return None
    protocols = ports.protocols(protocol)
    if number == 0 and (end == 0 or version >= Version(1, 20)):
        return _spanned(protocols, FIRST_PORT, LAST_PORT)
    return _spanned(protocols, number, max(number, end))


def _named(
    scene: Scene, port: PortProtocol, subject: Endpoint, direction: Direction
) -> Iterator[tuple[Bitset, _Span]]:
    """The ports that a name stands for, each with the peers for whom it does."""
    everyone, name = scene.universe.everything, ports.meaning(port.port)
    for protocol in ports.protocols(port.protocol):
        wanted = (name, protocol)
        by_number: dict[int, Bitset] = {}
        if direction is Direction.INGRESS:
            by_number = {p.number: everyone for p in subject.ports if (p.name, p.protocol) == wanted}
        elif scene.ruleset.settings.version >= Version(1, 20):
            for position, endpoint in enumerate(scene.universe.endpoints):
                for own in endpoint.ports:
                    if (own.name, own.protocol) == wanted:
                        by_number[own.number] = by_number.get(own.number, 0) | 1 << position
        else:
            numbers = {p.number for p in scene.ruleset.port_names if (p.name, p.protocol) == wanted}
            if len(numbers) == 1:
                by_number = dict.fromkeys(numbers, everyone)
        for number, some in sorted(by_number.items()):
            yield some, _spanned((protocol,), number, number)


def _is_one_port(port: PortProtocol) -> bool:
    number = ports.meaning(port.port) if port.port else 0
    return isinstance(number, str) or (number is not None and number > 0 and port.end_port <= number)
