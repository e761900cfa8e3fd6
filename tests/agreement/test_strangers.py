"""Strangers are of every kind: whatever a pod carries, one of the world or of them meets the same selectors."""

import random

import pytest
from msgspec.structs import replace

from agreement.worlds import Draw, policies, settings, world
from propolis.model.labels import (
    K8S,
    NAMESPACE,
    NAMESPACE_LABELS,
    SERVICE_ACCOUNT,
    Operator,
    Requirement,
    Selector,
)
from propolis.model.profile import Assumptions
from propolis.model.world import Endpoint, Namespace, Role
from propolis.peers.selectors import meets
from propolis.semantics.endpoints import existing, pod_labels
from propolis.semantics.imagined import drafted, selectors, strangers
from propolis.semantics.ruleset import Ruleset, ruleset

WORLDS = 300
PODS = 60
WORDS = ("api", "web", "db", "alpha", "beta", "gamma", "a", "b", "x", "front", "back", "1", "default", "")


def rules_of(seed: int) -> Ruleset:
    draw = Draw(seed)
    chosen = settings(draw)
    return ruleset(policies(draw, chosen), world(draw), chosen)


def kind(endpoint: Endpoint, found: list[Selector]) -> frozenset[int]:
    return frozenset(number for number, selector in enumerate(found) if meets(endpoint.labels, selector))


def any_pod(pick: random.Random, keys: list[str], words: list[str], rules: Ruleset, known: bool) -> Endpoint:
    """A pod with labels, account and namespace as they come; *known*: in a namespace of the world."""
    labels = tuple(sorted((key, pick.choice(words)) for key in keys if pick.random() < 0.6))
    home = pick.choice(rules.world.namespaces)
    if not known:
        name = pick.choice(("never-heard-of", "alpha", "beta", "gamma", "delta"))
        if name not in {n.name for n in rules.world.namespaces}:
            own = {key: pick.choice(words) for key in keys if pick.random() < 0.6}
            home = Namespace(name, tuple(sorted({**own, "kubernetes.io/metadata.name": name}.items())))
    account = pick.choice(("default", *(word for word in words if word)))
    return Endpoint("any", Role.POD, pod_labels(labels, account, home, rules.settings), home.name)


def asked(pick: random.Random) -> Selector:
    """What a claim could ask: labels of namespaces and accounts too, which the policies here do not look at."""
    keys = ("app", "team", f"{NAMESPACE_LABELS}team", f"{NAMESPACE_LABELS}tier", SERVICE_ACCOUNT, NAMESPACE)
    found = []
    for key in pick.sample(keys, pick.randint(1, 3)):
        operator = pick.choice(tuple(Operator))
        values = tuple(sorted(pick.sample(WORDS, pick.randint(1, 2))))
        with_values = operator in (Operator.EQUALS, Operator.IN, Operator.NOT_IN)
        found.append(Requirement(K8S, key, operator, values if with_values else ()))
    return Selector(tuple(found))


def check(seed: int, assumptions: Assumptions) -> None:
    rules = rules_of(seed)
    pick = random.Random(seed)
    told = [asked(pick) for _ in range(pick.randint(0, 3))]
    drafts = strangers((rules,), told, assumptions)
    assert drafts.whole
    found = list(dict.fromkeys((*selectors(rules.rules), *told)))
    pods = [*existing(rules), *(draft.endpoint(rules) for draft in drafts.pods)]
    kinds = {kind(pod, found) for pod in pods if pod.role is Role.POD}
    written = [r for selector in found for r in selector.requirements]
    keys = sorted({r.key.rpartition("labels.")[2] for r in written if not r.key.startswith("io.kubernetes")})
    words = sorted({*WORDS, *(value for r in written for value in r.values)})
    for _ in range(PODS):
        pod = any_pod(pick, keys, words, rules, assumptions.namespaces_fixed)
        assert kind(pod, found) in kinds, (seed, pod)


@pytest.mark.parametrize("part", range(5))
def test_every_kind_of_pod_is_among_them(part: int) -> None:
    for seed in range(part, WORLDS, 5):
        check(seed, Assumptions())
        check(seed, Assumptions(namespaces_fixed=True))


def test_none_is_of_a_kind_that_a_workload_is_of_already() -> None:
    for seed in range(60):
        rules = rules_of(seed)
        found = list(dict.fromkeys(selectors(rules.rules)))
        taken = {(kind(pod, found), pod.ports) for pod in existing(rules) if pod.role is Role.POD}
        new = [draft.endpoint(rules) for draft in strangers((rules,)).pods]
        assert all((kind(pod, found), pod.ports) not in taken for pod in new if not pod.ports)
        assert len({pod.name for pod in new}) == len(new)


def test_the_name_of_a_stranger_says_all_that_it_is() -> None:
    seen = set()
    for seed in range(60):
        for draft in strangers((rules_of(seed),), [asked(random.Random(seed))]).pods:
            assert drafted(draft.name) == draft
            seen |= {word for word in ("labelled", "account", "with", "in a namespace") if word in draft.name}
    assert len(seen) == 4
    for wrong in ("shop/web", "shop/(new pod labelled)", "shop/(new pod tall)", "shop/(new pod with x)"):
        assert drafted(wrong) is None


def test_what_the_platform_sets_is_not_chosen() -> None:
    seen = 0
    for seed in range(60):
        rules = rules_of(seed)
        held = {(w.namespace, dict(w.labels).get("app")) for w in rules.world.workloads}
        here = {home for home, _ in held}
        for draft in strangers((rules,), assumptions=Assumptions(platform_labels=("app",))).pods:
            chosen = dict(draft.labels).get("app")
            seen += 1
            if draft.namespace in here:
                assert (draft.namespace, chosen) in held
    assert seen


def test_a_workload_that_carries_something_else_on_each_side_stands_for_no_kind() -> None:
    """Of the two sides of a comparison: a new pod carries the same on both, and that workload does not."""
    rules = rules_of(7)
    moved = tuple(replace(w, labels=(("app", "moved"),)) for w in rules.world.workloads)
    other = replace(rules, world=replace(rules.world, workloads=moved))
    alone, both = strangers((rules,)), strangers((rules, other))
    assert {draft.name for draft in alone.pods} < {draft.name for draft in both.pods}
    assert strangers((rules, rules)) == alone
