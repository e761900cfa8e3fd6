"""Only the listed requests pass, on a path or as a claim says: the end that judges requests sees to it alone."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from propolis.algebra.flows import FlowSet, union
from propolis.algebra.records import ALL
from propolis.claims.situation import Block, Breach, Situation, Stated, traffic
from propolis.claims.words import on, quantified, whom
from propolis.model.policy import Direction
from propolis.model.profile import ClaimEnd

NAME = "requests-only"


def claims(situation: Situation) -> Iterator[Stated]:
    """One promise for each line of the profile that lists requests."""
    listing = [path for path in situation.profile.paths if path.http is not None or path.dns is not None]
    for text, paths in groupby(listing, key=lambda path: path.text):
        found = list(paths)
        needs = [need.text for need in found[0].http or ()] or [f"DNS {name}" for name in found[0].dns or ()]
        ends: list[ClaimEnd] = [end for path in found for end in (path.source, path.destination)]
        blocks = [
            (situation.end(path.source), situation.end(path.destination), traffic(path.ports, ALL))
            for path in found
        ]
        breach = _breach(situation, blocks, situation.declared, ends)
        yield Stated(f"on {text} only {', '.join(needs)} passes", breach)
    yield from _written(situation)


def _written(situation: Situation) -> Iterator[Stated]:
    for claim in situation.written(NAME):
        blocks = [
            (
                situation.ends(claim.sources, group),
                situation.ends(claim.destinations, group),
                traffic(claim.ports, ALL),
            )
            for group in situation.groups(claim)
        ]
        listed = ", ".join(claim.requests.words if claim.requests else ())
        sentence = (
            f"from {whom(claim.sources)} to {whom(claim.destinations)}{on(claim.ports)} only {listed} passes"
        )
        breach = _breach(situation, blocks, situation.claimed(claim), list(claim.ends))
        yield Stated(quantified(claim, sentence), breach)


def _breach(
    situation: Situation, blocks: Sequence[Block], listed: FlowSet, ends: Sequence[ClaimEnd]
) -> Breach:
    """What passes of *blocks* and is not *listed*.

    A covered pod judges the requests that reach it; all other requests are judged where they leave.
    """
    host, covered = situation.host, situation.covered
    arriving = union((sources & ~host, reached & covered, every) for sources, reached, every in blocks)
    leaving = union((sources & ~host, reached & ~covered, every) for sources, reached, every in blocks)
    at_ingress = situation.forbidding_at(Direction.INGRESS, arriving, listed)
    at_egress = situation.forbidding_at(Direction.EGRESS, leaving, listed)
    return Breach(
        flows=at_ingress.flows | at_egress.flows,
        unsure=at_ingress.unsure | at_egress.unsure,
        one_sided=at_ingress.one_sided | at_egress.one_sided,
        undecided=situation.absent(ends),
    )
