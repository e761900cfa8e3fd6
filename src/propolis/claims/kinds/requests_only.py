"""Only the listed requests pass, on a path or as a claim says: the end that judges requests sees to it alone."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from propolis.algebra.flows import FlowSet, product, union
from propolis.algebra.records import ALL
from propolis.algebra.regular import Language, literals, pattern
from propolis.claims.situation import Block, Breach, Situation, Stated, every_port, requests_in_words, traffic
from propolis.claims.words import on, quantified, whom
from propolis.model.policy import Direction
from propolis.model.profile import ClaimEnd, DeclaredPath
from propolis.requests import grpc

NAME = "requests-only"


def claims(situation: Situation) -> Iterator[Stated]:
    """One promise for each line of the profile that lists requests."""
    listing = [
        p for p in situation.profile.paths if not (p.http is None and p.dns is None and p.parsed is None)
    ]
    for text, paths in groupby(listing, key=lambda path: path.text):
        found = list(paths)
        needs = requests_in_words(found[0].http) or tuple(f"DNS {name}" for name in found[0].dns or ())
        ends: list[ClaimEnd] = [end for path in found for end in (path.source, path.destination)]
        blocks = [
            (situation.end(path.source), situation.end(path.destination), traffic(path.ports, ALL))
            for path in found
        ]
        if found[0].parsed is not None:
            words = ", ".join(f"{found[0].parsed.parser} {need.text}" for need in found[0].parsed.needs)
            yield Stated(f"on {text} only {words} passes", _parsed(situation, blocks, ends))
            continue
        breach = _in_calls(situation, found[0], _breach(situation, blocks, situation.declared, ends))
        yield Stated(f"on {text} only {', '.join(needs)} passes", breach)
    yield from _written(situation)


def _parsed(situation: Situation, blocks: Sequence[Block], ends: Sequence[ClaimEnd]) -> Breach:
    """What a parser of older Cilium lets through is not decided; what no parser looks at surely passes."""
    arriving = union((sources & ~situation.host, reached, every) for sources, reached, every in blocks)
    found = situation.forbidding_at(Direction.INGRESS, arriving)
    reason = "what Cilium's parser lets through is not decided"
    return msgspec.structs.replace(found, undecided=situation.absent(ends) or reason)


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


def _in_calls(situation: Situation, path: DeclaredPath, breach: Breach) -> Breach:
    """*breach* by the calls that tell a reader of a gRPC service most, if any of them break it.

    First the methods that a file defines and no line lists, then others of the same services, then any call.
    """
    for paths in _telling(path):
        among = product(situation.everyone, situation.everyone, every_port(grpc.calls(paths)))
        flows, one_sided = breach.flows & among, breach.one_sided & among
        if flows or (one_sided and not breach.flows):
            return msgspec.structs.replace(breach, flows=flows, one_sided=one_sided)
    return breach


def _telling(path: DeclaredPath) -> Iterator[Language]:
    services = {need.call.partition("/")[0] for need in path.http or () if need.call}
    if not services:
        return
    if path.definitions:
        yield literals(f"/{method.full_name}" for method in path.definitions.methods or ())
    yield pattern(
        "/(?:" + "|".join(re.escape(service) for service in sorted(services)) + f")/{grpc.IDENTIFIER}"
    )
    yield pattern(f"/{grpc.METHOD}")
