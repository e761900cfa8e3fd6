"""On a path that lists requests, no other request passes: the end that judges requests sees to it alone."""

import re
from collections.abc import Iterator
from itertools import groupby

import msgspec

from propolis.algebra.flows import NO_FLOWS, product
from propolis.algebra.records import ALL
from propolis.algebra.regular import Language, literals, pattern
from propolis.claims.situation import Breach, Situation, Stated, every_port, requests_in_words, traffic
from propolis.model.profile import DeclaredPath
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
        if found[0].parsed is not None:
            words = ", ".join(f"{found[0].parsed.parser} {need.text}" for need in found[0].parsed.needs)
            yield Stated(f"on {text} only {words} passes", _parsed(situation, found))
            continue
        breach = _in_calls(situation, found[0], _breach(situation, found))
        yield Stated(f"on {text} only {', '.join(needs)} passes", breach)


def _parsed(situation: Situation, paths: list[DeclaredPath]) -> Breach:
    """What a parser of older Cilium lets through is not decided; what no parser looks at surely passes."""
    arriving = NO_FLOWS
    for path in paths:
        source, destination = situation.end(path.source), situation.end(path.destination)
        arriving |= product(source & ~situation.host, destination, traffic(path.ports, ALL))
    found = situation.forbidding_at(situation.decided.ingress, arriving)
    absent = situation.absent(end for path in paths for end in (path.source, path.destination))
    reason = "what Cilium's parser lets through is not decided"
    return msgspec.structs.replace(found, undecided=absent or reason)


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
