"""The shapes of text that Kubernetes and Cilium ask for.

The API server's patterns are RE2. Those that nest one repetition in another are written here in an equal form
without that nesting, because Python's `re` backtracks.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from propolis.manifest.schema.nodes import Format

_SUBDOMAIN = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*"
_LABEL_PART = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?"
_PREFIX_LENGTH = re.compile(r"[0-9]{1,9}")


_REMEMBERED = 4096
"""Texts of one format: a cluster says the same labels over and over."""


def _whole(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lru_cache(_REMEMBERED)(lambda text: compiled.fullmatch(text) is not None)


def is_cidr(text: str) -> bool:
    """Whether Go's `net.ParseCIDR` reads *text*; bits below the prefix are allowed."""
    address, slash, length = text.partition("/")
    if not slash or "%" in address or _PREFIX_LENGTH.fullmatch(length) is None:
        return False
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return int(length) <= parsed.max_prefixlen


def without_leading_zeros(text: str) -> str:
    """An IPv4 prefix as Kubernetes' own types read it: `010.0.0.0/8` is `10.0.0.0/8`."""
    if ":" in text:
        return text
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", text)


def _is_kubernetes_cidr(text: str) -> bool:
    return is_cidr(without_leading_zeros(text))


_NAME_FROM_THE_END = re.compile(r"(?:[0-9]-?)*[A-Za-z]")


def _is_port(text: str) -> bool:
    """The pattern as Cilium has it: its numeric half is open at the end, its name half at the start.

    So `70000`, `80-90` and `%web` pass here, and the agent rejects them later.
    """
    return text[:1] in set("0123456789") or _NAME_FROM_THE_END.match(text[::-1]) is not None


def _is_printable(text: str) -> bool:
    return all(unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs") for character in text)


def _is_port_name(text: str) -> bool:
    sound = re.fullmatch(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?", text) is not None
    return sound and len(text) <= 15 and "--" not in text and re.search("[a-z]", text) is not None


@lru_cache(_REMEMBERED)
def _is_qualified_name(text: str) -> bool:
    prefix, slash, name = text.rpartition("/")
    if slash and (len(prefix) > 253 or re.fullmatch(_SUBDOMAIN, prefix) is None):
        return False
    return len(name) <= 63 and re.fullmatch(_LABEL_PART, name) is not None


CIDR = Format("a CIDR such as `10.0.0.0/8`", is_cidr)
KUBERNETES_CIDR = Format("a CIDR such as `10.0.0.0/8`", _is_kubernetes_cidr)
LABEL_VALUE = Format(
    "a label value: letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",
    _whole(f"(?:{_LABEL_PART})?"),
)
LABEL_KEY = Format("a label key such as `app` or `example.com/app`", _is_qualified_name)
SUBDOMAIN = Format("a lower-case DNS name", _whole(_SUBDOMAIN))
DNS_LABEL = Format("a lower-case DNS label", _whole(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"))
PORT = Format("a port number or a port name", _is_port)
PORT_NAME = Format("a port name: at most 15 of a-z, 0-9 and `-`, with a letter", _is_port_name)
MATCH_NAME = Format("a DNS name without `*`", _whole(r"[-a-zA-Z0-9_]+(?:\.[-a-zA-Z0-9_]+)*\.?"))
MATCH_PATTERN = Format("a DNS name, with or without `*`", _whole(r"[-a-zA-Z0-9_*]+(?:\.[-a-zA-Z0-9_*]+)*\.?"))
SERVER_NAME_1_18 = Format(
    "a server name, with `*.` or `**.` at most at its start",
    _whole(r"(?:\*?\*\.)?[-a-zA-Z0-9_]+(?:\.[-a-zA-Z0-9_]+)*\.?"),
)
SERVER_NAME = Format("a server name, with or without `*`", MATCH_PATTERN.accepts)
PRINTABLE = Format("text without control characters", _is_printable)

_ICMP_TYPES = (
    "[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]|"
    "EchoReply|DestinationUnreachable|Redirect|Echo|RouterAdvertisement|RouterSelection|TimeExceeded|"
    "ParameterProblem|Timestamp|TimestampReply|Photuris|ExtendedEchoRequest|PacketTooBig|EchoRequest|"
    # The blank is upstream's: `ExtendedEchoReply` is refused.
    "ExtendedEcho Reply|"
    "MulticastListenerQuery|MulticastListenerReport|MulticastListenerDone|RouterSolicitation|"
    "NeighborSolicitation|NeighborAdvertisement|RedirectMessage|RouterRenumbering|"
    "ICMPNodeInformationQuery|ICMPNodeInformationResponse|InverseNeighborDiscoverySolicitation|"
    "InverseNeighborDiscoveryAdvertisement|HomeAgentAddressDiscoveryRequest|"
    "HomeAgentAddressDiscoveryReply|MobilePrefixSolicitation|MobilePrefixAdvertisement|"
    "DuplicateAddressRequestCodeSuffix|DuplicateAddressConfirmationCodeSuffix"
)
ICMP_TYPE = Format("an ICMP type: 0 to 255, or a name such as `EchoRequest`", _whole(_ICMP_TYPES))
