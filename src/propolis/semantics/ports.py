"""What the text of a port means: a number, a name, or nothing. Source: semantics §4.1."""

import re
from functools import lru_cache

from propolis.model.flow import WITH_PORTS

_NAME = re.compile(r"(?:[a-zA-Z0-9]-?)*[a-zA-Z](?:-?[a-zA-Z0-9])*")
_LONGEST_NAME = 15
_NUMBERS = (
    (re.compile(r"0[xX](?:_?[0-9a-fA-F])+"), 16),
    (re.compile(r"0[bB](?:_?[01])+"), 2),
    (re.compile(r"0[oO]?(?:_?[0-7])+"), 8),
    (re.compile(r"0|[1-9](?:_?[0-9])*"), 10),
)


def is_name(text: str) -> bool:
    """Whether *text* is a service name as IANA writes them: at least one letter, at most 15 characters."""
    return len(text) <= _LONGEST_NAME and _NAME.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def meaning(text: str) -> int | str | None:
    """The port number that *text* writes (Go's base-0 syntax: `010` is 8), or its lower-case name, or None.

    A name wins over a number, so `0x50` is a name. Source: Cilium PortProtocol.sanitize.
    """
    if is_name(text):
        return text.lower()
    for expression, base in _NUMBERS:
        if expression.fullmatch(text):
            number = int(text, base)
            return number if number <= 65535 else None
    return None


def protocols(written: str) -> tuple[str, ...]:
    """The protocols that the text of `protocol` names; none, and `ANY`, are all that have ports."""
    name = written.upper()
    return WITH_PORTS if name in ("", "ANY") else (name,)


ICMP_TYPES = {
    "IPv4": {
        "EchoReply": 0,
        "DestinationUnreachable": 3,
        "Redirect": 5,
        "Echo": 8,
        "EchoRequest": 8,
        "RouterAdvertisement": 9,
        "RouterSelection": 10,
        "TimeExceeded": 11,
        "ParameterProblem": 12,
        "Timestamp": 13,
        "TimestampReply": 14,
        "Photuris": 40,
        "ExtendedEchoRequest": 42,
        "ExtendedEchoReply": 43,
    },
    "IPv6": {
        "DestinationUnreachable": 1,
        "PacketTooBig": 2,
        "TimeExceeded": 3,
        "ParameterProblem": 4,
        "EchoRequest": 128,
        "EchoReply": 129,
        "MulticastListenerQuery": 130,
        "MulticastListenerReport": 131,
        "MulticastListenerDone": 132,
        "RouterSolicitation": 133,
        "RouterAdvertisement": 134,
        "NeighborSolicitation": 135,
        "NeighborAdvertisement": 136,
        "RedirectMessage": 137,
        "RouterRenumbering": 138,
        "ICMPNodeInformationQuery": 139,
        "ICMPNodeInformationResponse": 140,
        "InverseNeighborDiscoverySolicitation": 141,
        "InverseNeighborDiscoveryAdvertisement": 142,
        "HomeAgentAddressDiscoveryRequest": 144,
        "HomeAgentAddressDiscoveryReply": 145,
        "MobilePrefixSolicitation": 146,
        "MobilePrefixAdvertisement": 147,
        "DuplicateAddressRequestCodeSuffix": 157,
        "DuplicateAddressConfirmationCodeSuffix": 158,
        "ExtendedEchoRequest": 160,
        "ExtendedEchoReply": 161,
    },
}
"""ICMP types by family and name (IANA numbers, Cilium's names: pkg/policy/api/icmp.go)."""


def icmp_type(text: str, family: str) -> int | None:
    """The ICMP type number that *text* (a number or a name) stands for, or None."""
    if text.isdigit():
        number = int(text)
        return number if number <= 255 else None
    return ICMP_TYPES.get(family, {}).get(text)
