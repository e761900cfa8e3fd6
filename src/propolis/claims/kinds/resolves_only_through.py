"""Covered pods resolve names only through the cluster's DNS, and only names that they have a reason to ask for."""

from collections.abc import Iterator

from propolis.algebra.flows import product
from propolis.algebra.records import ALL
from propolis.algebra.traffic import TrafficSet
from propolis.claims.situation import Situation, Stated, traffic

NAME = "resolves-only-through"
_DNS = TrafficSet({"UDP": [(53, 53, ALL)], "TCP": [(53, 53, ALL)]})


def claims(situation: Situation) -> Iterator[Stated]:
    elsewhere = product(situation.covered, situation.everyone & ~situation.resolvers, _DNS)
    own = traffic(situation.profile.cluster.dns.ports, ALL)
    asking = product(situation.covered, situation.resolvers, own)
    sentence = "covered pods resolve names only through the cluster's DNS, and only the names they need"
    yield Stated(sentence, situation.forbidding((elsewhere | asking) - situation.declared))
