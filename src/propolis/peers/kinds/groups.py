"""`fromGroups`, `toGroups`: addresses that a cloud provider resolves; `semantics.translate` fills them in."""

from typing import Any

from propolis.algebra.flows import Bitset
from propolis.model.policy import Direction, GroupsPeer
from propolis.model.settings import Settings
from propolis.model.world import Endpoint
from propolis.peers.universe import Universe

FIELDS = {Direction.INGRESS: ("fromGroups",), Direction.EGRESS: ("toGroups",)}
RECORDS = (GroupsPeer,)


def parsed(field: str, item: Any) -> GroupsPeer:
    return GroupsPeer(", ".join(sorted(item)))


def matches(peer: GroupsPeer, endpoint: Endpoint, settings: Settings) -> bool:
    """Never: what `translate` leaves of it is a group that is known to be empty."""
    return False


def selects(peer: GroupsPeer, universe: Universe, settings: Settings) -> Bitset:
    return 0
