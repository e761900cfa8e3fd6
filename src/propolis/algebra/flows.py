"""Sets of flows: source × destination × traffic, in canonical form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import sub
from struct import unpack

import msgspec

from propolis.algebra.patience import checkpoint
from propolis.algebra.traffic import EMPTY, TrafficSet

Bitset = int
"""A set of indexes: bit *i* is index *i*."""


def bits(positions: Iterable[int]) -> Bitset:
    total = 0
    for position in positions:
        total |= 1 << position
    return total


def indexes(bitset: Bitset) -> Iterator[int]:
    """The indexes of the set bits, ascending."""
    last = bitset.bit_length() - 1
    return iter((last,)) if bitset and bitset == 1 << last else _indexes(bitset)


def _indexes(bitset: Bitset) -> Iterator[int]:
    """Word by word: taking bits off the whole number would copy it each time."""
    words = -(-bitset.bit_length() // 64)
    for number, word in enumerate(unpack(f"<{words}Q", bitset.to_bytes(8 * words, "little"))):
        while word:
            low = word & -word
            yield 64 * number + low.bit_length() - 1
            word ^= low


class Row:
    """Traffic by peer: which `TrafficSet` each index has; closed under `| & -`.

    INVARIANT: the bitsets are disjoint, no traffic is empty, each traffic stands once; so `==` is set equality.
    """

    __slots__ = ("_hash", "peers")
    _hash: int | None

    def __init__(self, peers: Mapping[TrafficSet, Bitset]) -> None:
        checkpoint()
        self.peers = {traffic: bitset for traffic, bitset in peers.items() if bitset and traffic is not EMPTY}
        self._hash = None  # most rows are never asked for it

    def __hash__(self) -> int:
        if self._hash is None:
            # a single bit hashes alike every 61 places, which one more number tells apart
            self._hash = hash(frozenset([(t, b, b.bit_length()) for t, b in self.peers.items()]))
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Row) and self.peers == other.peers)

    def __bool__(self) -> bool:
        return bool(self.peers)

    def __or__(self, other: Row) -> Row:
        return _row("or", self, other)

    def __and__(self, other: Row) -> Row:
        return self if self is other else _row("and", self, other)

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


Patchwork = dict[TrafficSet, Bitset]
"""A row that is being made: disjoint bitsets by traffic."""


def add(pieces: Patchwork, peers: Bitset, traffic: TrafficSet) -> None:
    """Add *traffic* with *peers*, of whom none is in *pieces* with other traffic, in place.

    A bitset that stays alone is not copied: of ten thousand peers it takes a kilobyte.
    """
    held = pieces.get(traffic)
    pieces[traffic] = peers if held is None else held | peers


def patch(pieces: Patchwork, peers: Bitset, traffic: TrafficSet) -> None:
    """Add *traffic* with *peers* to *pieces*, in place."""
    for held, holders in list(pieces.items()):
        both = holders & peers
        if both:
            peers ^= both
            joint = held | traffic
            if joint is not held:
                if holders == both:
                    del pieces[held]
                else:
                    pieces[held] ^= both
                add(pieces, both, joint)
            if not peers:
                return
    if peers:
        add(pieces, peers, traffic)


def zipped(a: Patchwork, b: Patchwork, act: Callable[[TrafficSet, TrafficSet], TrafficSet]) -> Patchwork:
    """*a* with `act(its traffic, that of b)` where both have a peer, and as it is where *b* has none."""
    result: Patchwork = {}
    for held, holders in a.items():
        rest = holders
        for other, others in b.items():
            both = rest & others
            if both:
                rest ^= both
                new = act(held, other)
                if new is not EMPTY:
                    add(result, both, new)
                if not rest:
                    break
        if rest:
            add(result, rest, held)
    return result


def met(a: Patchwork, b: Patchwork) -> Patchwork:
    """The traffic that *a* and *b* have in common, peer by peer."""
    result: Patchwork = {}
    for held, holders in a.items():
        rest = holders
        for other, others in b.items():
            both = rest & others
            if both:
                if (common := held & other) is not EMPTY:
                    add(result, holders if both == holders else both, common)
                rest ^= both
                if not rest:
                    break
    return result


def _row(operation: str, a: Row, b: Row) -> Row:
    match operation:
        case "and":
            return Row(met(a.peers, b.peers))
        case "minus":
            return Row(zipped(a.peers, b.peers, sub))
        case _:
            pieces = dict(a.peers)
            for traffic, peers in b.peers.items():
                patch(pieces, peers, traffic)
            return Row(pieces)


class Pair(msgspec.Struct, frozen=True):
    """One source, one destination, and all the traffic from one to the other."""

    source: int
    destination: int
    traffic: TrafficSet


class FlowSet:
    """A set of (source, destination, protocol, port, request), closed under `| & -`.

    Shape: *rows* maps a row (traffic by destination) to the sources that have it. `==` is equality of sets.
    """

    __slots__ = ("_by_source", "_hash", "rows")

    def __init__(self, rows: Mapping[Row, Bitset]) -> None:
        self.rows = {row: sources for row, sources in rows.items() if row and sources}
        self._hash: int | None = None
        self._by_source: dict[int, Row] | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.rows.items()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FlowSet) and self.rows == other.rows

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __or__(self, other: FlowSet) -> FlowSet:
        if not (self.rows and other.rows):
            return self if self.rows else other
        return _flows("or", self, other)

    def __and__(self, other: FlowSet) -> FlowSet:
        return _flows("and", self, other) if self.rows and other.rows else NO_FLOWS

    def __sub__(self, other: FlowSet) -> FlowSet:
        return _flows("minus", self, other) if self.rows and other.rows else self

    @property
    def by_source(self) -> Mapping[int, Row]:
        """Where each source may send, and what."""
        if self._by_source is None:
            self._by_source = {
                source: row for row, sources in self.rows.items() for source in indexes(sources)
            }
        return self._by_source

    def row(self, source: int) -> Row:
        """Where *source* may send, and what."""
        return next((row for row, sources in self.rows.items() if sources >> source & 1), NO_ROW)

    def few_sources(self) -> Sequence[int]:
        """Its sources, when there are few and it has any; none otherwise."""
        found = 0
        for sources in self.rows.values() if len(self.rows) <= _FEW_SOURCES else ():
            found |= sources
        return tuple(indexes(found)) if found.bit_count() <= _FEW_SOURCES else ()

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


_FEW_SOURCES = 16
"""Up to so many sources, an operation that cannot reach beyond them looks at their rows alone."""
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


def union(products: Iterable[tuple[Bitset, Bitset, TrafficSet]]) -> FlowSet:
    """Every flow of *products* (sources, destinations, traffic), of which there may be thousands."""
    narrow: dict[int, Patchwork] = {}
    wide: dict[Bitset, Patchwork] = {}
    for sources, destinations, traffic in products:
        if not (destinations and traffic):
            continue
        if sources.bit_count() > _FEW_SOURCES:
            patch(wide.setdefault(sources, {}), destinations, traffic)
        else:
            for source in indexes(sources):
                add(narrow.setdefault(source, {}), destinations, traffic)
    rows: dict[Row, Bitset] = {}
    for among, common in _overlaid(wide, bits(narrow)):
        rest = among
        for source in indexes(among) if narrow else ():
            if source in narrow:
                pieces = dict(common)
                for traffic, destinations in narrow[source].items():
                    patch(pieces, destinations, traffic)
                row = Row(pieces)
                rows[row] = rows.get(row, 0) | 1 << source
                rest ^= 1 << source
        if rest:
            row = Row(common)
            rows[row] = rows.get(row, 0) | rest
    return FlowSet(rows)


def _overlaid(wide: Mapping[Bitset, Patchwork], others: Bitset) -> list[tuple[Bitset, Patchwork]]:
    """Disjoint sets of sources, each with what those of *wide* that hold it give it; *others* are in none of them."""
    everyone = others
    for sources in wide:
        everyone |= sources
    cells: list[tuple[Bitset, Patchwork]] = [(everyone, {})]
    for sources, pieces in wide.items():
        split = [(among & ~sources, known) for among, known in cells]
        for among, known in cells:
            if among & sources:
                joint = dict(known)
                for traffic, destinations in pieces.items():
                    patch(joint, destinations, traffic)
                split.append((among & sources, joint))
        cells = [cell for cell in split if cell[0]]
    return cells


def both(a: Mapping[int, Row], b: Mapping[int, Row]) -> dict[int, Row]:
    """`a[i] & b[i]` for each index *i* of both."""
    known: dict[tuple[int, int], Row] = {}
    found: dict[int, Row] = {}
    for index in a.keys() & b.keys():
        one, other = a[index], b[index]
        key = id(one), id(other)
        if key not in known:
            known[key] = one & other
        found[index] = known[key]
    return found


def transposed(columns: Mapping[int, Row]) -> dict[int, Row]:
    """The row of each source, where `columns[d]` says which sources may send what to destination *d*.

    A piece with one source is turned by itself, equal pieces of many columns at once, and one that leaves out only a
    few sources by those few.
    """
    groups: dict[tuple[TrafficSet, int, Bitset], list[int]] = {}
    added: dict[int, Patchwork] = {}
    left_out: dict[int, Patchwork] = {}
    for destination, column in columns.items():
        for traffic, sources in column.peers.items():
            last = sources.bit_length() - 1
            if sources == 1 << last:
                add(added.setdefault(last, {}), 1 << destination, traffic)
            else:
                groups.setdefault((traffic, last, sources), []).append(destination)
    everyone = bits(added)
    for _, _, sources in groups:
        everyone |= sources
    common: Patchwork = {}
    most = everyone.bit_count()
    for (traffic, _, sources), destinations in groups.items():
        turned = bits(destinations)
        if 2 * sources.bit_count() > most:
            add(common, turned, traffic)
            for source in indexes(everyone & ~sources):
                add(left_out.setdefault(source, {}), turned, traffic)
        else:
            for source in indexes(sources):
                add(added.setdefault(source, {}), turned, traffic)
    rows = dict.fromkeys(indexes(everyone), Row(common))
    for source in added.keys() | left_out.keys():
        pieces = dict(common)
        for traffic, turned in left_out.get(source, {}).items():
            pieces[traffic] &= ~turned
        for traffic, turned in added.get(source, {}).items():
            add(pieces, turned, traffic)
        rows[source] = Row(pieces)
    return rows


@lru_cache(maxsize=4096)
def _flows(operation: str, a: FlowSet, b: FlowSet) -> FlowSet:
    if a is b:
        return NO_FLOWS if operation == "minus" else a
    if len(a.rows) * len(b.rows) > _FEW_SOURCES and (narrow := _narrow(operation, a, b)) is not None:
        return narrow
    result: dict[Row, Bitset] = {}
    for left, right, sources in _paired(a, b):
        row = _combined_row(operation, left, right)
        if row:
            result[row] = result.get(row, 0) | sources
    return FlowSet(result)


_MOST_PRODUCTS = 4096


def _combined_row(operation: str, left: Row, right: Row) -> Row:
    """As `_row`, without any work where one side has nothing."""
    if right is NO_ROW:
        return NO_ROW if operation == "and" else left
    if left is NO_ROW:
        return right if operation == "or" else NO_ROW
    return _row(operation, left, right)


def _narrow(operation: str, a: FlowSet, b: FlowSet) -> FlowSet | None:
    """The result where it cannot have more sources than the few of *a*, or of *b*; None where it can."""
    few = () if operation == "or" else a.few_sources()
    if operation == "and" and not few:
        few = b.few_sources()
    if not few:
        return None
    left, right = a.by_source, b.by_source
    return flow_set({s: _combined_row(operation, left.get(s, NO_ROW), right.get(s, NO_ROW)) for s in few})


def _paired(a: FlowSet, b: FlowSet) -> Iterator[tuple[Row, Row, Bitset]]:
    """Each pair of rows that some source has, with those sources; NO_ROW stands in for a row that is missing."""
    if len(a.rows) * len(b.rows) > _MOST_PRODUCTS:
        yield from _paired_by_source(a, b)
        return
    b_rest = dict(b.rows)
    for left, a_sources in a.rows.items():
        a_rest = a_sources
        for right, b_sources in b.rows.items():
            both = a_rest & b_sources
            if both:
                yield left, right, both
                a_rest &= ~both
                b_rest[right] &= ~both
        if a_rest:
            yield left, NO_ROW, a_rest
    for right, b_left in b_rest.items():
        if b_left:
            yield NO_ROW, right, b_left


def _paired_by_source(a: FlowSet, b: FlowSet) -> Iterator[tuple[Row, Row, Bitset]]:
    """The same, in time that grows with the sources and not with the product of the rows."""
    of_a = {source: row for row, sources in a.rows.items() for source in indexes(sources)}
    of_b = {source: row for row, sources in b.rows.items() for source in indexes(sources)}
    groups: dict[tuple[int, int], list[int]] = {}
    for source in sorted(of_a.keys() | of_b.keys()):
        pair = id(of_a.get(source, NO_ROW)), id(of_b.get(source, NO_ROW))
        groups.setdefault(pair, []).append(source)
    for sources in groups.values():
        yield of_a.get(sources[0], NO_ROW), of_b.get(sources[0], NO_ROW), bits(sources)
