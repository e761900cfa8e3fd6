"""Witnesses: from a set of flows that is not empty, the flow that a reader would try first."""

from collections.abc import Iterator, Sequence

import msgspec

from propolis import requests
from propolis.algebra.flows import FlowSet, Pair
from propolis.algebra.records import ALL, RecordSet
from propolis.algebra.traffic import TrafficSet
from propolis.model.flow import ICMP, ICMPV6, WITH_PORTS, Flow, HttpRequest, Request
from propolis.model.world import Endpoint, Role
from propolis.requests import grpc

DATA_PORTS = frozenset({1433, 1521, 3306, 5432, 5984, 6379, 7000, 8086, 9042, 9200, 11211, 26257, 27017})
"""Ports on which data stores listen by default."""
_READABLE_PORTS = (443, 80, 8080, 5432, 53, 22)
_KNOWN = {**dict.fromkeys(WITH_PORTS, _READABLE_PORTS), ICMP: (8,), ICMPV6: (128,)}
"""What one would try by protocol; of ICMP the types of an echo request."""


class Attempt(msgspec.Struct, frozen=True):
    """A flow without its ends. *port* is the ICMP type for ICMP; *request* None: the connection alone."""

    protocol: str
    port: int
    request: Request | None

    def between(self, source: Endpoint, destination: Endpoint) -> Flow:
        return Flow(source, destination, self.protocol, self.port, self.request)


def witness(flows: FlowSet, endpoints: Sequence[Endpoint]) -> Flow:
    """The plainest flow of *flows*: between workloads that exist if there is one, on a port that one would try.

    Errors: ValueError when *flows* is empty.
    """
    pair = min(flows.pairs(), key=lambda p: _plainness(p, endpoints))
    source, destination = endpoints[pair.source], endpoints[pair.destination]
    return attempt(pair.traffic, destination).between(source, destination)


def attempt(traffic: TrafficSet, destination: Endpoint) -> Attempt:
    """The plainest connection attempt of *traffic*, with a shortest request where not every request would do.

    Errors: ValueError when *traffic* is empty.
    """
    protocol, port, allowed = min(
        ((piece[0], port, piece[3]) for piece in traffic for port in tried_ports(piece, destination)),
        key=lambda choice: port_plainness(choice[0], choice[1], destination),
    )
    return Attempt(protocol, port, _request(allowed))


def _plainness(pair: Pair, endpoints: Sequence[Endpoint]) -> tuple[int, ...]:
    """Ends that exist first, a data store before other destinations: that is what a reader fears for."""
    source, destination = endpoints[pair.source], endpoints[pair.destination]
    store = any(port.number in DATA_PORTS for port in destination.ports)
    return (_rank(source) // 2, _rank(destination), not store, _rank(source), pair.source, pair.destination)


def _rank(endpoint: Endpoint) -> int:
    if endpoint.role is Role.POD:
        return 0 if endpoint.existing else 2
    return 1 if endpoint.role is Role.WORLD else 3


def tried_ports(piece: tuple[str, int, int, RecordSet], destination: Endpoint) -> Iterator[int]:
    """The ports of a piece that one would try: those the destination declares, known ones, the first."""
    protocol, low, high, _ = piece
    own = [port.number for port in destination.ports if port.protocol == protocol]
    first = max(low, 1) if protocol in WITH_PORTS else low
    tried = (*own, *_KNOWN.get(protocol, ()), first, low)
    yield from (port for port in tried if low <= port <= high)


def port_plainness(protocol: str, port: int, destination: Endpoint) -> tuple[int, ...]:
    """Ports that the destination declares first, then TCP, then well-known ones, then small numbers."""
    own = any((p.number, p.protocol) == (port, protocol) for p in destination.ports)
    known = _KNOWN.get(protocol, ())
    place = known.index(port) if port in known else len(known)
    return (not own, protocol != "TCP", place, port == 0, port)


def _request(allowed: RecordSet) -> Request | None:
    """A shortest request; None when every one would do, so that the connection itself is the example."""
    if allowed is ALL:
        return None
    member = allowed.member()
    if member is None:
        raise ValueError("a flow set holds traffic without requests")
    found = requests.request(member)
    return grpc.as_call(found, allowed) if isinstance(found, HttpRequest) else found
