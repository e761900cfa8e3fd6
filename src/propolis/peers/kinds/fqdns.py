"""`toFQDNs`: outside addresses by the name that they were learned for.

An endpoint says so by an `fqdn:` label (as Cilium's own identities do) or by the names it was learned for.
Source: semantics §6.3.
"""

from functools import lru_cache
from typing import Any

from propolis.algebra import names
from propolis.algebra.flows import Bitset
from propolis.algebra.regular import Language
from propolis.model.labels import FQDN, Label
from propolis.model.policy import Direction, FqdnPeer
from propolis.model.settings import DEEP_STARS, Settings
from propolis.model.world import Endpoint
from propolis.peers.universe import Universe

FIELDS: dict[Direction, tuple[str, ...]] = {Direction.INGRESS: (), Direction.EGRESS: ("toFQDNs",)}
RECORDS = (FqdnPeer,)


def parsed(field: str, item: Any) -> FqdnPeer:
    return FqdnPeer(item.get("matchName"), item.get("matchPattern"))


def _label(peer: FqdnPeer) -> Label:
    return Label(FQDN, names.normal(peer.match_pattern or peer.match_name or ""))


def matches(peer: FqdnPeer, endpoint: Endpoint, settings: Settings) -> bool:
    if any(label.source == FQDN and names.normal(label.key) == _label(peer).key for label in endpoint.labels):
        return True
    if peer.match_pattern:
        deep = settings.version >= DEEP_STARS
        return any(names.matches(peer.match_pattern, name, deep=deep) for name in endpoint.names)
    return bool(peer.match_name) and names.normal(peer.match_name or "") in endpoint.names


def selects(peer: FqdnPeer, universe: Universe, settings: Settings) -> Bitset:
    wanted = _label(peer).key
    found = 0
    for key, holders in universe.index.keys(FQDN):
        if names.normal(key) == wanted:
            found |= holders
    if peer.match_name and not peer.match_pattern:
        return found | universe.named.get(names.normal(peer.match_name), 0)
    language = _language(peer, settings.version >= DEEP_STARS)
    ending = _label(peer).key.rpartition("*")[2]
    for name, holders in universe.named.items():
        if name.endswith(ending) and name in language:
            found |= holders
    return found


@lru_cache(maxsize=4096)
def _language(peer: FqdnPeer, deep: bool) -> Language:
    if peer.match_pattern:
        return names.language(peer.match_pattern, deep=deep)
    return names.name_language(peer.match_name or "")
