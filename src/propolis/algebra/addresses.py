"""IP prefixes: containment, and the regions that a set of prefixes cuts the address space into."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

Prefix = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=1 << 16)
def prefix(text: str) -> Prefix | None:
    """The network that *text* names, host bits masked; a bare address is a full-length prefix; None if neither.

    A length is written in digits: no netmask, no white space.
    """
    _, slash, length = text.partition("/")
    if slash and not (length.isascii() and length.isdigit() and (length == "0" or length[0] != "0")):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def contains(outer: Prefix, inner: Prefix) -> bool:
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def regions(prefixes: Iterable[Prefix]) -> tuple[Prefix, ...]:
    """Those of *prefixes* that hold an address of their own, outside all longer ones; sorted, each once."""
    unique = sorted(set(prefixes), key=_order)
    return tuple(p for p in unique if _own_addresses(p, unique))


def member(region: Prefix, prefixes: Iterable[Prefix]) -> str | None:
    """An address inside *region* and outside every longer one of *prefixes*; not its first, where it can be."""
    holes = [p for p in prefixes if p != region and contains(region, p)]
    free = _without(region, holes)
    if not free:
        return None
    widest = min(free, key=lambda p: (p.prefixlen, _order(p)))
    return str(widest[1] if widest.num_addresses > 2 else widest[0])


def _own_addresses(outer: Prefix, prefixes: list[Prefix]) -> bool:
    return bool(_without(outer, [p for p in prefixes if p != outer and contains(outer, p)]))


def _without(outer: Prefix, holes: Iterable[Prefix]) -> list[Prefix]:
    left: list[Prefix] = [outer]
    for hole in holes:
        kept: list[Prefix] = []
        for part in left:
            if contains(hole, part):
                continue
            if contains(part, hole):
                kept.extend(part.address_exclude(hole))  # type: ignore[arg-type]
            else:
                kept.append(part)
        left = kept
    return left


def _order(p: Prefix) -> tuple[int, int, int]:
    return p.version, int(p.network_address), p.prefixlen
