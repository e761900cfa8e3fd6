"""The laws of comparing, on generated clusters: nothing differs from itself, and what differs is what changes."""

import random
from itertools import cycle

import msgspec
import pytest

from agreement.worlds import Draw, policies, settings, world
from propolis import requests
from propolis.algebra.flows import Row, flow_set, transposed
from propolis.model.flow import Flow
from propolis.model.policy import Direction
from propolis.model.settings import SUPPORTED, Settings
from propolis.model.verdict import Outcome
from propolis.model.world import CidrGroup, World
from propolis.semantics.compare import Compared, compared
from propolis.semantics.endpoints import endpoints
from propolis.semantics.imagined import impossible
from propolis.semantics.reference import verdict
from propolis.semantics.ruleset import Ruleset, ruleset
from propolis.semantics.sayings import Sayings
from propolis.semantics.symbolic import decided

SEEDS = 120
FLOWS = 30
PLACES = (("TCP", 80), ("TCP", 8080), ("UDP", 53), ("TCP", 443), ("SCTP", 80), ("ICMP", 8))


class Pair(msgspec.Struct, frozen=True):
    """Two rulesets: with a policy more or less, under another version, or in a world that says something else."""

    old: Ruleset
    new: Ruleset


def generated(seed: int) -> Pair:
    draw = Draw(seed)
    chosen = settings(draw)
    written, cluster = policies(draw, chosen), world(draw)
    if seed % 5 == 0:
        newer: Settings = msgspec.structs.replace(chosen, version=draw.one(SUPPORTED))
        return Pair(ruleset(written, cluster, chosen), ruleset(written, cluster, newer))
    if seed % 5 == 1:
        return Pair(
            ruleset(written, cluster, chosen), ruleset(written, told_otherwise(cluster, draw), chosen)
        )
    changed = [*written[1:], *(policies(draw, chosen)[:1] if seed % 5 == 2 else ())]
    return Pair(ruleset(written, cluster, chosen), ruleset(changed, cluster, chosen))


def told_otherwise(cluster: World, draw: Draw) -> World:
    """*cluster* with other words about its workloads, namespaces, groups of addresses, services or nodes."""
    replace, other = msgspec.structs.replace, world(draw)
    carried = cycle(other.workloads)
    workloads = tuple(replace(w, labels=o.labels) for w, o in zip(cluster.workloads, carried, strict=False))
    declaring = tuple(replace(w, ports=o.ports) for w, o in zip(cluster.workloads, carried, strict=False))
    teams = tuple(
        replace(n, labels=(("kubernetes.io/metadata.name", n.name), ("team", "b")))
        for n in cluster.namespaces
    )
    groups = (CidrGroup("office", ("10.1.2.0/24",)),)
    words: dict[str, object] = draw.one(
        (
            {"workloads": workloads},
            {"workloads": declaring},
            {"namespaces": teams},
            {"cidr_groups": groups},
            {"services": ()},
            {"knows_nodes": not cluster.knows_nodes},
        )
    )
    return replace(cluster, **words)


@pytest.mark.parametrize("seed", range(0, SEEDS, 4))
def test_nothing_differs_from_itself(seed: int):
    old = generated(seed).old
    found = compared(old, old)
    assert not (found.allowed or found.denied or found.undecided)


@pytest.mark.parametrize("seed", range(1, SEEDS, 4))
def test_the_mirror_image_exchanges_allowed_and_denied(seed: int):
    pair = generated(seed)
    found, mirrored = compared(pair.old, pair.new), compared(pair.new, pair.old)
    names = [[e.name for e in scene.universe.endpoints] for scene in (found.old, mirrored.new)]
    assert names[0] == names[1]
    assert (found.allowed, found.denied, found.undecided) == (
        mirrored.denied,
        mirrored.allowed,
        mirrored.undecided,
    )


@pytest.mark.parametrize("seed", range(2, SEEDS, 4))
def test_the_old_flows_and_the_changes_make_the_new_flows(seed: int):
    pair = generated(seed)
    found = compared(pair.old, pair.new)
    before, after = (decided(scene.ruleset, scene.universe.endpoints) for scene in (found.old, found.new))
    assert after.allowed - found.undecided == (
        ((before.allowed - found.denied) | found.allowed) - found.undecided
    )
    assert after.unknown - found.undecided == before.unknown - found.undecided
    assert not (found.allowed & found.denied)
    assert not ((found.allowed | found.denied) & found.undecided)


def may_say_something_else(found: Compared, position: int, direction: Direction) -> Row:
    """The traffic of which this end alone says something else, or what it cannot decide by rules that differ."""
    old, new = (scene.rows(position, direction) for scene in (found.old, found.new))
    differs = (old[0] - new[0]) | (new[0] - old[0]) | (old[1] - new[1]) | (new[1] - old[1])
    sayings = Sayings(found.old.ruleset, found.new.ruleset, {})
    same = found.old.universe.endpoints == found.new.universe.endpoints
    same &= found.old.ruleset.settings == found.new.ruleset.settings
    same &= sayings.of(found.old.every(position)) == sayings.of(found.new.every(position))
    return differs if same else differs | ((old[1] - old[0]) & (new[1] - new[0]))


@pytest.mark.parametrize("seed", range(3, SEEDS, 4))
def test_undecided_is_what_an_end_may_say_something_else_about(seed: int):
    pair = generated(seed)
    found = compared(pair.old, pair.new)
    ends = found.old.universe.endpoints
    leaving, arriving = (
        {position: may_say_something_else(found, position, direction) for position in range(len(ends))}
        for direction in (Direction.EGRESS, Direction.INGRESS)
    )
    before, after = (decided(scene.ruleset, scene.universe.endpoints) for scene in (found.old, found.new))
    changed = flow_set(leaving) | flow_set(transposed(arriving))
    assert found.undecided == ((before.unknown | after.unknown) & changed) - impossible(ends)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_each_side_has_the_endpoints_of_its_own_world(seed: int):
    pair = generated(seed)
    found = compared(pair.old, pair.new)
    for rules, other, scene in ((pair.old, pair.new, found.old), (pair.new, pair.old, found.new)):
        every = scene.universe.endpoints
        assert len({endpoint.name for endpoint in every}) == len(every)
        assert [e for e in every if e.existing] == [e for e in endpoints(rules, other) if e.existing]


@pytest.mark.parametrize("part", range(4))
def test_the_reference_engine_sees_the_same_differences(part: int):
    for seed in range(part, SEEDS, 4):
        pair = generated(seed)
        check(pair, compared(pair.old, pair.new), random.Random(seed))


def check(pair: Pair, found: Compared, pick: random.Random) -> None:
    for _ in range(FLOWS):
        source = pick.randrange(len(found.old.universe.endpoints))
        destination = pick.randrange(len(found.old.universe.endpoints))
        protocol, port = pick.choice(PLACES)
        concerned = [
            flows.traffic(source, destination).requests(protocol, port)
            for flows in (found.allowed, found.denied, found.undecided)
        ]
        own = next((member for some in concerned for member in some.members()), {"kind": "opaque"})
        request = requests.request(own)
        record = requests.record(request)
        outcomes = [
            verdict(
                rules, Flow(side.endpoints[source], side.endpoints[destination], protocol, port, request)
            ).outcome
            for rules, side in ((pair.old, found.old.universe), (pair.new, found.new.universe))
        ]
        told = [record in some for some in concerned]
        match outcomes:
            case [Outcome.DENY, Outcome.ALLOW]:
                assert told == [True, False, False], outcomes
            case [Outcome.ALLOW, Outcome.DENY]:
                assert told == [False, True, False], outcomes
            case [Outcome.UNKNOWN, Outcome.UNKNOWN]:
                assert not (told[0] or told[1])
            case [old, new]:
                assert told == [False, False, old is not new], outcomes


def test_generated_pairs_differ_in_every_way():
    """The tests above would say little if nothing ever changed."""
    seen = set()
    for seed in range(40):
        pair = generated(seed)
        found = compared(pair.old, pair.new)
        seen |= {name for name in ("allowed", "denied", "undecided") if getattr(found, name)}
    assert seen == {"allowed", "denied", "undecided"}


def test_worlds_of_other_workloads_cannot_be_compared():
    old = generated(1).old
    fewer = msgspec.structs.replace(old.world, workloads=old.world.workloads[1:])
    with pytest.raises(ValueError, match="same workloads"):
        compared(old, msgspec.structs.replace(old, world=fewer))
