"""`fromEndpoints`, `toEndpoints`: endpoints by label. The scope was filled in by `semantics.translate`."""

from typing import Any

from propolis.algebra.flows import Bitset
from propolis.model.policy import Direction, EndpointsPeer
from propolis.model.settings import Settings
from propolis.model.world import Endpoint
from propolis.peers.selectors import meets, selector
from propolis.peers.universe import Universe

FIELDS = {Direction.INGRESS: ("fromEndpoints",), Direction.EGRESS: ("toEndpoints",)}
RECORDS = (EndpointsPeer,)


def parsed(field: str, item: Any) -> EndpointsPeer:
    return EndpointsPeer(selector(item))


def matches(peer: EndpointsPeer, endpoint: Endpoint, settings: Settings) -> bool:
    return meets(endpoint.labels, peer.selector)


def selects(peer: EndpointsPeer, universe: Universe, settings: Settings) -> Bitset:
    return universe.selected(peer.selector)
