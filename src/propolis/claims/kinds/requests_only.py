"""On a path that lists requests, no other request passes: the end that judges requests sees to it alone."""

from collections.abc import Iterator

from propolis.algebra.flows import NO_FLOWS, product
from propolis.algebra.records import ALL
from propolis.claims.situation import Breach, Situation, Stated, traffic

NAME = "requests-only"


def claims(situation: Situation) -> Iterator[Stated]:
    """A pod judges the requests that reach it; requests to the outside are judged where they leave."""
    arriving = leaving = NO_FLOWS
    for path in situation.profile.paths:
        if path.http is None and path.dns is None:
            continue
        source, destination = situation.end(path.source), situation.end(path.destination)
        judged = traffic(path.ports, ALL)
        arriving |= product(source, destination & situation.covered, judged)
        leaving |= product(source, destination & ~situation.covered, judged)
    decided, declared = situation.decided, situation.declared
    at_ingress = situation.forbidding_at(decided.ingress, arriving - declared)
    at_egress = situation.forbidding_at(decided.egress, leaving - declared)
    sentence = "on paths that list methods, paths and headers, no other request passes"
    yield Stated(sentence, _either(at_ingress, at_egress))


def _either(a: Breach, b: Breach) -> Breach:
    return Breach(flows=a.flows | b.flows, unsure=a.unsure | b.unsure, one_sided=a.one_sided | b.one_sided)
