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
    taken = dict.fromkeys(unique, 0)
    around: list[Prefix] = []
    for inner in unique:
        while around and not contains(around[-1], inner):
            around.pop()
        if around:
            taken[around[-1]] += inner.num_addresses
        around.append(inner)
    return tuple(p for p in unique if taken[p] < p.num_addresses)


def _order(p: Prefix) -> tuple[int, int, int]:
    return p.version, int(p.network_address), p.prefixlen
