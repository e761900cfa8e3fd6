"""Covered pods are reached only by the sources that a path lists, on its ports."""

from collections.abc import Iterator

from propolis.algebra.flows import product, union
from propolis.algebra.records import ALL
from propolis.claims.situation import Situation, Stated, traffic
from propolis.model.policy import Direction
from propolis.semantics.symbolic import EVERYTHING

NAME = "reached-only-by"


def claims(situation: Situation) -> Iterator[Stated]:
    """Whether the *requests* on a listed path are the listed ones is another promise: `requests-only`."""
    listed = union(
        (situation.end(path.source), situation.end(path.destination), traffic(path.ports, ALL))
        for path in situation.profile.paths
    )
    arriving = product(situation.everyone & ~situation.host, situation.covered, EVERYTHING)
    sentence = "covered pods are reached only by the sources and on the ports that a path lists"
    yield Stated(sentence, situation.forbidding_at(Direction.INGRESS, arriving, listed | situation.queries))
