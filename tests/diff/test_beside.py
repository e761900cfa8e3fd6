"""A second ruleset that is made beside a first one is the ruleset that it would be alone, and compares alike."""

import msgspec
import pytest

from agreement.worlds import Draw, policies, settings, world
from propolis.model.settings import NEWEST
from propolis.semantics.beside import beside
from propolis.semantics.compare import compared
from propolis.semantics.ruleset import ruleset

SEEDS = 60


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_ruleset_beside_another_is_the_ruleset_alone(seed: int):
    draw = Draw(seed)
    chosen = settings(draw)
    written, cluster = policies(draw, chosen), world(draw)
    extra = policies(draw, chosen)[0]
    moved = [
        msgspec.structs.replace(policy, document=number + 7)
        for number, policy in enumerate(written[seed % 2 :])
    ]
    after = [*moved, msgspec.structs.replace(extra, name="another", document=3)]
    first = ruleset(written, cluster, chosen)
    found = beside(first, written, after, cluster, chosen)
    assert found.rules == ruleset(after, cluster, chosen)
    kept = {id(rule) for rule in found.rules.rules}
    assert found.twins.keys() <= kept
    for rule in found.rules.rules:
        if id(rule) in found.twins:
            twin = found.twins[id(rule)]
            assert msgspec.structs.replace(rule, origin=twin.origin) == twin
    alone, together = compared(first, found.rules), compared(first, found.rules, found.twins)
    assert (alone.allowed, alone.denied, alone.undecided) == (
        together.allowed,
        together.denied,
        together.undecided,
    )


def test_nothing_is_shared_between_other_worlds_or_settings():
    draw = Draw(1)
    chosen = msgspec.structs.replace(settings(draw), version=NEWEST)
    written, cluster = policies(draw, chosen), world(draw)
    first = ruleset(written, cluster, chosen)
    assert beside(first, written, written, cluster, chosen).twins
    elsewhere = msgspec.structs.replace(cluster, services=())
    other = msgspec.structs.replace(chosen, host_firewall=not chosen.host_firewall)
    for where, how in ((elsewhere, chosen), (cluster, other)):
        found = beside(first, written, written, where, how)
        assert found.rules == ruleset(written, where, how)
        assert not found.twins
