"""Cells: what Cilium merges before it decides, the allows for one selector, one port text and one protocol.

Within a cell server names bind every allow; across cells the allows of a peer are a union.
Source: Cilium pkg/policy/rule.go mergePortProto, pkg/policy/api/entity.go; semantics §2.4, §4.7.
"""

from collections.abc import Iterator
from itertools import product

import msgspec

from propolis.algebra.addresses import prefix
from propolis.model.labels import CLUSTER, K8S, RESERVED, Selector, equals, exists
from propolis.model.policy import CidrPeer, EndpointsPeer, EntityPeer, Peer, PortProtocol
from propolis.model.settings import Settings, Version
from propolis.peers.kinds.entities import IN_CLUSTER, WORLD
from propolis.semantics import ports

EVERYBODY = EntityPeer("all")


class Cell(msgspec.Struct, frozen=True):
    """*selector* is one of a rule's peers, an entity split into its own selectors; *end* 0 is a single port."""

    selector: Peer
    protocol: str
    port: int | str | None
    end: int


def cells(named: tuple[Peer, ...] | None, port: PortProtocol, settings: Settings) -> Iterator[Cell]:
    """The cells that *port* belongs to in a rule whose peers are *named*."""
    for selector, protocol in product(selectors(named, settings), ports.protocols(port.protocol)):
        yield cell(selector, protocol, port, settings)


_BY_NUMBER = Version(1, 20)
"""Before this, ports are merged by their text read as a decimal number: `0120` and `80` are two, though one port."""


def cell(selector: Peer, protocol: str, port: PortProtocol, settings: Settings) -> Cell:
    number = ports.meaning(port.port) if port.port else 0
    if isinstance(number, int) and settings.version < _BY_NUMBER:
        number = int(port.port) if port.port.isdigit() else 0
    end = port.end_port if isinstance(number, int) and port.end_port > number else 0
    return Cell(kept(selector, settings), protocol, number, end)


_BY_TEXT = Version(1, 19)
"""From here on Cilium keeps prefixes apart by their text; before, by their labels, in other ones for lists and sets."""


def kept(selector: Peer, settings: Settings) -> Peer:
    """What Cilium keeps *selector* apart by."""
    if not isinstance(selector, CidrPeer):
        return selector
    if settings.version >= _BY_TEXT:
        return msgspec.structs.replace(selector, from_set=False)
    excepts = tuple(map(_masked, selector.excepts))
    return msgspec.structs.replace(selector, prefix=_masked(selector.prefix), excepts=excepts)


def _masked(text: str) -> str:
    return str(prefix(text) or text)


def selectors(named: tuple[Peer, ...] | None, settings: Settings) -> tuple[Peer, ...]:
    """The peers that a rule has *named*, as Cilium keeps selectors; no peer is the one that everybody meets."""
    found = tuple(dict.fromkeys(part for peer in named or (EVERYBODY,) for part in _parts(peer, settings)))
    if EVERYBODY in found and (settings.version < _BY_TEXT or EVERYBODY in (named or ())):
        return (EVERYBODY,)
    return found


def _parts(peer: Peer, settings: Settings) -> tuple[Peer, ...]:
    match peer:
        case EntityPeer("cluster"):
            own = Selector((equals(K8S, CLUSTER, settings.cluster),))
            return (*map(_reserved, IN_CLUSTER), EndpointsPeer(own))
        case EntityPeer("cluster-mesh"):
            return (*map(_reserved, IN_CLUSTER), EndpointsPeer(Selector((exists(K8S, CLUSTER),))))
        case EntityPeer("world"):
            return tuple(map(_reserved, WORLD))
        case EntityPeer("all") | EndpointsPeer(Selector(())):
            return (EVERYBODY,)
        case EntityPeer("none"):
            return ()
        case CidrPeer(text, from_set=False) if text.endswith("/0") and settings.version < _BY_TEXT:
            return (peer, *_world_of(text, settings))
        case EntityPeer(name):
            return (_reserved(name),)
        case _:
            return (peer,)


def _world_of(text: str, settings: Settings) -> tuple[Peer, ...]:
    """The label of the world that a list asks for too where it has all addresses of a family."""
    is_v6 = ":" in text
    if settings.dual_stack:
        return (_reserved("world-ipv6" if is_v6 else "world-ipv4"),)
    return (_reserved("world"),) if (settings.ipv6 if is_v6 else settings.ipv4) else ()


def _reserved(name: str) -> EndpointsPeer:
    return EndpointsPeer(Selector((equals(RESERVED, name, ""),)))


def overlap(one: PortProtocol, other: PortProtocol) -> bool:
    """Whether both may name the same port of TCP; what a name stands for is not looked up."""
    if not all("TCP" in ports.protocols(port.protocol) for port in (one, other)):
        return False
    (low, high), (first, last) = _range(one), _range(other)
    return low <= last and first <= high


def _range(port: PortProtocol) -> tuple[int, int]:
    number = ports.meaning(port.port) if port.port else 0
    if isinstance(number, int) and number:
        return number, max(number, port.end_port)
    return 0, 65535
