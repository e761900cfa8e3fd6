"""From promises to outcomes: the flow that breaks one is shown, explained by the reference engine."""

from collections.abc import Iterator
from functools import cache
from typing import Protocol, cast

import propolis.claims.kinds
from propolis import requests
from propolis.algebra.flows import FlowSet, Pair
from propolis.algebra.records import ALL, RecordSet
from propolis.claims.situation import Breach, Situation, Stated
from propolis.model.flow import ICMP, ICMPV6, Flow, Request
from propolis.model.report import ClaimOutcome, Status
from propolis.model.world import Endpoint, Role
from propolis.plugins import discover
from propolis.semantics.explain import Place, answer

_READABLE_PORTS = (443, 80, 8080, 5432, 53, 22)
_ONE_SIDED = "only the policy of the other end stops this flow today; the end that should, lets it through"
_DATA_PORTS = frozenset({1433, 1521, 3306, 5432, 5984, 6379, 7000, 8086, 9042, 9200, 11211, 26257, 27017})
_PING = {ICMP: 8, ICMPV6: 128}


class ClaimKind(Protocol):
    NAME: str

    def claims(self, situation: Situation) -> Iterator[Stated]: ...


@cache
def kinds() -> tuple[ClaimKind, ...]:
    found = discover(propolis.claims.kinds, ("NAME", "claims")).values()
    return tuple(cast(ClaimKind, module) for module in found)


def outcomes(situation: Situation, place: Place) -> tuple[ClaimOutcome, ...]:
    """The outcome of every promise, built-in ones and the profile's own; *place* finds the lines of a rule."""
    return tuple(
        _outcome(kind.NAME, stated, situation, place) for kind in kinds() for stated in kind.claims(situation)
    )


def _outcome(name: str, stated: Stated, situation: Situation, place: Place) -> ClaimOutcome:
    breach, scope = stated.breach, situation.scope()
    if breach.flows:
        shown = answer(situation.scene.ruleset, counterexample(breach.flows, situation), place)
        return ClaimOutcome(name, stated.sentence, Status.BROKEN, breach.reason, shown, scope)
    if breach.one_sided:
        shown = answer(situation.scene.ruleset, counterexample(breach.one_sided, situation), place)
        reason = breach.reason or _ONE_SIDED
        return ClaimOutcome(name, stated.sentence, Status.BROKEN, reason, shown, scope)
    if breach.reason:
        return ClaimOutcome(name, stated.sentence, Status.BROKEN, breach.reason, None, scope)
    if breach.unsure:
        shown = answer(situation.scene.ruleset, counterexample(breach.unsure, situation), place)
        return ClaimOutcome(name, stated.sentence, Status.UNKNOWN, _undecided(breach), shown, scope)
    if breach.undecided:
        return ClaimOutcome(name, stated.sentence, Status.UNKNOWN, breach.undecided, None, scope)
    return ClaimOutcome(name, stated.sentence, Status.KEPT, "", None, scope)


def _undecided(breach: Breach) -> str:
    return breach.undecided or "a flow that would break it cannot be decided"


def counterexample(flows: FlowSet, situation: Situation) -> Flow:
    """The plainest flow of *flows*: between workloads that exist if there is one, on a port that one would try.

    Errors: ValueError when *flows* is empty.
    """
    pair = min(flows.pairs(), key=lambda p: _plainness(p, situation))
    source, destination = situation.endpoints[pair.source], situation.endpoints[pair.destination]
    protocol, port, allowed = min(
        (choice for piece in pair.traffic for choice in _ports(piece, destination)),
        key=lambda choice: _port_plainness(choice, destination),
    )
    return Flow(source, destination, protocol, port, _request(allowed))


def _plainness(pair: Pair, situation: Situation) -> tuple[int, ...]:
    """Ends that exist first, a data store before other destinations: that is what a reader fears for."""
    source, destination = situation.endpoints[pair.source], situation.endpoints[pair.destination]
    store = any(port.number in _DATA_PORTS for port in destination.ports)
    return (_rank(source) // 2, _rank(destination), not store, _rank(source), pair.source, pair.destination)


def _rank(endpoint: Endpoint) -> int:
    if endpoint.role is Role.POD:
        return 0 if endpoint.existing else 2
    return 1 if endpoint.role is Role.WORLD else 3


_Choice = tuple[str, int, RecordSet]


def _ports(piece: tuple[str, int, int, RecordSet], destination: Endpoint) -> Iterator[_Choice]:
    """The ports of a piece that one would try: those the destination declares, well-known ones, the first."""
    protocol, low, high, allowed = piece
    own = [port.number for port in destination.ports if port.protocol == protocol]
    tried = (*own, _PING.get(protocol, 0), *_READABLE_PORTS, max(low, 1), low)
    yield from ((protocol, port, allowed) for port in tried if low <= port <= high)


def _port_plainness(choice: _Choice, destination: Endpoint) -> tuple[int, ...]:
    protocol, port, _ = choice
    own = any((p.number, p.protocol) == (port, protocol) for p in destination.ports)
    known = _READABLE_PORTS.index(port) if port in _READABLE_PORTS else len(_READABLE_PORTS)
    return (not own, protocol != "TCP", known, port)


def _request(allowed: RecordSet) -> Request | None:
    """A shortest request; None when every one would do, so that the connection itself is the example."""
    if allowed is ALL:
        return None
    member = allowed.member()
    if member is None:
        raise ValueError("a flow set holds traffic without requests")
    return requests.request(member)
