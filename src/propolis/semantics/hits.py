"""Which rules cover a flow: its peer, its protocol and its port. The reference engine starts from them.

Numbers are sections of the semantics reference. Source: Cilium pkg/policy/rule.go mergeL4Filter, l4.go createL4Filter,
pkg/policy/api/l4.go PortProtocol, icmp.go.
"""

from collections.abc import Iterator

import msgspec

from propolis import peers
from propolis.model.flow import ICMP, ICMPV6, WITH_PORTS, Request
from propolis.model.policy import Direction, IcmpRule, PortProtocol, PortRule
from propolis.model.rule import Rule
from propolis.model.settings import Version
from propolis.model.world import Endpoint
from propolis.semantics import ports
from propolis.semantics.ruleset import Ruleset


class Ends(msgspec.Struct, frozen=True):
    """One direction's view of a flow: *subject* is the endpoint whose policy is asked."""

    subject: Endpoint
    peer: Endpoint
    direction: Direction
    protocol: str
    port: int
    request: Request | None


class Hit(msgspec.Struct, frozen=True):
    """A rule that covers the flow's peer, protocol and port: through *port* of its clause *ports*, if it has any."""

    rule: Rule
    ports: PortRule | IcmpRule | None = None
    port: PortProtocol | None = None


def hits(ruleset: Ruleset, rule: Rule, ends: Ends) -> Iterator[Hit]:
    """No peer clause means everybody where there are ports, and nobody where there are none (§1.3)."""
    if rule.peers is None or (not rule.peers and rule.ports is None):
        return
    if rule.peers and not any(peers.matches(peer, ends.peer, ruleset.settings) for peer in rule.peers):
        return
    if rule.ports is None:
        yield Hit(rule)
    for clause in rule.ports or ():
        match clause:
            case IcmpRule():
                if _icmp_covers(clause, ends):
                    yield Hit(rule, clause)
            case PortRule():
                for port in clause.ports or ():
                    if _port_covers(port, ends, ruleset):
                        yield Hit(rule, clause, port)


def _icmp_covers(rule: IcmpRule, ends: Ends) -> bool:
    """The type stands in for the port, and 0 means all of them, as port 0 does (§4.5)."""
    families = {ICMP: "IPv4", ICMPV6: "IPv6"}
    types = [
        ports.icmp_type(f.type, f.family)
        for f in rule.fields or ()
        if families.get(ends.protocol) == f.family
    ]
    return any(found in (0, ends.port) for found in types)


def _port_covers(port: PortProtocol, ends: Ends, ruleset: Ruleset) -> bool:
    protocol = port.protocol.upper()
    if not (ends.protocol in WITH_PORTS if protocol in ("", "ANY") else ends.protocol == protocol):
        return False
    number = ports.meaning(port.port) if port.port else 0
    if isinstance(number, str):
        return ends.port in named(number, ends.protocol, ends, ruleset)
    if number is None:
        return False
    if number == 0:
        return port.end_port == 0 or ruleset.settings.version >= Version(1, 20) or ends.port <= port.end_port
    return number <= ends.port <= max(number, port.end_port)


def named(name: str, protocol: str, ends: Ends, ruleset: Ruleset) -> set[int]:
    """The ports that *name* stands for (§4.3).

    Ingress: the subject's own. Egress: the peer's from 1.20 on, before that the cluster's if all agree.
    """
    if ends.direction is Direction.INGRESS:
        known = ends.subject.ports
    elif ruleset.settings.version >= Version(1, 20):
        known = ends.peer.ports
    else:
        found = {p.number for p in ruleset.port_names if p.name == name and p.protocol == protocol}
        return found if len(found) == 1 else set()
    return {p.number for p in known if p.name == name and p.protocol == protocol}


def is_one_port(port: PortProtocol) -> bool:
    number = ports.meaning(port.port) if port.port else 0
    return isinstance(number, str) or (number is not None and number > 0 and port.end_port <= number)
