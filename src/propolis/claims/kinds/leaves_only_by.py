"""Pods leave the pod network only where they may: covered ones on listed paths, others as a claim says."""

from collections.abc import Iterator

from propolis.algebra.flows import NO_FLOWS, product
from propolis.claims.situation import Situation, Stated
from propolis.claims.words import carrying, on, quantified, whom
from propolis.model.policy import Direction
from propolis.semantics.symbolic import EVERYTHING

NAME = "leaves-only-by"


def claims(situation: Situation) -> Iterator[Stated]:
    leaving = product(situation.covered, situation.outside, EVERYTHING)
    sentence = "covered pods leave the cluster only by DNS, to listed names and on listed paths"
    yield Stated(sentence, situation.forbidding_at(Direction.EGRESS, leaving, situation.declared))
    yield from _written(situation)


def _written(situation: Situation) -> Iterator[Stated]:
    for claim in situation.written(NAME):
        others = NO_FLOWS
        for group in situation.groups(claim):
            sources = situation.ends(claim.sources, group) & situation.pods
            allowed = product(
                sources, situation.ends(claim.destinations, group), situation.claimed_traffic(claim)
            )
            others |= product(sources, situation.outside, EVERYTHING) - allowed
        where = f"to {whom(claim.destinations)}{on(claim.ports)}{carrying(claim)}"
        sentence = f"{whom(claim.sources)} leaves the cluster only {where}"
        yield Stated(quantified(claim, sentence), situation.forbidding_at(Direction.EGRESS, others))
