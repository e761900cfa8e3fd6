"""Which labels are part of an identity, and which endpoints a world has.

Source: Cilium pkg/labelsfilter/filter.go and pkg/k8s/utils/utils.go SanitizePodLabels; semantics §3.1, §3.5, §3.10.
"""

import json

import pytest
from msgspec.structs import replace

from propolis.algebra import names
from propolis.manifest import Source, read
from propolis.model.labels import Label, label
from propolis.model.settings import SUPPORTED, Settings, Version
from propolis.model.world import Endpoint, Namespace, Role
from propolis.semantics import endpoints as room
from propolis.semantics.endpoints import (
    endpoints,
    existing,
    is_identity_label,
    namespace_named,
    pod_labels,
)
from propolis.semantics.ruleset import Ruleset, ruleset

KEPT = (
    "app",
    "team.example.com/owner",
    "app.kubernetes.io/name",
    "app.kubernetes.io",
    "app.kubernetes.io/k8s.io",
    "my-controller-uid",
    "not-etcd_node",
    "example.com/pod-template-hash",
)
LEFT_OUT = (
    "io.kubernetes.container.name",
    "kubernetes.io/os",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/controller-uid",
    "beta.kubernetes.io/arch",
    "app.kubernetes.io/beta.kubernetes.io",
    "failure-domain.beta.kubernetes.io/zone",
    "k8s.io/cluster",
    "pod-template-generation",
    "pod-template-hash",
    "controller-revision-hash",
    "controller-uid",
    "annotation.sidecar.istio.io/status",
    "etcd_node",
)
OWNED = (
    "io.cilium.k8s.policy.cluster",
    "io.cilium.k8s.policy.serviceaccount",
    "io.cilium.k8s.namespace.labels.team",
    "io.kubernetes.pod.namespace",
)


@pytest.mark.parametrize("version", SUPPORTED, ids=str)
def test_a_selector_sees_the_labels_that_cilium_keeps(version: Version):
    settings = Settings(version=version)
    assert [key for key in KEPT if not is_identity_label(key, settings)] == []
    assert [key for key in (*LEFT_OUT, *OWNED) if is_identity_label(key, settings)] == []
    assert is_identity_label("topology.kubernetes.io/zone", settings) is (version < Version(1, 20))


@pytest.mark.parametrize("version", SUPPORTED, ids=str)
def test_a_pod_carries_its_labels_those_of_its_namespace_its_cluster_and_from_1_18_on_its_account(version):
    zone = "topology.kubernetes.io/zone"
    labels = (
        ("app", "web"),
        ("pod-template-hash", "1"),
        ("io.kubernetes.pod.namespace", "forged"),
        (zone, "z"),
    )
    found = pod_labels(
        labels, "robot", Namespace("shop", (("team", "x"),)), Settings(version=version, cluster="c1")
    )
    account = {"k8s:io.cilium.k8s.policy.serviceaccount=robot"} if version >= Version(1, 18) else set()
    zones = {f"k8s:{zone}=z"} if version < Version(1, 20) else set()
    assert found == {
        label(text)
        for text in account
        | zones
        | {
            "k8s:app=web",
            "k8s:io.kubernetes.pod.namespace=shop",
            "k8s:io.cilium.k8s.namespace.labels.team=x",
            "k8s:io.cilium.k8s.policy.cluster=c1",
        }
    }


WORLD = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {kubernetes.io/metadata.name: shop, team: x}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 80}, {containerPort: 81}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: shop, labels: {app: agent}}
spec: {hostNetwork: true, containers: [{name: c, image: i, ports: [{name: own, containerPort: 9}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: lone, namespace: nowhere, labels: {app: lone}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: office, labels: {site: a}}
spec: {externalCIDRs: [192.0.2.0/24]}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: p}
spec:
  endpointSelector: {}
  egress:
    - {toCIDR: [192.0.2.0/25, "2001:db8::/32"]}
    - {toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}
    - {toFQDNs: [{matchName: API.example.com}, {matchPattern: "*.example.com"}, {matchPattern: "*.org"}]}
"""


def rules(**settings: object) -> Ruleset:
    chosen = Settings(version=Version(1, 19), **settings)  # type: ignore[arg-type]
    manifests = read((Source("world.yaml", WORLD),), chosen.version)
    return ruleset(manifests.policies, manifests.world, chosen)


def named(found: tuple[Endpoint, ...], name: str) -> Endpoint:
    (one,) = [endpoint for endpoint in found if endpoint.name == name]
    return one


def test_every_endpoint_that_somebody_may_ask_about_is_there():
    found = endpoints(rules())
    every = [endpoint.name for endpoint in found]
    assert len(every) == len(set(every))
    by_role = {role: [e.name for e in found if e.role is role and e.existing] for role in Role}
    assert by_role[Role.POD] == ["shop/web", "nowhere/lone"]
    assert by_role[Role.HOST] == ["host"]
    assert by_role[Role.REMOTE_NODE] == ["remote-node", "kube-apiserver"]
    assert by_role[Role.WORLD][:1] == ["world"]
    addresses = {"192.0.2.0/24", "192.0.2.0/25", "10.0.0.0/8", "10.1.0.0/16"}
    patterns = [
        name for name in by_role[Role.WORLD][1:] if name not in addresses and name != "api.example.com"
    ]
    assert addresses | {"api.example.com"} < set(by_role[Role.WORLD])
    assert sorted(name.rpartition(".")[2] for name in patterns) == ["com", "org"]
    assert {e.name for e in existing(rules())} == {e.name for e in found if e.existing}


def test_pods_that_could_be_created_have_no_labels_or_those_of_a_pod_elsewhere():
    found = endpoints(rules())
    assert [endpoint.name for endpoint in found if not endpoint.existing] == [
        "nowhere/(new pod)",
        "nowhere/(new pod labelled like shop/web)",
        "shop/(new pod)",
        "shop/(new pod labelled like nowhere/lone)",
        "new-namespace/(new pod)",
        "new-namespace/(new pod labelled like nowhere/lone)",
        "new-namespace/(new pod labelled like shop/web)",
    ]
    alike = named(found, "new-namespace/(new pod labelled like shop/web)")
    assert [(port.name, port.number) for port in alike.ports] == [("http", 80)]
    assert Label("k8s", "app", "web") in alike.labels
    assert (
        Label("k8s", "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name", "new-namespace")
        in alike.labels
    )
    assert alike.namespace == "new-namespace"
    account = Label("k8s", "io.cilium.k8s.policy.serviceaccount", "default")
    assert all(account in endpoint.labels for endpoint in found if not endpoint.existing)


def test_beyond_a_limit_they_are_imagined_in_the_new_namespace_alone(monkeypatch: pytest.MonkeyPatch):
    for most, elsewhere in ((6, True), (5, False)):  # two workloads, two namespaces and a new one
        monkeypatch.setattr(room, "MOST_LOOKALIKES", most)
        titles = {endpoint.name for endpoint in endpoints(rules()) if not endpoint.existing}
        assert ("shop/(new pod labelled like nowhere/lone)" in titles) is elsewhere
        assert {"shop/(new pod)", "new-namespace/(new pod labelled like nowhere/lone)"} < titles


def test_a_namespace_that_is_in_no_manifest_has_its_name_for_a_label():
    lone = named(endpoints(rules()), "nowhere/lone")
    assert (
        Label("k8s", "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name", "nowhere") in lone.labels
    )
    assert lone.namespace == "nowhere"
    unheard = Namespace("unheard-of", (("kubernetes.io/metadata.name", "unheard-of"),))
    assert namespace_named("unheard-of", rules()) == unheard


def test_named_ports_are_those_of_pods_in_the_cluster_s_network():
    ruled = rules()
    assert [(port.name, port.number) for port in ruled.port_names] == [("http", 80)]
    assert [(port.name, port.number) for port in named(endpoints(ruled), "shop/web").ports] == [("http", 80)]


def test_outside_addresses_carry_their_prefix_the_world_and_their_groups():
    inside = named(endpoints(rules()), "192.0.2.0/25")
    assert inside.labels == {
        label("cidr:192.0.2.0/25"),
        label("reserved:world"),
        label("cidrgroup:io.cilium.policy.cidrgroupname/office"),
        label("cidrgroup:site=a"),
    }
    assert named(endpoints(rules()), "10.0.0.0/8").labels == {
        label("cidr:10.0.0.0/8"),
        label("reserved:world"),
    }


@pytest.mark.parametrize(
    ("families", "worlds", "prefix", "of_names"),
    [
        ({"ipv4": True, "ipv6": False}, ["world"], "10.0.0.0/8", "world"),
        ({"ipv4": False, "ipv6": True}, ["world"], "2001:db8::/32", "world"),
        ({"ipv4": True, "ipv6": True}, ["world-ipv4", "world-ipv6"], "2001:db8::/32", "world-ipv4"),
    ],
)
def test_there_are_addresses_of_the_families_that_are_on(families, worlds, prefix, of_names):
    found = endpoints(rules(**families))
    assert [e.name for e in found if e.name.startswith("world")] == worlds
    assert all(named(found, world).labels == {label(f"reserved:{world}")} for world in worlds)
    assert prefix in {endpoint.name for endpoint in found}
    assert any(":" in e.name for e in found) is families["ipv6"]
    assert any(e.name.startswith("10.") for e in found) is families["ipv4"]
    assert named(found, "api.example.com").labels == {label(f"reserved:{of_names}")}


@pytest.mark.parametrize("version", SUPPORTED, ids=str)
@pytest.mark.parametrize("labelled", [False, True])
def test_nodes_name_their_cluster_where_nodes_have_labels(version: Version, labelled: bool):
    chosen = Settings(version=version, node_selector_labels=labelled, cluster="c1")
    found = endpoints(ruleset((), read((), version).world, chosen))
    own = {label("k8s:io.cilium.k8s.policy.cluster=c1")} if labelled and version >= Version(1, 18) else set()
    assert named(found, "host").labels == {label("reserved:host")} | own
    assert named(found, "remote-node").labels == {label("reserved:remote-node")} | own
    assert (
        named(found, "kube-apiserver").labels
        == {
            label("reserved:kube-apiserver"),
            label("reserved:remote-node"),
        }
        | own
    )
    assert named(found, "health").labels == {label("reserved:health")}
    assert named(found, "ingress").labels == {label("reserved:ingress")}


def test_what_another_ruleset_tells_apart_is_kept_apart():
    ours, theirs = rules(), ruleset((), rules().world, Settings(version=Version(1, 19)))
    assert {e.name for e in endpoints(theirs, ours)} == {e.name for e in endpoints(ours)}
    assert "api.example.com" not in {e.name for e in endpoints(theirs)}


@pytest.mark.parametrize("version", [Version(1, 18), Version(1, 19)], ids=str)
def test_one_name_stands_for_each_way_in_which_patterns_and_names_tell_names_apart(version: Version):
    words = ("*.a.org", "**.a.org", "x*.a.org", "*y.a.org", "a.*.org", "*", "b*", "*.b", "**")
    chosen = Settings(version=version)
    deep = version >= Version(1, 19)
    tried = [
        "a.org",
        "xy.a.org",
        "x.a.org",
        "y.a.org",
        "z.a.org",
        "z.y.a.org",
        "a.b.org",
        "b.org",
        "b",
        "a.b",
        "b.b",
    ]
    for count in range(1, len(words)):
        patterns = words[:count]
        found = [e.names[0] for e in endpoints(asking(patterns, ("x.a.org",), chosen)) if e.names]
        assert len(found) == len(set(found))
        assert "x.a.org" in found
        kinds = {told_apart(name, patterns, deep) for name in found}
        # one for each kind, and the name that is asked for by itself besides
        assert len(found) - len(kinds) in (0, 1)
        assert {told_apart(name, patterns, deep) for name in tried} <= kinds | {frozenset()}


def asking(patterns: tuple[str, ...], exact: tuple[str, ...], chosen: Settings) -> Ruleset:
    selectors = [{"matchPattern": text} for text in patterns] + [{"matchName": text} for text in exact]
    policy = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumClusterwideNetworkPolicy",
        "metadata": {"name": "names"},
        "spec": {"endpointSelector": {}, "egress": [{"toFQDNs": selectors}]},
    }
    manifests = read((Source("names.yaml", json.dumps(policy)),), chosen.version)
    return ruleset(manifests.policies, manifests.world, chosen)


def told_apart(name: str, patterns: tuple[str, ...], deep: bool) -> frozenset[str]:
    return frozenset(text for text in patterns if names.matches(text, name, deep=deep))


def test_a_pattern_has_a_name_of_its_own_beside_the_one_that_is_asked_for_by_itself():
    chosen = Settings(version=Version(1, 19))
    (first,) = [e.name for e in endpoints(asking(("*.org",), (), chosen)) if e.names]
    ruled = asking(("*.org",), (first,), chosen)
    both = [e.name for e in endpoints(ruled) if e.names]
    cared = replace(ruled, world=replace(ruled.world, outside_names=("Some.Body.",)))
    assert [e.name for e in endpoints(cared) if e.names] == sorted([*both, "some.body"])
    assert len(both) == 2
    assert all(name.endswith(".org") for name in both)
    assert first in both
    assert both == sorted(both)


def test_an_address_of_the_outside_stands_for_each_prefix_but_that_of_everything():
    policy = """
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: office}
spec: {externalCIDRs: [192.0.2.0/24, 198.51.100.0/24]}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: p}
spec:
  endpointSelector: {}
  egress:
    - {toCIDR: [0.0.0.0/0, 128.0.0.0/1]}
    - {toCIDRSet: [{cidrGroupRef: office, except: [198.51.100.128/25]}, {cidr: 10.0.0.0/8, except: [10.2.0.0/16]}]}
"""
    manifests = read((Source("p.yaml", policy),), Version(1, 19))
    found = existing(ruleset(manifests.policies, manifests.world, Settings(version=Version(1, 19))))
    outside = [e.name for e in found if e.role is Role.WORLD]
    assert outside[0] == "world"
    assert set(outside[1:]) == {
        *("128.0.0.0/1", "192.0.2.0/24", "198.51.100.0/24", "198.51.100.128/25", "10.0.0.0/8", "10.2.0.0/16"),
    }
    group = label("cidrgroup:io.cilium.policy.cidrgroupname/office")
    inside = {e.name for e in found if group in e.labels}
    assert inside == {"192.0.2.0/24", "198.51.100.0/24", "198.51.100.128/25"}
