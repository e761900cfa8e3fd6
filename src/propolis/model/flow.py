"""A flow: one connection attempt, and the request that it carries."""

import msgspec

from propolis.model.world import Endpoint

TCP, UDP, SCTP, ICMP, ICMPV6 = "TCP", "UDP", "SCTP", "ICMP", "ICMPv6"
WITH_PORTS = (TCP, UDP, SCTP)
PROTOCOLS = (*WITH_PORTS, ICMP, ICMPV6, "VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH")
"""Every protocol that a rule can tell apart; a rule without ports covers all of them."""


class HttpRequest(msgspec.Struct, frozen=True, tag="http"):
    """*path* holds the query string; *headers* are (lower-case name, value), repeated ones joined by commas."""

    method: str = "GET"
    path: str = "/"
    host: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class DnsQuery(msgspec.Struct, frozen=True, tag="dns"):
    """*name*: lower case, without the final dot."""

    name: str


class TlsHello(msgspec.Struct, frozen=True, tag="tls"):
    """A TLS client hello that names its server (SNI), lower case."""

    server_name: str


class Opaque(msgspec.Struct, frozen=True, tag="opaque"):
    """Bytes that are none of the other requests."""


Request = HttpRequest | DnsQuery | TlsHello | Opaque


class Flow(msgspec.Struct, frozen=True):
    """*port* is the destination port after service translation, or the ICMP type.

    *request* None asks about the connection alone: does policy let its first packet through?
    """

    source: Endpoint
    destination: Endpoint
    protocol: str
    port: int
    request: Request | None = None
