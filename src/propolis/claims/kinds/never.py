"""What a profile says must never happen, beyond the built-in promises."""

from collections.abc import Iterator

from propolis.claims.situation import Breach, Situation, Stated
from propolis.claims.words import carrying, on, quantified, whom

NAME = "never"


def claims(situation: Situation) -> Iterator[Stated]:
    for claim in situation.written(NAME):
        found = situation.forbidding(situation.claimed(claim))
        ends = f"from {whom(claim.sources)} to {whom(claim.destinations)}"
        sentence = f"nothing{carrying(claim)} passes {ends}{on(claim.ports)}"
        absent = situation.absent(claim.ends)
        yield Stated(
            quantified(claim, sentence), Breach(flows=found.flows, unsure=found.unsure, undecided=absent)
        )
