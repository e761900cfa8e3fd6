"""Our schema lets in, refuses and drops what the real CRDs do: on real policies and on damaged ones."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from manifest import crds
from manifest.corpus import CILIUM_KINDS, corpus_policies, needs_corpus, recorded_policies
from manifest.mutations import ALL_VALUES, mutants, one_by_one
from manifest.rich import rich_policy
from propolis.manifest.schema import Checked, checked
from propolis.model.settings import SUPPORTED, Version

PLURALS = {
    "CiliumNetworkPolicy": "ciliumnetworkpolicies",
    "CiliumClusterwideNetworkPolicy": "ciliumclusterwidenetworkpolicies",
    "CiliumCIDRGroup": "ciliumcidrgroups",
}
every_version = pytest.mark.parametrize("version", SUPPORTED, ids=str)
pytestmark = needs_corpus


def refused_by_crd_words(found: Checked, version: Version) -> bool:
    """Whether we refuse for a reason that a CRD can have.

    Names, labels and the API version are Kubernetes' own matter; that a policy holds rules is in the CRD
    from 1.20 on.
    """
    beyond = ("unknown-version",) if version >= Version(1, 20) else ("unknown-version", "empty-policy")
    return any(
        not (r.path[0] == "metadata" and len(r.path) > 1) and r.code not in beyond for r in found.refusals
    )


def disagreements(policies: Iterable[dict[str, Any]], version: Version) -> list[str]:
    found = []
    for policy in policies:
        kind = policy["kind"]
        value = {name: part for name, part in policy.items() if name != "status"}
        stored = crds.pruned(value, crds.schema(version, PLURALS[kind]))
        ours = checked(value, kind, version)
        theirs = crds.accepted(stored, version, PLURALS[kind])
        if theirs == refused_by_crd_words(ours, version):
            found.append(f"{'accepted' if theirs else 'refused'} by the CRD, ours: {ours.refusals}: {value}")
        elif theirs and _without_metadata(stored) != _without_metadata(ours.value):
            found.append(f"stored as {stored}, ours: {ours.value}")
    return found


def _without_metadata(value: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if name != "metadata"}


def real_policies() -> list[dict[str, Any]]:
    recorded = [policy for policy in recorded_policies() if policy["kind"] in CILIUM_KINDS]
    return [*corpus_policies(), *recorded]


@every_version
def test_real_policies(version: Version) -> None:
    policies = real_policies()
    assert len(policies) > 1000
    assert disagreements([*corpus_policies(), *policies[::6]], version) == []


@every_version
def test_a_policy_with_every_field(version: Version) -> None:
    assert checked(rich_policy(version), "CiliumNetworkPolicy", version).refusals == ()
    assert disagreements([rich_policy(v) for v in SUPPORTED], version) == []


@every_version
def test_every_place_of_a_policy(version: Version) -> None:
    policy = rich_policy(version)
    # The deny sections repeat most of the others: they have their turn in the deep test.
    policy["spec"] = {name: part for name, part in policy["spec"].items() if not name.endswith("Deny")}
    policy["spec"]["ingress"] = [{"fromEndpoints": [{}], "toPorts": [{"ports": [{"port": "1"}]}]}]
    assert disagreements(one_by_one(policy, values=1), version) == []


@pytest.mark.deep
@every_version
def test_every_place_and_many_values_of_a_policy(version: Version) -> None:
    assert disagreements(one_by_one(rich_policy(version), values=ALL_VALUES // 3), version) == []


@every_version
def test_damaged_policies(version: Version) -> None:
    assert disagreements(damaged(version, rich=150, each=1, step=12), version) == []


@pytest.mark.deep
@every_version
def test_many_damaged_policies(version: Version) -> None:
    assert disagreements(damaged(version, rich=10_000, each=3, step=1), version) == []


def damaged(version: Version, rich: int, each: int, step: int) -> Iterator[dict[str, Any]]:
    """*rich* damaged copies of the policy with every field, and *each* of every *step*-th real one."""
    yield from whole(mutants(rich_policy(version), rich, f"rich-{version}"))
    for number, policy in enumerate(real_policies()[::step]):
        yield from whole(mutants(policy, each, f"policy-{number}"))


def whole(policies: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those that still say what they are: without a kind nobody knows which CRD to ask."""
    return (policy for policy in policies if policy.get("kind") in list(PLURALS))


def test_damage_is_refused_often_but_not_always() -> None:
    version = Version(1, 20)
    found = [checked(m, m["kind"], version).refusals for m in damaged(version, rich=200, each=1, step=30)]
    refused = sum(bool(refusals) for refusals in found)
    assert 0.3 < refused / len(found) < 0.95
    codes = {refusal.code for refusals in found for refusal in refusals}
    assert len(codes) >= 8


@pytest.mark.parametrize("version", [v for v in SUPPORTED if v >= Version(1, 18)], ids=str)
def test_cidr_groups(version: Version) -> None:
    group = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumCIDRGroup",
        "metadata": {"name": "g"},
        "spec": {"externalCIDRs": ["10.0.0.0/8", "2001:db8::/32"]},
    }
    # Without metadata there is no name, which is for Kubernetes to say, not for this CRD.
    sound = (m for m in mutants(group, 400, "group") if isinstance(m.get("metadata"), dict))
    assert disagreements([group, *whole(sound)], version) == []
