"""`fromEntities`, `toEntities`: groups of endpoints that Cilium has a name for.

Source: Cilium pkg/policy/api/entity.go; semantics §3.4.
"""

from typing import Any

from propolis.algebra.flows import Bitset
from propolis.model.labels import CLUSTER, K8S, RESERVED, Label
from propolis.model.policy import Direction, EntityPeer
from propolis.model.settings import Settings
from propolis.model.world import Endpoint
from propolis.peers.universe import Universe

FIELDS = {Direction.INGRESS: ("fromEntities",), Direction.EGRESS: ("toEntities",)}
RECORDS = (EntityPeer,)

IN_CLUSTER = ("host", "remote-node", "init", "ingress", "health", "unmanaged", "kube-apiserver")
WORLD = ("world", "world-ipv4", "world-ipv6")
_RESERVED = {
    "world": WORLD,
    "cluster": IN_CLUSTER,
    "cluster-mesh": IN_CLUSTER,
    "none": (),
}


def parsed(field: str, item: Any) -> EntityPeer:
    return EntityPeer(str(item))


def _reserved(name: str) -> tuple[str, ...]:
    """The `reserved:` labels of which an identity of the entity *name* holds one."""
    return _RESERVED.get(name, (name,))


def matches(peer: EntityPeer, endpoint: Endpoint, settings: Settings) -> bool:
    if peer.name == "all":
        return True
    if any(Label(RESERVED, name) in endpoint.labels for name in _reserved(peer.name)):
        return True
    if peer.name == "cluster":
        return Label(K8S, CLUSTER, settings.cluster) in endpoint.labels
    if peer.name == "cluster-mesh":
        return any((label.source, label.key) == (K8S, CLUSTER) for label in endpoint.labels)
    return False


def selects(peer: EntityPeer, universe: Universe, settings: Settings) -> Bitset:
    index = universe.index
    match peer.name:
        case "all":
            return universe.everything
        case "cluster":
            found = index.equal(K8S, CLUSTER, (settings.cluster,))
        case "cluster-mesh":
            found = index.having(K8S, CLUSTER)
        case _:
            found = 0
    for name in _reserved(peer.name):
        found |= index.having(RESERVED, name)
    return found
