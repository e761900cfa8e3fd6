"""A comparison as changes to read: by pairs of ends, the riskiest first, each with an example and its lines."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from propolis.algebra.flows import Bitset, FlowSet, bits, indexes
from propolis.algebra.traffic import TrafficSet
from propolis.claims.tenancy import tenant
from propolis.commands.spans import spans
from propolis.model.profile import Profile
from propolis.model.report import Answer, Change, Risk, Shift, Tally
from propolis.model.world import Endpoint, Role, Workload
from propolis.semantics.compare import Compared
from propolis.semantics.explain import Answering, Place
from propolis.semantics.symbolic import Scene
from propolis.semantics.witness import DATA_PORTS, Attempt, attempt

_TO_DATA = {
    Risk.TENANTS: Risk.TENANTS_TO_DATA,
    Risk.ACROSS: Risk.ACROSS_TO_DATA,
    Risk.WITHIN: Risk.WITHIN_TO_DATA,
}


class Area(msgspec.Struct, frozen=True):
    """Every pair from *sources* to *destinations*, which all run the same kind of risk."""

    risk: Risk
    sources: Bitset
    destinations: Bitset


class Block(msgspec.Struct, frozen=True):
    """Pairs that change by the same *traffic*: every one of *sources* with every one of *destinations*."""

    risk: Risk
    sources: Bitset
    destinations: Bitset
    traffic: TrafficSet

    @property
    def pairs(self) -> int:
        return self.sources.bit_count() * self.destinations.bit_count()


class Account(msgspec.Struct, frozen=True):
    """The changes that are shown, how many there are of each kind, and how many pairs that exist do not change."""

    changes: tuple[Change, ...]
    tallies: tuple[Tally, ...]
    unchanged: int


class Side:
    """One side of a comparison: its scene, and what finds the lines of its rules."""

    def __init__(self, scene: Scene, place: Place, answering: Answering) -> None:
        self.world = scene.ruleset.world
        self._scene = scene
        self._place = place
        self._answering = answering

    def answer(self, tried: Attempt, source: int, destination: int) -> Answer:
        """What happens to *tried* between two endpoints."""
        ends = self._scene.universe.endpoints
        return self._answering(self._scene, tried.between(ends[source], ends[destination]), self._place)


class Ledger:
    """A comparison in the light of who its endpoints are."""

    def __init__(self, found: Compared, old: Side, new: Side, profile: Profile | None = None) -> None:
        self.found = found
        self.old, self.new = old, new
        self.endpoints = found.new.universe.endpoints
        self.existing = bits(i for i, endpoint in enumerate(self.endpoints) if endpoint.existing)
        self.everyone = (1 << len(self.endpoints)) - 1
        self.areas = tuple(areas(self.endpoints, tenants(self.endpoints, profile)))
        self.stores = stores(self.endpoints, (*old.world.workloads, *new.world.workloads))

    def account(self, most: int) -> Account:
        """At most *most* changes of each kind, and the tallies of all."""
        kinds = (
            (Shift.ALLOWED, self.found.allowed),
            (Shift.UNDECIDED, self.found.undecided),
            (Shift.DENIED, self.found.denied),
        )
        changes: list[Change] = []
        tallies: list[Tally] = []
        for shift, flows in kinds:
            if flows:
                for existing in (True, False):
                    shown = tuple(islice(self._changes(shift, flows, existing), most))
                    changes += shown
                    total = self._total(flows, existing)
                    if total:
                        tallies.append(Tally(shift, existing, total, sum(c.pairs for c in shown)))
        every = self.found.allowed | self.found.undecided | self.found.denied
        unchanged = self.existing.bit_count() ** 2 - self._total(every, existing=True)
        return Account(tuple(changes), tuple(tallies), unchanged)

    def _changes(self, shift: Shift, flows: FlowSet, existing: bool) -> Iterator[Change]:
        found = self._blocks(flows, existing)
        for block in _singled(found) if existing else _merged(found):
            yield self._change(shift, block, existing)

    def _change(self, shift: Shift, block: "Counted", existing: bool) -> Change:
        source, destination = block.source, block.destination
        tried = attempt(block.traffic, self.endpoints[destination])
        return Change(
            shift=shift,
            risk=block.risk,
            source=self.endpoints[source].name,
            destination=self.endpoints[destination].name,
            traffic=spans(block.traffic),
            pairs=block.pairs,
            existing=existing,
            old=self.old.answer(tried, source, destination),
            new=self.new.answer(tried, source, destination),
        )

    def _blocks(self, flows: FlowSet, existing: bool) -> Iterator[Block]:
        """The pairs of *flows*, cut by risk, the highest first; lazily, because there can be millions."""
        cut = [
            (sources, destinations, traffic, self._data(traffic))
            for row, holders in flows.rows.items()
            for traffic, peers in row.peers.items()
            for sources, destinations in self._parts(holders, peers, existing)
        ]
        for risk in Risk:
            for area in self.areas:
                if risk not in (area.risk, _TO_DATA.get(area.risk)):
                    continue
                for sources, destinations, traffic, data in cut:
                    among = sources & area.sources
                    of_risk = self._of_risk(destinations & area.destinations, data, risk, area.risk)
                    if among and of_risk:
                        yield Block(risk, among, of_risk, traffic)

    def _of_risk(self, destinations: Bitset, data: Bitset, risk: Risk, plain: Risk) -> Bitset:
        if plain not in _TO_DATA:
            return destinations
        return destinations & ~data if risk is plain else destinations & data

    def _parts(
        self, sources: Bitset, destinations: Bitset, existing: bool
    ) -> Iterator[tuple[Bitset, Bitset]]:
        """The pairs of which both ends exist, or the others."""
        here = sources & self.existing, destinations & self.existing
        if existing:
            yield here
        else:
            yield sources & ~self.existing, destinations
            yield here[0], destinations & ~self.existing

    def _data(self, traffic: TrafficSet) -> Bitset:
        """The endpoints that *traffic* reaches on a data port: one that they declare, or one that it names alone."""
        found = 0
        for protocol, low, high, _ in traffic:
            if low == high and low in DATA_PORTS:
                return self.everyone
            for (own, number), holders in self.stores.items():
                if own == protocol and low <= number <= high:
                    found |= holders
        return found

    def _total(self, flows: FlowSet, existing: bool) -> int:
        return sum(
            sources.bit_count() * destinations.bit_count()
            for row, holders in flows.rows.items()
            for peers in row.peers.values()
            for sources, destinations in self._parts(holders, peers, existing)
        )


class Counted(msgspec.Struct, frozen=True):
    """One pair of ends, and how many *pairs* change as it does."""

    risk: Risk
    source: int
    destination: int
    traffic: TrafficSet
    pairs: int


def _singled(blocks: Iterable[Block]) -> Iterator[Counted]:
    for block in blocks:
        for source in indexes(block.sources):
            for destination in indexes(block.destinations):
                yield Counted(block.risk, source, destination, block.traffic, 1)


def _merged(blocks: Iterable[Block]) -> Iterator[Counted]:
    """One pair for all of equal risk and traffic."""
    found: dict[tuple[Risk, TrafficSet], list[Block]] = {}
    for block in blocks:
        found.setdefault((block.risk, block.traffic), []).append(block)
    for (risk, traffic), alike in found.items():
        first = alike[0]
        source, destination = next(indexes(first.sources)), next(indexes(first.destinations))
        yield Counted(risk, source, destination, traffic, sum(block.pairs for block in alike))


# --- who the endpoints are ---


def tenants(endpoints: Sequence[Endpoint], profile: Profile | None) -> Sequence[str | None]:
    """The tenant of each of *endpoints*, as *profile* tells them apart; None for those that have none."""
    if profile is None:
        return [None] * len(endpoints)
    return [tenant(profile, each) if each.role is Role.POD else None for each in endpoints]


def areas(endpoints: Sequence[Endpoint], owners: Sequence[str | None]) -> Iterator[Area]:
    """Every pair of *endpoints*, each in one area; *owners* are their tenants."""
    everyone = (1 << len(endpoints)) - 1
    outside = bits(i for i, endpoint in enumerate(endpoints) if endpoint.role is Role.WORLD)
    homes: dict[tuple[str, str | None], list[int]] = {}
    for position, (endpoint, owner) in enumerate(zip(endpoints, owners, strict=True)):
        if endpoint.role in (Role.POD, Role.UNMANAGED):
            homes.setdefault((endpoint.namespace, owner), []).append(position)
    pods = bits(i for positions in homes.values() for i in positions)
    nodes = everyone & ~outside & ~pods
    owned = bits(i for i, owner in enumerate(owners) if owner is not None)
    yield Area(Risk.FROM_WORLD, outside, everyone)
    yield Area(Risk.TO_WORLD, everyone & ~outside, outside)
    near: dict[str, Bitset] = {}
    of_tenant: dict[str | None, Bitset] = {}
    for (namespace, owner), positions in homes.items():
        near[namespace] = near.get(namespace, 0) | bits(positions)
        of_tenant[owner] = of_tenant.get(owner, 0) | bits(positions)
    for (namespace, owner), positions in sorted(
        homes.items(), key=lambda home: (home[0][0], home[0][1] or "")
    ):
        home = bits(positions)
        others = owned & ~of_tenant[owner] if owner is not None else 0
        yield Area(Risk.TENANTS, home, others)
        yield Area(Risk.ACROSS, home, pods & ~near[namespace] & ~others)
        yield Area(Risk.WITHIN, home, near[namespace] & ~others)
    yield Area(Risk.NODE, nodes, pods | nodes)
    yield Area(Risk.NODE, pods, nodes)


def stores(endpoints: Sequence[Endpoint], workloads: Iterable[Workload]) -> dict[tuple[str, int], Bitset]:
    """Protocol and data port → the endpoints that declare it, named or not."""
    declared = {
        (f"{workload.namespace}/{workload.name}", port.protocol, port.number)
        for workload in workloads
        for port in workload.ports
        if port.number in DATA_PORTS
    }
    positions: dict[str, list[int]] = {}
    for position, endpoint in enumerate(endpoints):
        positions.setdefault(endpoint.name, []).append(position)
    found: dict[tuple[str, int], Bitset] = {}
    for name, protocol, number in declared:
        key = protocol, number
        found[key] = found.get(key, 0) | bits(positions.get(name, ()))
    return found
