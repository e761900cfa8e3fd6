"""What a proxy makes of one request: which proxy it is, and whether a rule that covers the flow lets it pass.

Numbers are sections of the semantics reference.
Source: Cilium pkg/envoy/model.go, cilium/proxy network_policy.cc, pkg/fqdn/dnsproxy.
"""

from collections.abc import Sequence

from propolis import peers, requests
from propolis.model.policy import PortRule
from propolis.semantics.bounds import PERHAPS
from propolis.semantics.cells import cell, cells, selectors
from propolis.semantics.hits import Ends, Hit
from propolis.semantics.ruleset import Ruleset

_PROXIES = ("listener", "http", "dns", "tls")
"""In the order in which they take a connection that rules send to several; a listener's place hangs on its priority."""


def proxy(hits: Sequence[Hit]) -> str:
    """The proxy that takes a connection that *hits* allow, "" for none."""
    return next((name for name in _PROXIES if any(_parser(hit) == name for hit in hits)), "")


def _parser(hit: Hit) -> str:
    return requests.parser(hit.ports) if isinstance(hit.ports, PortRule) else ""


def is_taken_perhaps(hit: Hit) -> bool:
    """Whether *hit* is of a cautious rule that may take the connection, and lets nothing through."""
    return isinstance(hit.ports, PortRule) and hit.ports.listener is PERHAPS


def passes(hit: Hit, hits: Sequence[Hit], ends: Ends, ruleset: Ruleset) -> bool:
    """Server names bind every allow of their cell: what names no server passes none of it (§4.7)."""
    if ends.request is None or not isinstance(hit.ports, PortRule):
        return True
    if not hit.ports.server_names and _bound_to_names(hit, hits, ends, ruleset):
        return False
    return requests.passes(hit.ports, ends.request, ruleset.settings)


def _bound_to_names(hit: Hit, hits: Sequence[Hit], ends: Ends, ruleset: Ruleset) -> bool:
    """Whether each cell through which *hit* covers the peer holds server names too."""
    named = {
        held
        for other in hits
        if other.port and isinstance(other.ports, PortRule) and other.ports.server_names
        for held in cells(other.rule.peers, other.port, ruleset.settings)
    }
    return hit.port is not None and all(
        cell(selector, ends.protocol, hit.port, ruleset.settings) in named
        for selector in selectors(hit.rule.peers, ruleset.settings)
        if peers.matches(selector, ends.peer, ruleset.settings)
    )


def terminates(hit: Hit) -> bool:
    """Whether the proxy answers a client hello itself, whatever server it names (§4.8)."""
    return isinstance(hit.ports, PortRule) and hit.ports.terminates_tls and not hit.ports.server_names
