"""Pods that policies select in both directions, so that nothing is open because nobody thought of it."""

from collections.abc import Iterator

from propolis.claims.situation import Situation, Stated
from propolis.claims.words import quantified, whom
from propolis.model.policy import Direction

NAME = "covered"


def claims(situation: Situation) -> Iterator[Stated]:
    for claim in situation.written(NAME):
        pods = 0
        for group in situation.groups(claim):
            pods |= situation.ends(claim.sources, group) & situation.pods
        for direction in (Direction.EGRESS, Direction.INGRESS):
            sentence = f"{whom(claim.sources)} is in {direction} default deny"
            yield Stated(quantified(claim, sentence), situation.isolating(direction, pods))
