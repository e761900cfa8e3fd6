"""Every declared path is open from end to end: both policies, and every request that it lists; so is DNS."""

from collections.abc import Iterator

from propolis.claims.situation import Breach, Situation, Stated

NAME = "nothing-lost"


def claims(situation: Situation) -> Iterator[Stated]:
    sentence = "every declared path, every request on it, and name resolution are open from end to end"
    found = situation.requiring(situation.required)
    yield Stated(sentence, Breach(flows=found.flows, unsure=found.unsure, undecided=_absent(situation)))


def _absent(situation: Situation) -> str:
    """A path of a workload that the world does not hold proves nothing."""
    missing = situation.absent(
        end for path in situation.profile.paths for end in (path.source, path.destination)
    )
    no_resolver = "" if situation.resolvers else "the world holds no pod of the cluster's DNS"
    return "; ".join(filter(None, (missing, no_resolver)))
