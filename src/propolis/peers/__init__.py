"""The peer words of the policy language: one module in `kinds` for each, found by walking.

A kind has `FIELDS` (where it is written), `RECORDS` (its model records), `parsed` (JSON → records),
`matches` (one peer, one endpoint: for the reference engine) and `selects` (one peer, all endpoints at once:
for the symbolic engine). The two are twins and share nothing.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol, cast

import propolis.peers.kinds
from propolis.algebra.flows import Bitset
from propolis.model.policy import Direction, Peer
from propolis.model.settings import Settings
from propolis.model.world import Endpoint
from propolis.peers.universe import Universe
from propolis.plugins import discover


class PeerKind(Protocol):
    FIELDS: dict[Direction, tuple[str, ...]]
    RECORDS: tuple[type, ...]

    def parsed(self, field: str, item: Any) -> Peer: ...
    def matches(self, peer: Any, endpoint: Endpoint, settings: Settings) -> bool: ...
    def selects(self, peer: Any, universe: Universe, settings: Settings) -> Bitset: ...


@cache
def _kinds() -> tuple[PeerKind, ...]:
    found = discover(propolis.peers.kinds, ("FIELDS", "RECORDS", "parsed", "matches", "selects"))
    return tuple(cast(PeerKind, module) for module in found.values())


@cache
def _by_record() -> dict[type, PeerKind]:
    return {record: kind for kind in _kinds() for record in kind.RECORDS}


@cache
def fields(direction: Direction) -> tuple[str, ...]:
    """The peer fields of an item in *direction*, e.g. `fromEndpoints`; sorted."""
    return tuple(sorted(field for kind in _kinds() for field in kind.FIELDS[direction]))


def parsed(field: str, items: Sequence[Any]) -> tuple[Peer, ...]:
    """The peers that the well-typed JSON *items* of *field* stand for."""
    kind = next(k for k in _kinds() for named in k.FIELDS.values() if field in named)
    return tuple(kind.parsed(field, item) for item in items)


def matches(peer: Peer, endpoint: Endpoint, settings: Settings) -> bool:
    """Whether *peer* stands for *endpoint*."""
    return _by_record()[type(peer)].matches(peer, endpoint, settings)


def selects(peer: Peer, universe: Universe, settings: Settings) -> Bitset:
    """The endpoints of *universe* that *peer* stands for."""
    return _by_record()[type(peer)].selects(peer, universe, settings)
