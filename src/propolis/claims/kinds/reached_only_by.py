"""Covered pods are reached only by the sources that a path lists, on its ports."""

from collections.abc import Iterator

from propolis.algebra.flows import NO_FLOWS, product
from propolis.algebra.records import ALL
from propolis.claims.situation import Situation, Stated, traffic
from propolis.semantics.symbolic import EVERYTHING

NAME = "reached-only-by"


def claims(situation: Situation) -> Iterator[Stated]:
    """Whether the *requests* on a listed path are the listed ones is another promise: `requests-only`."""
    listed = NO_FLOWS
    for path in situation.profile.paths:
        ends = situation.end(path.source), situation.end(path.destination)
        listed |= product(*ends, traffic(path.ports, ALL))
    arriving = product(situation.everyone & ~situation.host, situation.covered, EVERYTHING)
    sentence = "covered pods are reached only by the sources and on the ports that a path lists"
    yield Stated(
        sentence, situation.forbidding_at(situation.decided.ingress, arriving - listed - situation.queries)
    )
