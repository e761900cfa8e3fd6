"""Nothing crosses from one tenant to another unless a path says so; the pods that are reached see to it alone."""

from collections.abc import Iterator

from propolis.algebra.flows import FlowSet, bits, rectangle
from propolis.claims.situation import Situation, Stated
from propolis.model.policy import Direction
from propolis.semantics.symbolic import EVERYTHING

NAME = "tenants-apart"


def claims(situation: Situation) -> Iterator[Stated]:
    if situation.profile.tenants is None:
        return
    members: dict[str, list[int]] = {}
    for index, endpoint in enumerate(situation.endpoints):
        tenant = situation.tenant(endpoint) if situation.covered >> index & 1 else None
        if tenant is not None:
            members.setdefault(tenant, []).append(index)
    tenants = [bits(own) for own in members.values()]
    everyone = bits(i for own in members.values() for i in own)
    crossing = FlowSet({rectangle(everyone & ~own, EVERYTHING): own for own in tenants})
    sentence = "nothing crosses from one tenant to another except on listed paths"
    yield Stated(
        sentence,
        situation.forbidding_at(Direction.INGRESS, crossing, situation.declared | situation.queries),
    )
