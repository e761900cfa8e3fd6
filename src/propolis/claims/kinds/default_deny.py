"""Every covered pod is in default deny, in both directions."""

from collections.abc import Iterator

from propolis.claims.situation import Situation, Stated
from propolis.model.policy import Direction

NAME = "default-deny"


def claims(situation: Situation) -> Iterator[Stated]:
    for direction in (Direction.EGRESS, Direction.INGRESS):
        sentence = f"every covered pod is in {direction} default deny"
        yield Stated(sentence, situation.isolating(direction, situation.covered))
