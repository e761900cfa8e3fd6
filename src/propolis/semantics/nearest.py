"""The nearest allowed flow: what one would have to ask for instead, with as little changed as possible."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto

import msgspec

from propolis import requests
from propolis.algebra.flows import bits, indexes
from propolis.algebra.records import ALL, NONE, Field, RecordSet, example
from propolis.algebra.traffic import TrafficSet
from propolis.model.flow import ICMP, ICMPV6, WITH_PORTS, Flow, Request
from propolis.model.policy import Direction
from propolis.model.world import Endpoint, Role
from propolis.requests.fields import KIND
from propolis.semantics.symbolic import Scene
from propolis.semantics.witness import port_plainness, tried_ports


class Part(Enum):
    """A part of a flow that can be another one, the one to change first first; a request has parts of its own."""

    PORT = auto()
    PROTOCOL = auto()
    SOURCE = auto()
    DESTINATION = auto()


_WEIGHTS = {part: 1 << number for number, part in enumerate(Part)}


class Nearest(msgspec.Struct, frozen=True):
    """*flow* is allowed. *parts*: what is another one than was asked; *fields*: those of the request, by name."""

    flow: Flow
    parts: tuple[Part, ...]
    fields: tuple[str, ...]

    @property
    def distance(self) -> tuple[int, int]:
        """How many parts and fields differ; then which: rather fields than the port, rather that than the protocol,
        rather all of these than the source, and rather that than the destination: it is what somebody wants."""
        return len(self.parts) + len(self.fields), sum(_WEIGHTS[part] for part in self.parts)


def nearest(scene: Scene, flow: Flow) -> Nearest | None:
    """The surely allowed flow that differs least from *flow* (`Nearest.distance`); of several the plainest.

    One end at most is another one, and then a pod that exists or a peer outside. The protocol stays among those with
    ports, or among those of ICMP. A request stays of its kind, and a flow without one stays without.

    Law:    no allowed flow is nearer (tests/agreement/test_nearest.py).
    Errors: ValueError when the scene does not hold the ends of *flow*.
    """
    ends = scene.universe.endpoints
    source, destination = ends.index(flow.source), ends.index(flow.destination)
    found = [
        each
        for traffic, changed, position in _passing(scene, source, destination)
        for each in _tries(traffic, flow, changed, ends[position])
    ]
    return min(found, key=lambda each: (each.distance, _plainness(each, flow)), default=None)


_Passing = Iterator[tuple[TrafficSet, Part | None, int]]
"""Traffic, the end that is exchanged for it, and the position of the endpoint that stands there then."""


def _passing(scene: Scene, source: int, destination: int) -> _Passing:
    """What surely passes between the ends, or with one of them exchanged: for each traffic the plainest endpoint."""
    leaving, arriving = scene.rows(source, Direction.EGRESS)[0], scene.rows(destination, Direction.INGRESS)[0]
    yield leaving.traffic(destination) & arriving.traffic(source), None, destination
    ends = scene.universe.endpoints
    possible = bits(i for i, end in enumerate(ends) if end.existing and end.role in (Role.POD, Role.WORLD))
    for part, own, row, direction, here in (
        (Part.DESTINATION, destination, leaving, Direction.INGRESS, source),
        (Part.SOURCE, source, arriving, Direction.EGRESS, destination),
    ):
        best: dict[TrafficSet, list[int]] = {}
        for traffic, peers in row.peers.items():
            for position in indexes(peers & possible):
                both = traffic & scene.rows(position, direction)[0].traffic(here)
                best.setdefault(both, []).append(position)
        for traffic, positions in best.items():
            yield traffic, part, min(positions, key=lambda p: _end_plainness(ends[p], ends[own]))


def _tries(traffic: TrafficSet, flow: Flow, changed: Part | None, end: Endpoint) -> Iterator[Nearest]:
    """The flows of *traffic* that could be nearest: one of each of its pieces, on the same port if the piece has it."""
    source = end if changed is Part.SOURCE else flow.source
    destination = end if changed is Part.DESTINATION else flow.destination
    for piece in traffic:
        protocol, low, high, allowed = piece
        if protocol != flow.protocol and not _are_kin(protocol, flow.protocol):
            continue
        closest = _closest(allowed, flow.request)
        if closest is None:
            continue
        port = flow.port
        if not low <= port <= high:
            tried = tried_ports(piece, destination)
            port = min(tried, key=lambda each: port_plainness(protocol, each, destination))
        parts = tuple(filter(None, (
            Part.PORT if port != flow.port else None,
            Part.PROTOCOL if protocol != flow.protocol else None,
            changed,
        )))  # fmt: skip
        yield Nearest(Flow(source, destination, protocol, port, closest.request), parts, closest.fields)


def _are_kin(one: str, other: str) -> bool:
    return any(one in kin and other in kin for kin in (WITH_PORTS, (ICMP, ICMPV6)))


def _plainness(found: Nearest, flow: Flow) -> tuple[object, ...]:
    near = found.flow
    ends = (near.source, flow.source) if Part.SOURCE in found.parts else (near.destination, flow.destination)
    port = port_plainness(near.protocol, near.port, near.destination)
    return _end_plainness(*ends), port, near.protocol, found.fields, str(near.request)


def _end_plainness(end: Endpoint, own: Endpoint) -> tuple[object, ...]:
    """Pods before outside peers, the namespace of *own* before others."""
    return end.role is not Role.POD, end.namespace != own.namespace, end.name


# --- requests ---


class _Closest(msgspec.Struct, frozen=True):
    request: Request | None
    fields: tuple[str, ...]


class _Way(msgspec.Struct, frozen=True):
    """One way through a diagram: what it asks of fields that hold something else."""

    changes: tuple[tuple[Field, str], ...]

    @property
    def order(self) -> tuple[object, ...]:
        texts = [text for _, text in self.changes]
        return len(self.changes), sum(map(len, texts)), [field.order for field, _ in self.changes], texts


def _closest(allowed: RecordSet, request: Request | None) -> _Closest | None:
    """The request of *allowed*, which holds some, that differs from *request* in the fewest fields.

    None when those of *allowed* are all of other kinds; a set that holds some requests and not all asks for the kind.
    """
    if request is None or allowed is ALL:
        return _Closest(request, ())
    own = requests.record(request)
    alike = next((child for language, child in allowed.edges if own[KIND.name] in language), NONE)
    if alike is NONE:
        return None
    way = _way(alike, own, {})
    changed = {field.name: text for field, text in way.changes}
    return _Closest(requests.request({**own, **changed}), tuple(changed))


def _way(node: RecordSet, own: Mapping[str, str], known: dict[int, _Way]) -> _Way:
    """The way through *node*, which is not empty, with the fewest changes."""
    if node.field is None:
        return _Way(())
    if id(node) not in known:
        known[id(node)] = min(_ways(node.field, node, own, known), key=lambda way: way.order)
    return known[id(node)]


def _ways(field: Field, node: RecordSet, own: Mapping[str, str], known: dict[int, _Way]) -> Iterable[_Way]:
    for language, child in node.edges:  # none leads to nothing
        rest = _way(child, own, known)
        kept = own.get(field.name, "") in language
        yield rest if kept else _Way(((field, example(field, language)), *rest.changes))
