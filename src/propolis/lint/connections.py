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
    if rule.ports is None:
        return tuple((protocol, number) for protocol in known for number in candidates)
    ranges = {protocol: [found for one in own if (found := _range(one, protocol))] for protocol in known}
    return tuple(
        (protocol, number)
        for protocol, of_protocol in ranges.items()
        for number in (candidates if of_protocol else ())
        if any(low <= number <= high for low, high in of_protocol)
    )


def one_of(rule: Rule) -> tuple[str, int] | None:
    """One (protocol, port) that `of` has for *rule*, whatever stands beside it; None when none is known."""
    if rule.ports is None:
        return WITH_PORTS[0], FREE_PORT
    for clause in _clauses(rule):
        if isinstance(clause, tuple):
            return clause
        number = _number(clause)
        named = clause.protocol.upper()
        protocol = WITH_PORTS[0] if named in ("", "ANY") else named
        if not isinstance(number, int) or not 0 < number <= LAST_PORT or protocol not in WITH_PORTS:
            return None
        return protocol, number
    return None


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


def _range(clause: _Clause, protocol: str) -> tuple[int, int] | None:
    """The first and the last port, or type, of *protocol* that *clause* covers; None when it covers none."""
    if isinstance(clause, tuple):
        named, number = clause
        return ((number, number) if number else (0, LAST_PORT)) if named == protocol else None
    return port_range(clause, protocol)


def covers(port: PortProtocol, protocol: str, number: int) -> bool:
    """Whether *port* names *number* of *protocol* by number."""
    named = port_range(port, protocol)
    return named is not None and named[0] <= number <= named[1]


def port_range(port: PortProtocol, protocol: str) -> tuple[int, int] | None:
    """The ports of *protocol* that *port* names by number; a name covers nothing that is known here."""
    number = _number(port)
    if not isinstance(number, int) or protocol not in protocols(port.protocol):
        return None
    return (number, max(number, port.end_port)) if number else (0, LAST_PORT)
