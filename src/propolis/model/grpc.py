"""The methods of gRPC services, as files define them."""

from enum import StrEnum

import msgspec

IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]*"
SERVICE = rf"{IDENTIFIER}(?:\.{IDENTIFIER})*"
METHOD = rf"{SERVICE}/{IDENTIFIER}"
"""The full name of a method: the service with its package, a slash, the method."""


class Streams(StrEnum):
    """Which side of a call sends a stream of messages in place of one."""

    NONE = ""
    CLIENT = "client"
    SERVER = "server"
    BOTH = "both"


STREAMS = {
    (False, False): Streams.NONE,
    (True, False): Streams.CLIENT,
    (False, True): Streams.SERVER,
    (True, True): Streams.BOTH,
}
"""By whether the client and whether the server sends a stream."""


class Method(msgspec.Struct, frozen=True, order=True):
    """*service* with its package; *file* defines it, by the name that the profile gives it."""

    service: str
    name: str
    streams: Streams
    file: str

    @property
    def full_name(self) -> str:
        """`shop.Inventory/Get`, as a call names it."""
        return f"{self.service}/{self.name}"
