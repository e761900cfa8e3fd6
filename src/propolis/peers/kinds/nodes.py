"""`fromNodes`, `toNodes`: other nodes by label; the local node never matches. Source: semantics §3.6."""

from typing import Any

from propolis.algebra.flows import Bitset
from propolis.model.labels import RESERVED, exists
from propolis.model.policy import Direction, NodesPeer
from propolis.model.settings import Settings
from propolis.model.world import Endpoint
from propolis.peers.selectors import meets, selector
from propolis.peers.universe import Universe

FIELDS = {Direction.INGRESS: ("fromNodes",), Direction.EGRESS: ("toNodes",)}
RECORDS = (NodesPeer,)
_REMOTE = exists(RESERVED, "remote-node")


def parsed(field: str, item: Any) -> NodesPeer:
    return NodesPeer(selector(item))


def matches(peer: NodesPeer, endpoint: Endpoint, settings: Settings) -> bool:
    return meets(endpoint.labels, peer.selector.and_(_REMOTE))


def selects(peer: NodesPeer, universe: Universe, settings: Settings) -> Bitset:
    return universe.selected(peer.selector) & universe.index.having(RESERVED, "remote-node")
