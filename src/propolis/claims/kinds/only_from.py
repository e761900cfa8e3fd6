"""Who alone may reach an end: the policy of that end sees to it, whatever the sources' own policies say."""

from collections.abc import Iterator

from propolis.algebra.flows import NO_FLOWS, product
from propolis.claims.situation import Situation, Stated
from propolis.claims.words import carrying, on, quantified, whom
from propolis.model.policy import Direction

NAME = "only-from"


def claims(situation: Situation) -> Iterator[Stated]:
    for claim in situation.written(NAME):
        others = NO_FLOWS
        for group in situation.groups(claim):
            sources = situation.everyone & ~situation.host & ~situation.ends(claim.sources, group)
            reached = situation.ends(claim.destinations, group)
            others |= product(sources, reached, situation.claimed_traffic(claim))
        what = f"{on(claim.ports)}{carrying(claim)}"
        sentence = f"{whom(claim.destinations)} is reached{what} only from {whom(claim.sources)}"
        yield Stated(quantified(claim, sentence), situation.forbidding_at(Direction.INGRESS, others))
