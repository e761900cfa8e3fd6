"""Witnesses: from a set of flows that is not empty, the flow that a reader would try first."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from propolis import requests
from propolis.algebra.flows import Bitset, FlowSet, Pair, bits
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
    return Plainness(endpoints).witness(flows)


class Plainness:
    """How plain each endpoint is as an end of an example: ends that exist first, then data stores among destinations.

    A reader fears for data stores. Every pair of a block has the same traffic, so its plainest source and its plainest
    destination are its plainest pair, and pairs are never listed.
    """

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self.endpoints = endpoints
        sources: dict[int, list[int]] = {}
        destinations: dict[tuple[int, bool], list[int]] = {}
        for position, endpoint in enumerate(endpoints):
            rank = _rank(endpoint)
            plain = not any(port.number in DATA_PORTS for port in endpoint.ports)
            sources.setdefault(rank, []).append(position)
            destinations.setdefault((rank, plain), []).append(position)
        self._sources = [(rank, bits(found)) for rank, found in sorted(sources.items())]
        self._destinations = [(rank, bits(found)) for rank, found in sorted(destinations.items())]

    def witness(self, flows: FlowSet) -> Flow:
        """The plainest flow of *flows*.

        Errors: ValueError when *flows* is empty.
        """
        pair = self.pair(flows)
        source, destination = self.endpoints[pair.source], self.endpoints[pair.destination]
        return attempt(pair.traffic, destination).between(source, destination)

    def pair(self, flows: FlowSet) -> Pair:
        """The plainest pair of *flows*.

        Errors: ValueError when *flows* is empty.
        """
        pairs = (
            self._plainest(sources, destinations, traffic)
            for row, sources in flows.rows.items()
            for traffic, destinations in row.peers.items()
        )
        return min(pairs, key=lambda found: found[0])[1]

    def _plainest(
        self, sources: Bitset, destinations: Bitset, traffic: TrafficSet
    ) -> tuple[tuple[int, ...], Pair]:
        from_rank, source = _first(sources, self._sources)
        (to_rank, plain), destination = _first(destinations, self._destinations)
        key = (from_rank // 2, to_rank, plain, from_rank, source, destination)
        return key, Pair(source, destination, traffic)


_Ranked = TypeVar("_Ranked")


def _first(chosen: Bitset, ranks: Sequence[tuple[_Ranked, Bitset]]) -> tuple[_Ranked, int]:
    """The best rank of *chosen*, and the first endpoint that has it."""
    rank, among = next((rank, found) for rank, of_rank in ranks if (found := chosen & of_rank))
    return rank, (among & -among).bit_length() - 1


def attempt(traffic: TrafficSet, destination: Endpoint) -> Attempt:
    """The plainest connection attempt of *traffic*, with a shortest request where not every request would do.

    Errors: ValueError when *traffic* is empty.
    """
    protocol, port, allowed = min(
        ((piece[0], port, piece[3]) for piece in traffic for port in tried_ports(piece, destination)),
        key=lambda choice: port_plainness(choice[0], choice[1], destination),
    )
    return Attempt(protocol, port, _request(allowed))


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
