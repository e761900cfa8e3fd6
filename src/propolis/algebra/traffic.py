"""Sets of traffic: protocol × port × request, in canonical form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from operator import and_, or_, sub

from propolis.algebra.records import NONE, RecordSet

FIRST_PORT, LAST_PORT = 0, 65535
Piece = tuple[int, int, RecordSet]
"""Ports *low* to *high* (both inclusive) with the requests that pass on each of them."""


class TrafficSet:
    """A set of (protocol, port, request), closed under `| & -`; `==` is equality of sets.

    Shape: *pieces* maps a protocol to sorted disjoint pieces, neighbours with equal requests joined,
    pieces without requests left out. Units: ports 0 to 65535 inclusive (for ICMP: the type).
    """

    __slots__ = ("pieces",)
    pieces: dict[str, tuple[Piece, ...]]

    def __new__(cls, pieces: Mapping[str, Iterable[Piece]]) -> TrafficSet:
        """Equal sets are one object, so that `==` and `hash` are those of objects."""
        kept = tuple(
            [(protocol, found) for protocol in sorted(pieces) if (found := _normal(pieces[protocol]))]
        )
        known = _interned.get(kept)
        if known is None:
            known = _interned[kept] = super().__new__(cls)
            known.pieces = dict(kept)
        return known

    def __bool__(self) -> bool:
        return bool(self.pieces)

    def __or__(self, other: TrafficSet) -> TrafficSet:
        return _combined("or", self, other)

    def __and__(self, other: TrafficSet) -> TrafficSet:
        return self if self is other else _combined("and", self, other)

    def __sub__(self, other: TrafficSet) -> TrafficSet:
        return _combined("minus", self, other)

    def __repr__(self) -> str:
        spans = ", ".join(f"{p}:{low}-{high}" for p, low, high, _ in self)
        return f"<TrafficSet {spans or 'empty'}>"

    def __iter__(self) -> Iterator[tuple[str, int, int, RecordSet]]:
        """(protocol, low, high, requests), by protocol and port."""
        for protocol, pieces in self.pieces.items():
            for low, high, requests in pieces:
                yield protocol, low, high, requests

    def requests(self, protocol: str, port: int) -> RecordSet:
        """The requests that pass on one port; none when it is closed."""
        for low, high, requests in self.pieces.get(protocol, ()):
            if low <= port <= high:
                return requests
        return NONE

    def restricted(self, requests: RecordSet) -> TrafficSet:
        """The same ports with only *requests* left on them."""
        return TrafficSet({p: [(lo, hi, r & requests) for lo, hi, r in ps] for p, ps in self.pieces.items()})


_interned: dict[tuple[tuple[str, tuple[Piece, ...]], ...], TrafficSet] = {}


def _normal(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    found = [piece for piece in pieces if piece[2] is not NONE]
    if len(found) < 2:
        return tuple(found)
    joined: list[Piece] = []
    for low, high, requests in sorted(found, key=lambda piece: piece[0]):
        if joined and joined[-1][1] == low - 1 and joined[-1][2] is requests:
            joined[-1] = (joined[-1][0], high, requests)
        else:
            joined.append((low, high, requests))
    return tuple(joined)


EMPTY = TrafficSet({})

_OPERATIONS: dict[str, Callable[[RecordSet, RecordSet], RecordSet]] = {"or": or_, "and": and_, "minus": sub}


@lru_cache(maxsize=1 << 18)
def _combined(operation: str, a: TrafficSet, b: TrafficSet) -> TrafficSet:
    protocols = a.pieces.keys() | b.pieces.keys()
    act = _OPERATIONS[operation]
    return TrafficSet({p: list(_zipped(a.pieces.get(p, ()), b.pieces.get(p, ()), act)) for p in protocols})


def _zipped(
    a: tuple[Piece, ...], b: tuple[Piece, ...], act: Callable[[RecordSet, RecordSet], RecordSet]
) -> Iterator[Piece]:
    cuts = sorted({cut for low, high, _ in (*a, *b) for cut in (low, high + 1)})
    i = j = 0
    for low, end in pairwise(cuts):
        while i < len(a) and a[i][1] < low:
            i += 1
        while j < len(b) and b[j][1] < low:
            j += 1
        left = a[i][2] if i < len(a) and a[i][0] <= low else NONE
        right = b[j][2] if j < len(b) and b[j][0] <= low else NONE
        yield low, end - 1, act(left, right)
