"""What a profile says must never happen, beyond the built-in promises."""

from collections.abc import Iterator

from propolis.algebra.flows import product
from propolis.algebra.records import ALL
from propolis.claims.situation import (
    Breach,
    Situation,
    Stated,
    every_port,
    http_requests,
    requests_in_words,
    traffic,
)
from propolis.semantics.symbolic import EVERYTHING

NAME = "never"


def claims(situation: Situation) -> Iterator[Stated]:
    for claim in situation.profile.claims:
        sources = situation.end(claim.source) & ~situation.host
        destinations = situation.end(claim.destination)
        if claim.http is not None:
            requests = http_requests(claim.http, situation.settings)
            forbidden = traffic(claim.ports, requests) if claim.ports else every_port(requests)
        else:
            forbidden = traffic(claim.ports, ALL) if claim.ports else EVERYTHING
        asked = "".join(f" {words}" for words in requests_in_words(claim.http))
        found = situation.forbidding(product(sources, destinations, forbidden))
        absent = situation.absent((claim.source, claim.destination))
        breach = Breach(flows=found.flows, unsure=found.unsure, undecided=absent)
        yield Stated(f"never {claim.text}{asked}", breach)
