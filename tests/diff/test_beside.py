"""A second ruleset that is made beside a first one is the ruleset that it would be alone, and compares alike."""

import msgspec
import pytest
import yaml

from agreement.worlds import Draw, policies, settings, world
from diff.test_diff_laws import told_otherwise
from propolis.algebra.flows import FlowSet
from propolis.commands.inputs import Input, input_of
from propolis.commands.ports import Sources
from propolis.manifest import Source
from propolis.model.flags import Flag
from propolis.model.settings import NEWEST
from propolis.semantics.beside import beside
from propolis.semantics.compare import Compared, compared
from propolis.semantics.ruleset import ruleset

SEEDS = 60


def flows(found: Compared) -> tuple[FlowSet, FlowSet, FlowSet]:
    return found.allowed, found.denied, found.undecided


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
    fell_back = first.ignored or found.rules.ignored
    known = [r for r in found.rules.rules if not (fell_back or r.origin.policy.endswith("/another"))]
    assert len(found.twins) == len(known)
    for rule in found.rules.rules:
        if id(rule) in found.twins:
            twin = found.twins[id(rule)]
            assert msgspec.structs.replace(rule, origin=twin.origin) == twin
    alone, together = compared(first, found.rules), compared(first, found.rules, found.twins)
    assert flows(alone) == flows(together)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_twins_in_another_world_are_not_taken_for_the_same(seed: int):
    """The same policies come to the same rules, and yet say something else of namespaces with other labels."""
    draw = Draw(seed)
    chosen = settings(draw)
    written, cluster = policies(draw, chosen), world(draw)
    first = ruleset(written, cluster, chosen)
    other = told_otherwise(cluster, draw)
    found = beside(first, written, written, other, chosen)
    alone, together = (
        compared(first, ruleset(written, other, chosen)),
        compared(first, found.rules, found.twins),
    )
    assert flows(alone) == flows(together)


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


def listed(ports: dict[str, str], *flags: Flag) -> Input:
    """Policies of one document, by the names of their ports; a port that is none is refused."""
    items = [
        {
            "apiVersion": "cilium.io/v2",
            "kind": "CiliumNetworkPolicy",
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {"endpointSelector": {}, "ingress": [{"toPorts": [{"ports": [{"port": port}]}]}]},
        }
        for name, port in ports.items()
    ]
    text = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": items})
    return input_of(Sources((Source("list.yaml", text),)), NEWEST, flags)


@pytest.mark.parametrize(
    ("before", "after", "twins"),
    [
        ({"a": "80", "b": "81", "c": "82"}, {"a": "80", "b": "8", "c": "82"}, 2),
        ({"a": "80", "b": "none-at-all-here", "c": "82"}, {"a": "80", "b": "none-at-all-here", "c": "82"}, 2),
        ({"a": "80", "b": "none-at-all-here"}, {"b": "none-at-all-here", "a": "80"}, 0),
        ({"a": "80"}, {"a": "none-at-all-here"}, 0),
    ],
)
def test_policies_of_one_document_are_told_apart(before: dict[str, str], after: dict[str, str], twins: int):
    """Where an item of a list stands is part of what it says, so that one which moves is made again."""
    old, new = listed(before), listed(after)
    first = ruleset(old.manifests.policies, old.manifests.world, old.settings)
    found = beside(first, old.manifests.policies, new.manifests.policies, new.manifests.world, new.settings)
    assert found.rules == ruleset(new.manifests.policies, new.manifests.world, new.settings)
    assert len(found.rules.rejections) == ("none-at-all-here" in after.values())
    assert len(found.twins) == twins


@pytest.mark.parametrize("off", [("old",), ("new",), ("old", "new")])
def test_kinds_that_are_not_looked_at_come_to_nothing(off: tuple[str, ...]):
    flag = (Flag("enable-cilium-network-policy", "false"),)
    old, new = (listed({"a": "80"}, *(flag if side in off else ())) for side in ("old", "new"))
    first = ruleset(old.manifests.policies, old.manifests.world, old.settings)
    found = beside(first, old.manifests.policies, new.manifests.policies, new.manifests.world, new.settings)
    assert found.rules == ruleset(new.manifests.policies, new.manifests.world, new.settings)
    assert bool(found.rules.ignored) == ("new" in off)
