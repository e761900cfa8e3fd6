"""Nothing crosses from one tenant to another unless a path says so; the pods that are reached see to it alone."""

from collections.abc import Iterator

from propolis.algebra.flows import NO_FLOWS, bits, product
from propolis.claims.situation import Situation, Stated
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
    crossing = NO_FLOWS
    for tenant, own in members.items():
        others = bits(i for name, found in members.items() if name != tenant for i in found)
        crossing |= product(bits(own), others, EVERYTHING)
    sentence = "nothing crosses from one tenant to another except on listed paths"
    yield Stated(
        sentence,
        situation.forbidding_at(situation.decided.ingress, crossing - situation.declared - situation.queries),
    )
