"""Checked values become policies: absent, empty and filled stay apart, and nothing is lost."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manifest.corpus import corpus_policies, needs_corpus, recorded_policies
from manifest.rich import rich_policy
from propolis.manifest import Source, read
from propolis.manifest.policies import policy
from propolis.manifest.schema import checked
from propolis.model.labels import Operator, Requirement, Selector, equals
from propolis.model.policy import (
    CidrPeer,
    Direction,
    DnsRule,
    Effect,
    EntityPeer,
    HeaderMatch,
    IcmpField,
    IpBlock,
    Item,
    Kind,
    Listener,
    Policy,
    PortProtocol,
    Spec,
)
from propolis.model.settings import SUPPORTED, Version

V1_18, V1_19 = Version(1, 18), Version(1, 19)


def parsed(value: dict[str, Any], version: Version = V1_19) -> Policy:
    return policy(checked(value, value["kind"], version).value, Kind(value["kind"]), "shop")


def spec_of(**fields: Any) -> Spec:
    value = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "p"},
        "spec": {"endpointSelector": {}, **fields},
    }
    (spec,) = parsed(value).specs
    return spec


def item_of(section: str, **fields: Any) -> Item:
    (item,) = spec_of(**{section: [fields]}).items()
    return item


def test_absent_null_and_empty_sections() -> None:
    spec = spec_of(ingress=[], egress=None, ingressDeny=[{}])
    assert (spec.ingress, spec.egress, spec.egress_deny) == ((), None, None)
    assert spec.endpoint_selector == Selector()
    assert spec.node_selector is None
    (item,) = spec.items()
    assert (item.direction, item.effect) == (Direction.INGRESS, Effect.DENY)
    assert (item.peers, item.to_ports, item.icmps) == ((), None, None)
    assert item.path == ("spec", "ingressDeny", 0)


def test_default_deny() -> None:
    spec = spec_of(ingress=[], enableDefaultDeny={"ingress": False})
    assert (spec.default_deny_ingress, spec.default_deny_egress) == (False, None)


def test_peers_keep_their_field_and_their_place() -> None:
    item = item_of("egress", toEntities=["world"], toCIDR=[], toFQDNs=None)
    entities, cidrs = item.peers
    assert (entities.field, entities.peers) == ("toEntities", (EntityPeer("world"),))
    assert entities.path == ("spec", "egress", 0, "toEntities")
    assert (cidrs.field, cidrs.peers) == ("toCIDR", ())


def test_cidr_sets() -> None:
    (peers,) = item_of("ingress", fromCIDRSet=[{"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}]).peers
    assert peers.peers == (CidrPeer("10.0.0.0/8", ("10.1.0.0/16",), from_set=True),)


def test_requires_are_peer_lists_of_old_versions() -> None:
    value = rich_policy(V1_18)
    lists = [peers for item in parsed(value, V1_18).specs[0].items() for peers in item.peers]
    requires = [peers for peers in lists if peers.field in ("fromRequires", "toRequires")]
    assert [(peers.field, len(peers.peers)) for peers in requires] == [
        ("fromRequires", 1),
        ("fromRequires", 1),
        ("toRequires", 1),
        ("toRequires", 1),
    ]


def test_ports() -> None:
    item = item_of("ingress", toPorts=[{}, {"ports": []}, {"ports": [{"port": "80", "endPort": 90}, {}]}])
    assert item.to_ports is not None
    none, empty, two = item.to_ports
    assert (none.ports, empty.ports) == (None, ())
    assert two.ports is not None
    path = ("spec", "ingress", 0, "toPorts", 2, "ports")
    assert two.ports == (PortProtocol("80", 90, "", (*path, 0)), PortProtocol("", 0, "", (*path, 1)))
    assert (two.rules, two.server_names, two.listener, two.tls) == (None, None, None, ())


def test_a_port_that_is_a_number_keeps_its_text() -> None:
    item = item_of("ingress", toPorts=[{"ports": [{"port": 5432, "protocol": 7}]}])
    (rule,) = item.to_ports or ()
    (port,) = rule.ports or ()
    assert (port.port, port.protocol) == ("5432", "7")


def test_the_rest_of_a_port_rule() -> None:
    (rule,) = (
        item_of(
            "egress",
            toPorts=[
                {
                    "serverNames": ["a.b"],
                    "listener": {"name": "l", "envoyConfig": {"name": "e"}},
                    "originatingTLS": {"secret": {"name": "s"}},
                    "terminatingTLS": {"secret": {"name": "s"}},
                }
            ],
        ).to_ports
        or ()
    )
    assert (rule.server_names, rule.listener) == (("a.b",), Listener("l", config="e"))
    assert [context.field for context in rule.tls] == ["terminatingTLS", "originatingTLS"]


def test_layer_7() -> None:
    match = {"name": "X-Key", "secret": {"name": "s", "namespace": "n"}, "mismatch": "LOG"}
    http = [{"method": "GET", "headers": ["A: b"], "headerMatches": [match]}, {}]
    ports = [
        {"rules": {"http": http}},
        {"rules": {"dns": [{"matchName": "a.b"}]}},
        {"rules": {"l7proto": "x"}},
    ]
    first, second, third = item_of("egress", toPorts=ports).to_ports or ()
    assert first.rules is not None
    assert first.rules.http is not None
    get, anything = first.rules.http
    assert (get.method, get.path, get.headers) == ("GET", None, ("A: b",))
    assert get.header_matches == (HeaderMatch("X-Key", None, "n/s", "LOG"),)
    assert anything.where == ("spec", "egress", 0, "toPorts", 0, "rules", "http", 1)
    assert second.rules is not None
    assert second.rules.dns == (DnsRule("a.b", None, ("spec", "egress", 0, "toPorts", 1, "rules", "dns", 0)),)
    assert (second.rules.http, second.rules.others) == (None, ())
    assert third.rules is not None
    assert third.rules.others == ("l7proto",)


def test_icmp() -> None:
    item = item_of("egress", icmps=[{"fields": [{"type": 8}, {"type": "EchoRequest", "family": "IPv6"}]}, {}])
    first, second = item.icmps or ()
    path = ("spec", "egress", 0, "icmps", 0, "fields")
    assert first.fields == (IcmpField("8", "IPv4", (*path, 0)), IcmpField("EchoRequest", "IPv6", (*path, 1)))
    assert second.fields is None


def test_paths_of_specs_and_of_items_after_a_bad_one() -> None:
    value = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumClusterwideNetworkPolicy",
        "metadata": {"name": "p"},
        "spec": {"endpointSelector": {}, "ingress": ["bad", {}]},
        "specs": [{"nodeSelector": {}, "egress": [{"authentication": {"mode": "required"}}]}],
    }
    first, second = parsed(value).specs
    assert [item.path for item in first.items()] == [("spec", "ingress", 1)]
    (item,) = second.items()
    assert (second.path, item.path) == (("specs", 0), ("specs", 0, "egress", 0))
    assert item.authentication == "required"
    assert (second.endpoint_selector, second.node_selector) == (None, Selector())


def test_network_policy() -> None:
    value = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "np"},
        "spec": {
            "podSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["b", "a"]}]},
            "policyTypes": ["Egress"],
            "ingress": [{}],
            "egress": [
                {
                    "to": [
                        {"namespaceSelector": {"matchLabels": {"team": "x"}}, "podSelector": {}},
                        {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
                    ],
                    "ports": [{"port": 80, "endPort": 90}, {"port": "web", "protocol": "UDP"}, {}],
                }
            ],
        },
    }
    found = parsed(value)
    rules = found.network_policy
    assert rules is not None
    assert rules.pod_selector == Selector((Requirement("k8s", "app", Operator.NOT_IN, ("a", "b")),))
    assert rules.policy_types == ("Egress",)
    (anybody,) = rules.ingress
    assert (anybody.peers, anybody.ports) == ((), ())
    (rule,) = rules.egress
    pods, block = rule.peers
    assert pods.namespace_selector == Selector((equals("k8s", "team", "x"),))
    assert (pods.pod_selector, pods.ip_block) == (Selector(), None)
    assert block.ip_block == IpBlock("10.0.0.0/8", ("10.1.0.0/16",))
    assert [(p.port, p.end_port, p.protocol) for p in rule.ports] == [
        ("80", 90, "TCP"),
        ("web", 0, "UDP"),
        ("", 0, "TCP"),
    ]
    assert rule.ports[2].path == ("spec", "egress", 0, "ports", 2)


def test_a_network_policy_without_types_has_none() -> None:
    value = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "np"}}
    rules = parsed(value).network_policy
    assert rules is not None
    assert (rules.policy_types, rules.pod_selector, rules.ingress) == ((), Selector(), ())


def test_a_cluster_network_policy_has_a_name() -> None:
    value = {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": "admin"},
        "spec": {"tier": "Admin"},
    }
    found = parsed(value)
    assert (found.kind, found.name, found.specs, found.network_policy) == (Kind.KCNP, "admin", (), None)


# --- nothing is lost ---

LISTS = ("ports", "http", "dns", "fields", "headers", "headerMatches", "serverNames")


def written_counts(value: Any) -> dict[str, int]:
    """How many items each kind of list holds in the JSON of accepted specs."""
    counts = {"items": 0, "peers": 0, "toPorts": 0, "icmps": 0, **dict.fromkeys(LISTS, 0)}
    for spec in ([value["spec"]] if "spec" in value else []) + value.get("specs", []):
        for section in ("ingress", "ingressDeny", "egress", "egressDeny"):
            for item in spec.get(section, []):
                counts["items"] += 1
                for name, part in item.items():
                    if name in ("toPorts", "icmps"):
                        counts[name] += len(part)
                    elif isinstance(part, list):
                        counts["peers"] += len(part)
                for name, part in named_lists([item.get("toPorts", []), item.get("icmps", [])]):
                    counts[name] += len(part)
    return counts


def named_lists(value: Any) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(value, list):
        for part in value:
            yield from named_lists(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name in LISTS and isinstance(part, list):
                yield name, part
            yield from named_lists(part)


def parsed_counts(found: Policy) -> dict[str, int]:
    items = [item for spec in found.specs for item in spec.items()]
    rules = [rule for item in items for rule in item.to_ports or ()]
    icmps = [rule for item in items for rule in item.icmps or ()]
    l7 = [rule.rules for rule in rules if rule.rules is not None]
    http = [request for r in l7 for request in r.http or ()]
    return {
        "items": len(items),
        "peers": sum(len(peers.peers) for item in items for peers in item.peers),
        "toPorts": len(rules),
        "icmps": len(icmps),
        "ports": sum(len(rule.ports or ()) for rule in rules),
        "http": len(http),
        "dns": sum(len(r.dns or ()) for r in l7),
        "fields": sum(len(rule.fields or ()) for rule in icmps),
        "headers": sum(len(request.headers) for request in http),
        "headerMatches": sum(len(request.header_matches) for request in http),
        "serverNames": sum(len(rule.server_names or ()) for rule in rules),
    }


@pytest.mark.parametrize("version", SUPPORTED, ids=str)
def test_a_policy_with_every_field_loses_none(version: Version) -> None:
    value = rich_policy(version)
    counts = written_counts(value)
    assert all(counts.values())
    assert parsed_counts(parsed(value, version)) == counts


@needs_corpus
def test_accepted_policies_lose_nothing() -> None:
    policies = [*corpus_policies(), *recorded_policies()[::10]]
    cilium = [p for p in policies if p["kind"] in (Kind.CNP, Kind.CCNP)]
    for value in cilium:
        found = checked(value, value["kind"], V1_19)
        if not found.refusals:
            assert parsed_counts(policy(found.value, Kind(value["kind"]), "")) == written_counts(found.value)


# --- nothing raises ---

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
NETWORK_POLICY = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "np", "namespace": "shop"},
    "spec": {
        "podSelector": {
            "matchLabels": {"a": "b"},
            "matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}],
        },
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}, {"podSelector": {}}],
                "ports": [{"port": 80, "endPort": 90, "protocol": "TCP"}],
            }
        ],
    },
}
POD_SPEC = {
    "serviceAccountName": "a",
    "hostNetwork": False,
    "containers": [{"ports": [{"containerPort": 80, "name": "web", "protocol": "TCP"}]}],
    "initContainers": [{"restartPolicy": "Always", "ports": [{"containerPort": 80}]}],
}
METADATA = {
    "name": "a",
    "namespace": "b",
    "labels": {"a": "b"},
    "ownerReferences": [{"kind": "Job", "name": "a"}],
}
OBJECTS: tuple[dict[str, Any], ...] = (
    rich_policy(V1_18),
    rich_policy(V1_19),
    NETWORK_POLICY,
    {"apiVersion": "v1", "kind": "Pod", "metadata": METADATA, "spec": POD_SPEC},
    {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": METADATA,
        "spec": {"jobTemplate": {"spec": {"template": {"metadata": METADATA, "spec": POD_SPEC}}}},
    },
    {"apiVersion": "v1", "kind": "Service", "metadata": METADATA, "spec": {"selector": {"a": "b"}}},
    {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": METADATA,
        "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": True}}],
    },
    {"apiVersion": "v1", "kind": "List", "items": [NETWORK_POLICY]},
    {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumCIDRGroup",
        "metadata": METADATA,
        "spec": {"externalCIDRs": ["10.0.0.0/8"]},
    },
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of *value*."""
    keys = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in keys:
        yield value, key
        yield from places(part)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.data())
def test_anything_anywhere_is_read(data: st.DataObject) -> None:
    value = copy.deepcopy(data.draw(st.sampled_from(OBJECTS)))
    found = list(places(value))
    container, key = found[data.draw(st.integers(0, len(found) - 1))]
    container[key] = data.draw(ANYTHING)
    version = data.draw(st.sampled_from(SUPPORTED))
    result = read([Source("a.yaml", json.dumps(value))], version)
    assert len(result.policies) + len(result.world.workloads) <= 1
    for one in result.policies:
        assert {problem.severity for problem in one.refusals} <= {"error"}


@settings(derandomize=True, max_examples=300, deadline=None)
@given(ANYTHING)
def test_any_value_is_read(value: Any) -> None:
    result = read([Source("a.yaml", json.dumps(value))], V1_19)
    assert result.policies == ()
