"""Sets of flows: source × destination × traffic, in canonical form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec

from propolis.algebra.traffic import EMPTY, TrafficSet

Bitset = int
"""A set of indexes: bit *i* is index *i*."""


def bits(indexes: Iterable[int]) -> Bitset:
    total = 0
    for index in indexes:
        total |= 1 << index
    return total


def indexes(bitset: Bitset) -> Iterator[int]:
    """The indexes of the set bits, ascending."""
    while bitset:
        low = bitset & -bitset
        yield low.bit_length() - 1
        bitset ^= low


class Row:
    """Traffic by peer: which `TrafficSet` each index has; closed under `| & -`.

    INVARIANT: the bitsets are disjoint, no traffic is empty, each traffic stands once; so `==` is set equality.
    """

    __slots__ = ("_hash", "peers")

    def __init__(self, peers: Mapping[TrafficSet, Bitset]) -> None:
        self.peers = {traffic: bitset for traffic, bitset in peers.items() if traffic and bitset}
        self._hash = hash(frozenset(self.peers.items()))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.peers == other.peers

    def __bool__(self) -> bool:
        return bool(self.peers)

    def __or__(self, other: Row) -> Row:
        return _row("or", self, other)

    def __and__(self, other: Row) -> Row:
        return _row("and", self, other)

    def __sub__(self, other: Row) -> Row:
        return _row("minus", self, other)

    def among(self, bitset: Bitset) -> Row:
        """The same traffic, for the peers in *bitset* only."""
        return Row({traffic: peers & bitset for traffic, peers in self.peers.items()})

    def traffic(self, index: int) -> TrafficSet:
        for traffic, peers in self.peers.items():
            if peers >> index & 1:
                return traffic
        return EMPTY


NO_ROW = Row({})


def rectangle(peers: Bitset, traffic: TrafficSet) -> Row:
    return Row({traffic: peers})


_OPERATIONS: dict[str, Callable[[TrafficSet, TrafficSet], TrafficSet]] = {
    "or": lambda a, b: a | b,
    "and": lambda a, b: a & b,
    "minus": lambda a, b: a - b,
}


@lru_cache(maxsize=1 << 16)
def _row(operation: str, a: Row, b: Row) -> Row:
    act = _OPERATIONS[operation]
    result: dict[TrafficSet, Bitset] = {}

    def add(traffic: TrafficSet, peers: Bitset) -> None:
        if traffic and peers:
            result[traffic] = result.get(traffic, 0) | peers

    b_rest = dict(b.peers)
    for left, a_peers in a.peers.items():
        a_rest = a_peers
        for right, b_peers in b.peers.items():
            both = a_peers & b_peers
            if both:
                add(act(left, right), both)
                a_rest &= ~both
                b_rest[right] &= ~both
        add(act(left, EMPTY), a_rest)
    for right, peers in b_rest.items():
        add(act(EMPTY, right), peers)
    return Row(result)


class Pair(msgspec.Struct, frozen=True):
    """One source, one destination, and all the traffic from one to the other."""

    source: int
    destination: int
    traffic: TrafficSet


class FlowSet:
    """A set of (source, destination, protocol, port, request), closed under `| & -`.

    Shape: *rows* maps a row (traffic by destination) to the sources that have it. `==` is equality of sets.
    """

    __slots__ = ("_hash", "rows")

    def __init__(self, rows: Mapping[Row, Bitset]) -> None:
        self.rows = {row: sources for row, sources in rows.items() if row and sources}
        self._hash = hash(frozenset(self.rows.items()))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FlowSet) and self.rows == other.rows

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __or__(self, other: FlowSet) -> FlowSet:
        return _flows("or", self, other)

    def __and__(self, other: FlowSet) -> FlowSet:
        return _flows("and", self, other)

    def __sub__(self, other: FlowSet) -> FlowSet:
        return _flows("minus", self, other)

    def row(self, source: int) -> Row:
        """Where *source* may send, and what."""
        return next((row for row, sources in self.rows.items() if sources >> source & 1), NO_ROW)

    def traffic(self, source: int, destination: int) -> TrafficSet:
        return self.row(source).traffic(destination)

    def pairs(self) -> Iterator[Pair]:
        """Every pair with traffic, by source and destination."""
        found = (
            Pair(source, destination, traffic)
            for row, sources in self.rows.items()
            for traffic, peers in row.peers.items()
            for source in indexes(sources)
            for destination in indexes(peers)
        )
        yield from sorted(found, key=lambda pair: (pair.source, pair.destination))


NO_FLOWS = FlowSet({})


def flow_set(rows: Mapping[int, Row]) -> FlowSet:
    """The set whose source *i* has the row `rows[i]`."""
    by_row: dict[Row, Bitset] = {}
    for source, row in rows.items():
        by_row[row] = by_row.get(row, 0) | 1 << source
    return FlowSet(by_row)


def product(sources: Bitset, destinations: Bitset, traffic: TrafficSet) -> FlowSet:
    """Every flow from *sources* to *destinations* with *traffic*."""
    return FlowSet({rectangle(destinations, traffic): sources})


def transposed(columns: Mapping[int, Row]) -> FlowSet:
    """The set in which `columns[d]` says which sources may send what to destination *d*."""
    rows: dict[int, dict[TrafficSet, Bitset]] = {}
    for destination, column in columns.items():
        for traffic, sources in column.peers.items():
            for source in indexes(sources):
                row = rows.setdefault(source, {})
                row[traffic] = row.get(traffic, 0) | 1 << destination
    return flow_set({source: Row(row) for source, row in rows.items()})


@lru_cache(maxsize=4096)
def _flows(operation: str, a: FlowSet, b: FlowSet) -> FlowSet:
    result: dict[Row, Bitset] = {}

    def add(row: Row, sources: Bitset) -> None:
        if row and sources:
            result[row] = result.get(row, 0) | sources

    b_rest = dict(b.rows)
    for left, a_sources in a.rows.items():
        a_rest = a_sources
        for right, b_sources in b.rows.items():
            both = a_sources & b_sources
            if both:
                add(_row(operation, left, right), both)
                a_rest &= ~both
                b_rest[right] &= ~both
        add(_row(operation, left, NO_ROW), a_rest)
    for right, sources in b_rest.items():
        add(_row(operation, NO_ROW, right), sources)
    return FlowSet(result)
