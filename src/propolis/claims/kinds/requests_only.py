"""Only the listed requests pass, on a path or as a claim says: the end that judges requests sees to it alone."""

from collections.abc import Iterator
from itertools import groupby

from propolis.algebra.flows import NO_FLOWS, FlowSet, product
from propolis.algebra.records import ALL
from propolis.claims.situation import Breach, Situation, Stated, traffic
from propolis.claims.words import on, quantified, whom
from propolis.model.policy import Direction
from propolis.model.profile import ClaimEnd
from propolis.semantics.symbolic import EVERYTHING

NAME = "requests-only"


def claims(situation: Situation) -> Iterator[Stated]:
    """One promise for each line of the profile that lists requests."""
    listing = [path for path in situation.profile.paths if path.http is not None or path.dns is not None]
    for text, paths in groupby(listing, key=lambda path: path.text):
        found = list(paths)
        needs = [need.text for need in found[0].http or ()] or [f"DNS {name}" for name in found[0].dns or ()]
        whole = NO_FLOWS
        for path in found:
            ends = situation.end(path.source) & ~situation.host, situation.end(path.destination)
            whole |= product(*ends, traffic(path.ports, ALL))
        ends_: list[ClaimEnd] = [end for path in found for end in (path.source, path.destination)]
        breach = _breach(situation, whole - situation.declared, ends_)
        yield Stated(f"on {text} only {', '.join(needs)} passes", breach)
    yield from _written(situation)


def _written(situation: Situation) -> Iterator[Stated]:
    for claim in situation.written(NAME):
        whole = NO_FLOWS
        for group in situation.groups(claim):
            ends = (
                situation.ends(claim.sources, group) & ~situation.host,
                situation.ends(claim.destinations, group),
            )
            whole |= product(*ends, traffic(claim.ports, ALL))
        listed = ", ".join(claim.requests.words if claim.requests else ())
        sentence = (
            f"from {whom(claim.sources)} to {whom(claim.destinations)}{on(claim.ports)} only {listed} passes"
        )
        breach = _breach(situation, whole - situation.claimed(claim), list(claim.ends))
        yield Stated(quantified(claim, sentence), breach)


def _breach(situation: Situation, forbidden: FlowSet, ends: list[ClaimEnd]) -> Breach:
    """A covered pod judges the requests that reach it; all other requests are judged where they leave."""
    arriving = forbidden & product(situation.everyone, situation.covered, EVERYTHING)
    at_ingress = situation.forbidding_at(Direction.INGRESS, arriving)
    at_egress = situation.forbidding_at(Direction.EGRESS, forbidden - arriving)
    return Breach(
        flows=at_ingress.flows | at_egress.flows,
        unsure=at_ingress.unsure | at_egress.unsure,
        one_sided=at_ingress.one_sided | at_egress.one_sided,
        undecided=situation.absent(ends),
    )
