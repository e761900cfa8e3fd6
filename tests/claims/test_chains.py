"""A claim across layers is broken exactly when a walk over what is declared leads to a role that may do it."""

import random
from itertools import pairwise

import pytest
import yaml

from propolis import claims
from propolis import profile as profiles
from propolis.commands.force import in_force
from propolis.commands.inputs import input_of
from propolis.commands.lines import place_in
from propolis.commands.ports import Sources
from propolis.manifest import Source
from propolis.model.exit import Exit
from propolis.model.report import ClaimOutcome, Status

PODS = ("a", "b", "c", "d")
CASES = 24


class Drawn:
    """A small application: who calls whom, who connects to the database as a role that may do what."""

    def __init__(self, seed: int) -> None:
        chosen = random.Random(seed)
        pairs = [(one, other) for one in PODS for other in PODS if one != other]
        self.calls = {pair for pair in pairs if chosen.random() < 0.25}
        self.deleting = {pod for pod in PODS[1:] if chosen.random() < 0.4}
        self.reading = {pod for pod in PODS[1:] if pod not in self.deleting and chosen.random() < 0.4} or {
            "d"
        }
        self.deaf = {pod for pod in PODS[1:] if chosen.random() < 0.2}
        """Those that act upon a request that nobody may send."""

    def value(self) -> dict[str, object]:
        paths: list[object] = [
            {"path": f"{one} -> {other}:80", "http": ["GET /x"]} for one, other in sorted(self.calls)
        ]
        for pods, statement in (
            (self.deleting, "DELETE ON orders"),
            (self.reading - self.deleting, "SELECT ON orders"),
        ):
            paths += [
                {"path": f"{pod} -> db:5432", "postgres": {"role": pod, "allow": [statement]}}
                for pod in sorted(pods)
            ]
        claim: dict[str, object] = {"never-causes": "a -> db", "statements": ["DELETE ON orders"]}
        if self.deaf:
            claim["when"] = {pod: ["PUT /y"] for pod in sorted(self.deaf)}
        return {
            "apiVersion": "propolis.dev/v1alpha1",
            "kind": "Profile",
            "metadata": {"name": "drawn"},
            "cluster": {
                "cilium": "1.19",
                "dns": {"namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}},
                "exempt": {"kube-system": "runs the cluster"},
            },
            "workloads": {pod: {"namespace": "shop", "labels": {"app": pod}} for pod in (*PODS, "db")},
            "paths": paths,
            "claims": [claim],
        }

    def world(self) -> str:
        pods = [
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": pod, "namespace": "shop", "labels": {"app": pod}},
                "spec": {"containers": [{"name": "c", "image": "c"}]},
            }
            for pod in (*PODS, "db")
        ]
        return yaml.safe_dump_all(pods)

    def leads_to_it(self) -> bool:
        """By following every call, again and again."""
        reached = {"a"}
        for _ in PODS:
            reached |= {other for one, other in self.calls if one in reached and other not in self.deaf}
        return bool(reached & self.deleting)


def outcome(drawn: Drawn) -> ClaimOutcome:
    texts = {"profile.yaml": yaml.safe_dump(drawn.value()), "world.yaml": drawn.world()}
    for _ in range(2):  # the second time with the policies
        given = input_of(Sources(tuple(Source(*each) for each in texts.items()), (), Exit.KEPT), None)
        assert given.profile is not None, given.problems
        texts |= {p.file: profiles.text(p) for p in profiles.rendering(given.profile).policies}
    force = in_force(given, claims.with_outside(given.manifests.world, given.profile))
    found = claims.outcomes(claims.situation(given.profile, force.rules), place_in(given.manifests.documents))
    return next(each for each in found if each.claim == "never-causes")


@pytest.mark.parametrize("part", range(4))
def test_a_claim_is_broken_exactly_where_a_walk_leads_to_the_statement(part: int):
    for seed in range(part, CASES, 4):
        drawn = Drawn(seed)
        found = outcome(drawn)
        assert (found.status is Status.BROKEN) == drawn.leads_to_it(), drawn.value()
        assert found.status is not Status.UNKNOWN
        ends = [step.flow.replace("shop/", "").split(":")[0].split(" -> ") for step in found.steps]
        assert all(one[1] == other[0] for one, other in pairwise(ends))
        assert not ends or (ends[0][0], ends[-1][1]) == ("a", "db")


def test_walks_lead_there_and_do_not():
    assert {Drawn(seed).leads_to_it() for seed in range(CASES)} == {True, False}
