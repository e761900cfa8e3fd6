"""`fromCIDR`, `toCIDR`, `…CIDRSet`: outside addresses, and the CIDR groups that hold them.

An address is known by the `cidr:` label of its longest known prefix; pods and nodes have none, so no CIDR
matches them. A prefix of length 0 means the world of its family. Source: semantics §3.5.
"""

from typing import Any

from propolis.algebra.addresses import contains, prefix
from propolis.algebra.flows import Bitset
from propolis.model.labels import CIDR, CIDR_GROUP, RESERVED, Label, Requirement, Selector
from propolis.model.policy import CidrGroupPeer, CidrPeer, Direction, InvalidCidrSetPeer, Peer
from propolis.model.settings import Settings, Version
from propolis.model.world import Endpoint
from propolis.peers.selectors import meets, selector
from propolis.peers.universe import Universe

FIELDS = {
    Direction.INGRESS: ("fromCIDR", "fromCIDRSet"),
    Direction.EGRESS: ("toCIDR", "toCIDRSet"),
}
RECORDS = (CidrPeer, CidrGroupPeer, InvalidCidrSetPeer)
WORLD = ("world", "world-ipv4", "world-ipv6")
_OUTSIDE_ONLY = Version(1, 20)
"""Up to 1.19 a group selector with nothing but negative requirements selects pods and nodes as well."""
GROUP_NAME = "io.cilium.policy.cidrgroupname/"
_FORMS = ("cidr", "cidrGroupRef", "cidrGroupSelector")


def parsed(field: str, item: Any) -> Peer:
    if not field.endswith("Set"):
        return CidrPeer(str(item))
    excepts = tuple(str(e) for e in item.get("except") or ())
    forms = tuple(form for form in _FORMS if item.get(form) not in (None, ""))
    match forms:
        case ("cidr",):
            return CidrPeer(str(item["cidr"]), excepts, from_set=True)
        case ("cidrGroupRef",):
            return CidrGroupPeer(name=str(item["cidrGroupRef"]), excepts=excepts)
        case ("cidrGroupSelector",):
            return CidrGroupPeer(selector=selector(item["cidrGroupSelector"]), excepts=excepts)
        case _:
            return InvalidCidrSetPeer(forms)


def matches(
    peer: CidrPeer | CidrGroupPeer | InvalidCidrSetPeer, endpoint: Endpoint, settings: Settings
) -> bool:
    if isinstance(peer, InvalidCidrSetPeer):
        return False
    if any(_inside(endpoint, text) for text in peer.excepts):
        return False
    if isinstance(peer, CidrGroupPeer):
        outside = any(Label(RESERVED, name) in endpoint.labels for name in WORLD)
        return meets(endpoint.labels, group_selector(peer)) and (outside or settings.version < _OUTSIDE_ONLY)
    asked = prefix(peer.prefix)
    if asked is not None and asked.prefixlen == 0:
        names = _worlds(peer, asked.version, settings)
        return any(Label(RESERVED, name) in endpoint.labels for name in names)
    return _inside(endpoint, peer.prefix)


def _inside(endpoint: Endpoint, text: str) -> bool:
    outer = prefix(text)
    held = [prefix(label.key) for label in endpoint.labels if label.source == CIDR]
    return outer is not None and any(inner is not None and contains(outer, inner) for inner in held)


def _worlds(peer: CidrPeer, version: int, settings: Settings) -> tuple[str, ...]:
    """The reserved labels that stand for every outside address of one IP family; a family that is off has none.

    Up to 1.18 a set does not look at the family where only one is on. Source: Cilium 1.18
    CIDRRuleSlice.GetAsEndpointSelectors, CIDRSlice.GetAsEndpointSelectors; 1.19 labels.getWorldLabel.
    """
    if settings.dual_stack:
        return (f"world-ipv{version}",)
    careless = peer.from_set and settings.version < Version(1, 19)
    return ("world",) if careless or (settings.ipv4 if version == 4 else settings.ipv6) else ()


def selects(
    peer: CidrPeer | CidrGroupPeer | InvalidCidrSetPeer, universe: Universe, settings: Settings
) -> Bitset:
    match peer:
        case InvalidCidrSetPeer():
            return 0
        case CidrGroupPeer():
            found = universe.selected(group_selector(peer))
            if settings.version >= _OUTSIDE_ONLY:
                outside = 0
                for name in WORLD:
                    outside |= universe.index.having(RESERVED, name)
                found &= outside
        case CidrPeer():
            asked = prefix(peer.prefix)
            if asked is not None and asked.prefixlen == 0:
                found = 0
                for name in _worlds(peer, asked.version, settings):
                    found |= universe.index.having(RESERVED, name)
            else:
                found = universe.within((peer.prefix,))
    return found & ~universe.within(peer.excepts)


def group_selector(peer: CidrGroupPeer) -> Selector:
    """The `cidrgroup:` labels that an address of the group carries."""
    if peer.name is not None:
        return selector(
            {"matchExpressions": [{"key": f"{CIDR_GROUP}:{GROUP_NAME}{peer.name}", "operator": "Exists"}]}
        )
    written = peer.selector or Selector()
    return Selector(tuple(Requirement(CIDR_GROUP, r.key, r.operator, r.values) for r in written.requirements))
