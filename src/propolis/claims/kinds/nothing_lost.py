"""Every declared path is open from end to end: both policies, and every request that it lists; so is DNS."""

from collections.abc import Iterator

from propolis.claims.situation import Breach, Situation, Stated
from propolis.model.profile import WorkloadEnd

NAME = "nothing-lost"


def claims(situation: Situation) -> Iterator[Stated]:
    sentence = "every declared path, every request on it, and name resolution are open from end to end"
    found = situation.requiring(situation.required)
    yield Stated(sentence, Breach(flows=found.flows, unsure=found.unsure, undecided=_absent(situation)))


def _absent(situation: Situation) -> str:
    """A path of a workload that the world does not hold proves nothing."""
    ends = [end for path in situation.profile.paths for end in (path.source, path.destination)]
    names = {end.workload for end in ends if isinstance(end, WorkloadEnd)}
    missing = sorted(name for name in names if not situation.workload(name) & situation.existing)
    listed = ", ".join(f"`{name}`" for name in missing)
    if not situation.resolvers:
        listed = ", ".join(filter(None, (listed, "the cluster's DNS")))
    return f"the world holds no pod of {listed}" if listed else ""
