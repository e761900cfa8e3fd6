"""Traffic in words: `8080/tcp (some requests)`, `9090/tcp (gRPC shop.Inventory/Get)`, `every port of udp, sctp`."""

from propolis.algebra.records import ALL, RecordSet
from propolis.algebra.traffic import FIRST_PORT, LAST_PORT, TrafficSet
from propolis.model.flow import ICMP, ICMPV6, PROTOCOLS, WITH_PORTS
from propolis.requests import grpc
from propolis.semantics.symbolic import EVERYTHING

MOST_SPANS = 8
MOST_METHODS = 4


def spans(traffic: TrafficSet) -> tuple[str, ...]:
    """The ports of *traffic*, protocols with the same ones together; at most MOST_SPANS and how many there are more."""
    if traffic == EVERYTHING:
        return ("every protocol and port",)
    together: dict[tuple[int, int, RecordSet], list[str]] = {}
    for protocol, low, high, requests in traffic:
        together.setdefault((low, high, requests), []).append(protocol)
    found = [
        _span(protocols, low, high) + ("" if requests is ALL else f" ({_requests(requests)})")
        for (low, high, requests), protocols in together.items()
    ]
    if len(found) <= MOST_SPANS:
        return tuple(found)
    return (*found[:MOST_SPANS], f"and {len(found) - MOST_SPANS} more")


def _requests(requests: RecordSet) -> str:
    called = grpc.told(requests, MOST_METHODS)
    return f"gRPC {', '.join(called)}" if called else "some requests"


def _span(protocols: list[str], low: int, high: int) -> str:
    known = sorted(protocols, key=PROTOCOLS.index)
    names = ", ".join(protocol.lower() for protocol in known[:5])
    if len(known) > 5:
        names += f" and {len(known) - 5} other protocols"
    if (low, high) == (FIRST_PORT, LAST_PORT):
        return f"every port of {names}" if set(known) <= set(WITH_PORTS) else f"all of {names}"
    ports = str(low) if low == high else f"{low}-{high}"
    if set(known) <= {ICMP, ICMPV6}:
        return f"{names} type {ports}"
    return f"{ports}/{names}"
