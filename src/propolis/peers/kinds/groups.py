"""`fromGroups`, `toGroups`: addresses that a cloud provider resolves; unknown until it has.

`semantics.translate` marks a rule with such a peer as undecidable, so neither function is asked about one
whose answer would matter.
"""

from typing import Any

from propolis.algebra.flows import Bitset
from propolis.model.labels import RESERVED, Label
from propolis.model.policy import Direction, GroupsPeer
from propolis.model.settings import Settings
from propolis.model.world import Endpoint
from propolis.peers.universe import Universe

FIELDS = {Direction.INGRESS: ("fromGroups",), Direction.EGRESS: ("toGroups",)}
RECORDS = (GroupsPeer,)
_WORLDS = ("world", "world-ipv4", "world-ipv6")


def parsed(field: str, item: Any) -> GroupsPeer:
    return GroupsPeer(", ".join(sorted(item)))


def matches(peer: GroupsPeer, endpoint: Endpoint, settings: Settings) -> bool:
    """Any outside address might be in the group."""
    return any(Label(RESERVED, name) in endpoint.labels for name in _WORLDS)


def selects(peer: GroupsPeer, universe: Universe, settings: Settings) -> Bitset:
    found = 0
    for name in _WORLDS:
        found |= universe.index.having(RESERVED, name)
    return found
