"""Connections that stand for all: every port and protocol that rules can tell apart, once."""

from collections.abc import Iterable, Iterator

from propolis.model.flow import ICMP, ICMPV6, PROTOCOLS, WITH_PORTS
from propolis.model.policy import IcmpRule, PortProtocol, PortRule
from propolis.model.rule import Rule
from propolis.semantics.ports import icmp_type, meaning, protocols
from propolis.semantics.ruleset import Ruleset

LAST_PORT = 65535
FREE_PORT = 1
"""Stands, with its neighbours, for the ports that no rule names."""


def of(rule: Rule, others: Iterable[Rule], ruleset: Ruleset) -> tuple[tuple[str, int], ...] | None:
    """A (protocol, port) for every class of connections that *rule* covers and *others* can tell apart.

    None where *rule* names ports by name: then there is no list that holds for every pod.
    """
    own = list(_clauses(rule))
    if any(isinstance(clause, PortProtocol) and not isinstance(_number(clause), int) for clause in own):
        return None
    numbers = {FREE_PORT, *(port.number for port in ruleset.port_names)}
    for clause in (*own, *(clause for other in others for clause in _clauses(other))):
        numbers |= _bounds(clause)
    # The ends of a range, and their neighbours, meet every piece that overlapping ranges cut.
    near = {number + step for number in numbers for step in (-1, 0, 1)}
    candidates = sorted(number for number in near if 0 <= number <= LAST_PORT)
    known = PROTOCOLS if ruleset.settings.extended_ip_protocols else (*WITH_PORTS, ICMP, ICMPV6)
    found = ((protocol, number) for protocol in known for number in candidates)
    return tuple(
        pair for pair in found if rule.ports is None or any(_covers(clause, *pair) for clause in own)
    )


_Clause = PortProtocol | tuple[str, int]


def _clauses(rule: Rule) -> Iterator[_Clause]:
    """The ports and the ICMP types (as protocol and number) that *rule* names."""
    for clause in rule.ports or ():
        match clause:
            case PortRule():
                yield from clause.ports or ()
            case IcmpRule():
                for field in clause.fields or ():
                    number = icmp_type(field.type, field.family)
                    if number is not None:
                        yield (ICMP if field.family == "IPv4" else ICMPV6, number)


def _number(port: PortProtocol) -> int | str | None:
    return meaning(port.port) if port.port else 0


def _bounds(clause: _Clause) -> set[int]:
    if isinstance(clause, tuple):
        return {clause[1]}
    number = _number(clause)
    return {number, max(number, clause.end_port)} if isinstance(number, int) else set()


def _covers(clause: _Clause, protocol: str, number: int) -> bool:
    if isinstance(clause, tuple):
        return clause[0] == protocol and clause[1] in (0, number)
    return covers(clause, protocol, number)


def covers(port: PortProtocol, protocol: str, number: int) -> bool:
    """Whether *port* names *number* of *protocol* by number; one that is a name covers nothing that is known here."""
    low = _number(port)
    if not isinstance(low, int) or protocol not in protocols(port.protocol):
        return False
    return low == 0 or low <= number <= max(low, port.end_port)
