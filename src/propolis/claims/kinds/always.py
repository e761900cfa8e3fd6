"""What must always be possible: from every pod that is meant, end to end, with every request that is listed."""

from collections.abc import Iterator

from propolis.claims.situation import Breach, Situation, Stated
from propolis.claims.words import carrying, on, quantified, whom

NAME = "always"
_NOBODY = "no endpoint is meant, so nothing is promised"


def claims(situation: Situation) -> Iterator[Stated]:
    for claim in situation.written(NAME):
        wanted = situation.claimed(claim)
        found = situation.requiring(wanted)
        sentence = (
            f"{whom(claim.sources)} can reach {whom(claim.destinations)}{on(claim.ports)}{carrying(claim)}"
        )
        absent = situation.absent(claim.ends) or ("" if wanted else _NOBODY)
        yield Stated(
            quantified(claim, sentence), Breach(flows=found.flows, unsure=found.unsure, undecided=absent)
        )
