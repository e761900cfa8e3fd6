"""On a path that lists requests, no other request passes: the end that judges requests sees to it alone."""

from collections.abc import Iterator
from itertools import groupby

from propolis.algebra.flows import NO_FLOWS, product
from propolis.algebra.records import ALL
from propolis.claims.situation import Breach, Situation, Stated, traffic
from propolis.model.profile import DeclaredPath

NAME = "requests-only"


def claims(situation: Situation) -> Iterator[Stated]:
    """One promise for each line of the profile that lists requests."""
    listing = [path for path in situation.profile.paths if path.http is not None or path.dns is not None]
    for text, paths in groupby(listing, key=lambda path: path.text):
        found = list(paths)
        needs = [need.text for need in found[0].http or ()] or [f"DNS {name}" for name in found[0].dns or ()]
        yield Stated(f"on {text} only {', '.join(needs)} passes", _breach(situation, found))


def _breach(situation: Situation, paths: list[DeclaredPath]) -> Breach:
    """A pod judges the requests that reach it; requests to the outside are judged where they leave."""
    arriving = leaving = NO_FLOWS
    for path in paths:
        source, destination = situation.end(path.source), situation.end(path.destination)
        judged = traffic(path.ports, ALL)
        arriving |= product(source & ~situation.host, destination & situation.covered, judged)
        leaving |= product(source & ~situation.host, destination & ~situation.covered, judged)
    decided, declared = situation.decided, situation.declared
    at_ingress = situation.forbidding_at(decided.ingress, arriving - declared)
    at_egress = situation.forbidding_at(decided.egress, leaving - declared)
    return Breach(
        flows=at_ingress.flows | at_egress.flows,
        unsure=at_ingress.unsure | at_egress.unsure,
        one_sided=at_ingress.one_sided | at_egress.one_sided,
        undecided=situation.absent(end for path in paths for end in (path.source, path.destination)),
    )
