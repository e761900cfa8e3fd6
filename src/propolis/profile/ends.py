"""The ends of a path: who may reach whom, as in `my-frontend, b-web -> my-backend:8080`."""

import ipaddress
import re
from collections.abc import Callable

import msgspec

from propolis.model.labels import NAMESPACE_LABELS
from propolis.model.profile import (
    ENTITIES,
    CidrEnd,
    ClaimEnd,
    EntityEnd,
    NameEnd,
    Of,
    PodsEnd,
    PortSpan,
    WorkloadEnd,
)
from propolis.profile.fault import SYNTAX, Fault
from propolis.profile.lines import PORTS, misplaced_space, ports
from propolis.profile.names import LONGEST, NAME, is_name
from propolis.profile.selections import HELP, SELECTION, selection

WORD = r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?"
"""The name of a workload. Entities are words too."""
NAMESPACE = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
PREFIX = r"[0-9a-f:.]+/[0-9]{1,3}"
_PODS = rf"(?:{NAMESPACE}|\*|\$each|\$other|{SELECTION})/(?:\*|{SELECTION})"


def _comma_list(*items: str) -> str:
    item = "(?:" + "|".join(items) + ")"
    return rf"{item}(?: *, *{item})*"


UPSTREAM = rf"{PREFIX}|host|remote-node"
PATH = rf"{_comma_list(WORD, PREFIX)} +-> +{_comma_list(WORD, PREFIX, NAME)}:{PORTS}"
CLAIM = rf"{_comma_list(WORD, PREFIX, _PODS)} +-> +{_comma_list(WORD, PREFIX, NAME, _PODS)}(?::{PORTS})?"
PODS = _comma_list(WORD, _PODS)

_HELP = "write who reaches whom on which port, as in `my-frontend -> my-backend:8080`"
_BAD_PREFIX = "profile-prefix"

End = Callable[[str], ClaimEnd | Fault]


class PathLine(msgspec.Struct, frozen=True):
    """A path line as read: every source, every destination, every port; no ports means any port.

    Workloads may still be undeclared, and a name outside is asked for by itself only.
    """

    sources: tuple[ClaimEnd, ...]
    destinations: tuple[ClaimEnd, ...]
    ports: tuple[PortSpan, ...]


def path_line(line: str) -> PathLine | Fault:
    """A line of `paths`: workloads, entities and prefixes on the left, names outside on the right too."""
    targets, colon, port_text = line.rpartition(":")
    if "->" in line and (not colon or re.fullmatch(r".*/[0-9]+", port_text)):
        return Fault(SYNTAX, f"`{line}` names no port", _HELP)
    spans = _ports_at(port_text, len(targets) + 1)
    read = _line(targets, _source, _destination)
    if isinstance(read, Fault):
        return read
    if isinstance(spans, Fault):
        return spans
    return msgspec.structs.replace(read, ports=spans) if re.fullmatch(PATH, line) else misplaced_space(line)


def claim_line(line: str) -> PathLine | Fault:
    """A line of a claim: as a path, but ports may be left out, and `shop/*` or `*/{app=web}` are pods."""
    targets, _, port_text = line.rpartition(":")
    spans: tuple[PortSpan, ...] | Fault = ()
    if re.fullmatch(PORTS, port_text):
        spans = _ports_at(port_text, len(targets) + 1)
    else:
        targets = line
    read = _line(targets, _claim_source, _claim_destination)
    if isinstance(read, Fault):
        return read
    if isinstance(spans, Fault):
        return spans
    return msgspec.structs.replace(read, ports=spans) if re.fullmatch(CLAIM, line) else misplaced_space(line)


def claim_ends(text: str, *, destinations: bool) -> tuple[ClaimEnd, ...] | Fault:
    """Several ends of a claim, separated by commas; *destinations*: names outside are ends too."""
    return _ends(text, 0, _claim_destination if destinations else _claim_source)


def pods(text: str) -> tuple[ClaimEnd, ...] | Fault:
    """Several workloads and selections of pods, separated by commas."""
    found = _ends(text, 0, _workload_or_pods)
    return found if isinstance(found, Fault) or re.fullmatch(PODS, text) else misplaced_space(text)


def _ports_at(text: str, offset: int) -> tuple[PortSpan, ...] | Fault:
    spans = ports(text)
    if isinstance(spans, Fault) and spans.end:
        return msgspec.structs.replace(spans, start=spans.start + offset, end=spans.end + offset)
    return spans


def _line(line: str, source: End, destination: End) -> PathLine | Fault:
    arrow = re.search(r" +-> +", line)
    if arrow is None:
        return Fault(SYNTAX, f"`{line}` has no arrow between two ends", _HELP)
    sources = _ends(line[: arrow.start()], 0, source)
    if isinstance(sources, Fault):
        return sources
    destinations = _ends(line[arrow.end() :], arrow.end(), destination)
    if isinstance(destinations, Fault):
        return destinations
    return PathLine(sources, destinations, ())


_OUTER_COMMA = re.compile(r",(?![^{}]*\})")


def _ends(text: str, offset: int, end: End) -> tuple[ClaimEnd, ...] | Fault:
    found: list[ClaimEnd] = []
    for item in _OUTER_COMMA.split(text):
        word = item.strip(" ")
        start = offset + item.index(word)
        one = end(word)
        if isinstance(one, Fault):
            return msgspec.structs.replace(one, start=start, end=start + len(word))
        if one in found:
            return Fault(
                SYNTAX, f"`{word}` is named twice in one line", "name it once", start, start + len(word)
            )
        found.append(one)
        offset += len(item) + 1
    return tuple(found)


def _source(word: str) -> ClaimEnd | Fault:
    end = _destination(word)
    if isinstance(end, NameEnd):
        help_ = "a connection arrives from an address: write a prefix, as in `192.0.2.0/24`"
        return Fault(SYNTAX, f"the name `{word}` cannot be the source of a path", help_)
    return end


def _destination(word: str) -> ClaimEnd | Fault:
    if word in ENTITIES:
        return EntityEnd(word)
    if re.fullmatch(WORD, word):
        return WorkloadEnd(word)
    if re.fullmatch(PREFIX, word):
        return prefix(word)
    if is_name(word):
        return name(word)
    return Fault(SYNTAX, f"`{word}` is no end of a path", _end_help(word))


def _claim_source(word: str) -> ClaimEnd | Fault:
    return _pods(word) or _source(word)


def _claim_destination(word: str) -> ClaimEnd | Fault:
    return _pods(word) or _destination(word)


def _workload_or_pods(word: str) -> ClaimEnd | Fault:
    end = _claim_source(word)
    if isinstance(end, (EntityEnd, CidrEnd)):
        return Fault(SYNTAX, f"`{word}` stands for no pods", "write a workload, `shop/*` or `*/{app=web}`")
    return end


def _pods(word: str) -> PodsEnd | Fault | None:
    """`shop/*`, `*/{app=web}`, `{team=a}/*`, `$each/*`: pods by namespace, by its labels, and by their own."""
    if not re.fullmatch(_PODS, word):
        looks_like_it = ("{" in word or word.startswith("$")) and "->" not in word
        return Fault(SYNTAX, f"`{word}` selects no pods", HELP) if looks_like_it else None
    home, own = _PODS_PARTS.fullmatch(word).groups()  # type: ignore[union-attr]
    labels = selection(own) if own != "*" else ()
    at_home = selection(home, NAMESPACE_LABELS) if home.startswith("{") else ()
    assert not isinstance(labels, Fault) and not isinstance(at_home, Fault), (
        "the expression has let it through"
    )
    if home in tuple(Of):
        return PodsEnd(None, labels, of=Of(home))
    named = None if at_home or home == "*" else home
    return PodsEnd(named, labels, at_home)


_PODS_PARTS = re.compile(r"(\{[^{}]*\}|[^/]+)/(\*|\{[^{}]*\})")


def prefix(word: str) -> CidrEnd | Fault:
    """The prefix written as *word*, in its shortest spelling; host bits must be zero."""
    try:
        network = ipaddress.ip_network(word, strict=False)
    except ValueError:
        return Fault(
            _BAD_PREFIX, f"`{word}` is no address prefix", "write one as `192.0.2.0/24` or `2001:db8::/32`"
        )
    if ipaddress.ip_interface(word).ip != network.network_address:
        return Fault(_BAD_PREFIX, f"`{word}` has bits beyond its prefix length", f"write `{network}`")
    return CidrEnd(str(network))


def network(word: str) -> CidrEnd | Fault:
    """A stretch of addresses, of pods or of others."""
    if not re.fullmatch(PREFIX, word):
        return Fault(SYNTAX, f"`{word}` is no address prefix", _end_help(word))
    return prefix(word)


def name(word: str) -> NameEnd | Fault:
    """The name outside written as *word*, asked for by itself only."""
    if not is_name(word):
        return Fault(SYNTAX, f"`{word}` is no DNS name outside the cluster", _end_help(word))
    if len(word) > LONGEST:
        return Fault("profile-long-name", "this DNS name is too long", f"it may have {LONGEST} characters")
    return NameEnd(word, (word,))


def upstream(word: str) -> CidrEnd | EntityEnd | Fault:
    """Where DNS pods may send queries on: a prefix, or a resolver on a node."""
    if word in ("host", "remote-node"):
        return EntityEnd(word)
    if not re.fullmatch(UPSTREAM, word):
        return Fault(SYNTAX, f"`{word}` is no resolver", "write `10.0.0.2/32`, `host` or `remote-node`")
    return prefix(word)


def _end_help(word: str) -> str:
    if re.fullmatch(r"[0-9]+(\.[0-9]+){3}", word):
        return f"write an address as a prefix: `{word}/32`"
    if re.fullmatch(r"[0-9a-fA-F:]*::?[0-9a-fA-F:]*", word) and word.count(":") > 1:
        return f"write an address as a prefix: `{word.lower()}/128`"
    if re.fullmatch(_PODS, word):
        return "all pods of a namespace can be named in `claims` only: declare a workload"
    if "*" in word:
        return "stars stand for whole labels in front of a name: `*.example.com`, `**.example.com`"
    if word != word.lower():
        return f"names are written in lower case: `{word.lower()}`"
    return (
        "an end is a workload, "
        + ", ".join(f"`{entity}`" for entity in ENTITIES)
        + ", a prefix or a DNS name"
    )
