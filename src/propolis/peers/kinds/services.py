"""`toServices`: the pods behind a Service; `semantics.translate` resolves it to endpoints or addresses."""

from collections.abc import Iterator
from typing import Any

from propolis.algebra.flows import Bitset
from propolis.model.policy import Direction, ServicePeer
from propolis.model.settings import Settings
from propolis.model.world import Endpoint
from propolis.peers.selectors import selector
from propolis.peers.universe import Universe

FIELDS: dict[Direction, tuple[str, ...]] = {Direction.INGRESS: (), Direction.EGRESS: ("toServices",)}
RECORDS = (ServicePeer,)


def parsed(field: str, item: Any) -> ServicePeer:
    by_labels = item.get("k8sServiceSelector")
    if by_labels is not None:
        written = by_labels.get("selector")
        return ServicePeer(
            None,
            by_labels.get("namespace") or None,
            selector(written),
            is_bare=not written,
            names_sources=any(":" in key for key in _keys(written or {})),
        )
    by_name = item.get("k8sService") or {}
    return ServicePeer(by_name.get("serviceName"), by_name.get("namespace") or None)


def _keys(written: Any) -> Iterator[str]:
    yield from written.get("matchLabels") or ()
    yield from (each.get("key", "") for each in written.get("matchExpressions") or ())


def matches(peer: ServicePeer, endpoint: Endpoint, settings: Settings) -> bool:
    """Never: what is left of it after `translate` resolved to no pod and no address."""
    return False


def selects(peer: ServicePeer, universe: Universe, settings: Settings) -> Bitset:
    return 0
