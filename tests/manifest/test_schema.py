"""What the API server's gate says: codes, places and words."""

from typing import Any

import pytest

from propolis.manifest.schema import checked
from propolis.manifest.schema.formats import is_cidr
from propolis.model.settings import SUPPORTED, Version

V1_19, V1_20 = Version(1, 19), Version(1, 20)
META = {"name": "p", "namespace": "shop"}


def cnp(**rule: Any) -> dict[str, Any]:
    spec = {"endpointSelector": {}, **rule}
    return {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": META, "spec": spec}


def network_policy(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": META, "spec": spec}


def refusals(value: dict[str, Any], version: Version = V1_19) -> list[tuple[str, str]]:
    found = checked(value, value["kind"], version).refusals
    return [(".".join(str(step) for step in r.path), r.code) for r in found]


def ports(**port: Any) -> dict[str, Any]:
    return cnp(ingress=[{"toPorts": [{"ports": [port]}]}])


PORT = "spec.ingress.0.toPorts.0.ports.0"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ports(port="5432"), []),
        (ports(port=5432), [(f"{PORT}.port", "wrong-type")]),
        (ports(port=True, protocol=6), [(f"{PORT}.port", "wrong-type"), (f"{PORT}.protocol", "wrong-type")]),
        (ports(port="1", protocol="tcp"), [(f"{PORT}.protocol", "unknown-value")]),
        (ports(port="1", protocol=None), []),
        (ports(port="1", endPort=70000), [(f"{PORT}.endPort", "out-of-range")]),
        (ports(port="1", endPort="2"), [(f"{PORT}.endPort", "wrong-type")]),
        (ports(port="99999"), []),
        (ports(port="-"), [(f"{PORT}.port", "bad-format")]),
        (cnp(ingress=[None]), [("spec.ingress.0", "wrong-type")]),
        (cnp(ingress={}), [("spec.ingress", "wrong-type")]),
        (cnp(ingress=None), [("spec", "any-of")]),
        (cnp(nodeSelector={}, ingress=[]), [("spec", "one-of")]),
        (cnp(egress=[{"toEntities": ["internet"]}]), [("spec.egress.0.toEntities.0", "unknown-value")]),
        (cnp(egress=[{"toCIDR": ["10.0.0.1"]}]), [("spec.egress.0.toCIDR.0", "bad-format")]),
        (cnp(egress=[{"toRequires": [{}]}]), [("spec.egress.0.toRequires", "too-many")]),
        (cnp(ingress=[{"authentication": {}}]), [("spec.ingress.0.authentication.mode", "missing-field")]),
    ],
)
def test_cilium(value: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    found = refusals(value)
    assert [f for f in found if f != ("spec.egress.0.toRequires.0", "wrong-type")] == expected


def test_every_refusal_is_listed() -> None:
    value = {**ports(port=1, protocol="ICMP"), "metadata": {}}
    value["spec"]["nodeSelector"] = {}
    assert sorted(code for _, code in refusals(value)) == [
        "missing-field",
        "one-of",
        "unknown-value",
        "wrong-type",
    ]


@pytest.mark.parametrize("version", SUPPORTED, ids=str)
def test_a_policy_without_rules_is_refused(version: Version) -> None:
    value = {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": META}
    (refusal,) = checked(value, value["kind"], version).refusals
    assert refusal.code == "empty-policy"
    assert ("API server" if version >= V1_20 else "agent") in refusal.message


@pytest.mark.parametrize(
    ("metadata", "path"),
    [
        ({}, "metadata.name"),
        ({"name": ""}, "metadata.name"),
        ({"name": "Web"}, "metadata.name"),
        ({"name": "p", "labels": {"a": "b c"}}, "metadata.labels.a"),
        ({"name": "p", "labels": {"a": 1}}, "metadata.labels.a"),
        ({"name": "p", "labels": {"a/b/c": "x"}}, "metadata.labels.a/b/c"),
    ],
)
def test_metadata(metadata: dict[str, Any], path: str) -> None:
    found = refusals({**cnp(ingress=[{}]), "metadata": metadata})
    assert found[0][0] == path


def test_what_the_server_names_needs_no_name() -> None:
    assert refusals({**cnp(ingress=[{}]), "metadata": {"generateName": "p-"}}) == []


@pytest.mark.parametrize(
    ("value", "version", "path", "hint"),
    [
        ({**cnp(ingress=[{}]), "meta": {}}, V1_19, "meta", "did you mean `metadata`?"),
        ({**cnp(ingress=[{}]), "sops": {"mac": "x"}}, V1_19, "sops", "sops has encrypted this file"),
        ({**cnp(ingress=[{}]), "description": ""}, V1_19, "description", "belongs under `spec`"),
        (cnp(ingress=[{"toEndpoint": []}]), V1_19, "spec.ingress.0.toEndpoint", "fromEndpoints"),
        (cnp(egress=[{"toEndpoint": []}]), V1_19, "spec.egress.0.toEndpoint", "`toEndpoints`"),
        (
            cnp(ingress=[{"toEndpoints": []}]),
            V1_19,
            "spec.ingress.0.toEndpoints",
            "here it is `fromEndpoints`",
        ),
        (cnp(egress=[{"ports": []}]), V1_19, "spec.egress.0.ports", "belongs under `spec.egress.toPorts`"),
        (cnp(egressDeny=[{"toFQDNs": []}]), V1_19, "spec.egressDeny.0.toFQDNs", "no deny by name"),
        (cnp(ingress=[], log={}), Version(1, 17), "spec.log", "from 1.18 on"),
        (
            cnp(ingress=[{"toPorts": [{"rules": {"http": [], "kafka": []}}]}]),
            V1_20,
            "spec.ingress.0.toPorts.0.rules.kafka",
            "until 1.19",
        ),
        (cnp(ingress=[{"auth": {}}]), V1_19, "spec.ingress.0.auth", "`authentication`"),
    ],
)
def test_unknown_fields(value: dict[str, Any], version: Version, path: str, hint: str) -> None:
    (unknown,) = checked(value, value["kind"], version).unknown
    assert ".".join(str(step) for step in unknown.path) == path
    assert hint in unknown.help
    assert "kubectl" in unknown.help


def test_unknown_fields_are_dropped_and_numbers_of_items_stay() -> None:
    found = checked(
        cnp(ingress=["x", {"foo": 1, "fromEntities": ["world", 3, None]}]), "CiliumNetworkPolicy", V1_19
    )
    assert found.value["spec"]["ingress"] == [None, {"fromEntities": ["world", "3", None]}]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"podSelector": {}}, []),
        ({}, []),
        ({"podSelector": {}, "policyTypes": ["Both"]}, [("spec.policyTypes.0", "unknown-value")]),
        ({"policyTypes": ["Ingress"] * 3}, [("spec.policyTypes", "too-many")]),
        ({"ingress": [{"from": [{}]}]}, [("spec.ingress.0.from.0", "any-of")]),
        (
            {"ingress": [{"from": [{"podSelector": {}, "ipBlock": {"cidr": "10.0.0.0/8"}}]}]},
            [("spec.ingress.0.from.0", "one-of")],
        ),
        ({"egress": [{"to": [{"ipBlock": {}}]}]}, [("spec.egress.0.to.0.ipBlock.cidr", "missing-field")]),
        (
            {
                "egress": [
                    {"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8", "10.1.0.0/16"]}}]}
                ]
            },
            [("spec.egress.0.to.0.ipBlock.except.0", "not-allowed")],
        ),
        ({"egress": [{"to": [{"ipBlock": {"cidr": "010.0.0.0/8"}}]}]}, []),
        ({"egress": [{"ports": [{"port": 0}]}]}, [("spec.egress.0.ports.0.port", "out-of-range")]),
        ({"egress": [{"ports": [{"port": "8080"}]}]}, [("spec.egress.0.ports.0.port", "bad-format")]),
        (
            {"egress": [{"ports": [{"port": "http", "endPort": 90}]}]},
            [("spec.egress.0.ports.0.endPort", "not-allowed")],
        ),
        (
            {"egress": [{"ports": [{"port": 90, "endPort": 80}]}]},
            [("spec.egress.0.ports.0.endPort", "out-of-range")],
        ),
        (
            {"egress": [{"ports": [{"protocol": "ICMP"}]}]},
            [("spec.egress.0.ports.0.protocol", "unknown-value")],
        ),
        (
            {"podSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}},
            [("spec.podSelector.matchExpressions.0.values", "missing-field")],
        ),
        (
            {"podSelector": {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}},
            [("spec.podSelector.matchExpressions.0.values", "not-allowed")],
        ),
        (
            {"podSelector": {"matchLabels": {"k8s:app": "a"}}},
            [("spec.podSelector.matchLabels.k8s:app", "bad-format")],
        ),
    ],
)
def test_network_policy(spec: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert refusals(network_policy(**spec)) == expected


def test_the_wrong_api_version_is_refused() -> None:
    assert refusals({**cnp(ingress=[{}]), "apiVersion": "cilium.io/v1"}) == [
        ("apiVersion", "unknown-version")
    ]
    group = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumCIDRGroup",
        "metadata": META,
        "spec": {"externalCIDRs": []},
    }
    assert refusals(group, Version(1, 17)) == [("apiVersion", "unknown-version")]
    assert refusals(group, Version(1, 18)) == []


@pytest.mark.parametrize(
    "text", ["10.0.0.0/8", "10.0.0.1/8", "0.0.0.0/0", "::/0", "::ffff:1.2.3.4/96", "1.2.3.4/08"]
)
def test_cidrs(text: str) -> None:
    assert is_cidr(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "010.0.0.0/8",
        "::/129",
        "fe80::1%eth0/64",
        "a/8",
        "1/8",
    ],
)
def test_no_cidrs(text: str) -> None:
    assert not is_cidr(text)


def test_hostile_text_is_judged_at_once() -> None:
    long = "a" * 50_000 + "!"
    names = [{"matchName": long}, {"matchPattern": long}]
    value = cnp(
        ingress=[
            {"toPorts": [{"ports": [{"port": long}, {"port": "a-" * 25_000 + "!"}], "serverNames": [long]}]}
        ],
        egress=[{"toFQDNs": names, "toCIDRSet": [{"cidrGroupRef": "a." * 25_000}]}],
    )
    assert len(refusals(value, V1_20)) >= 6


def test_hostile_numbers_of_things_are_judged_at_once() -> None:
    many = {f"field{number}": 1 for number in range(20_000)}
    names = [f"a{number}" for number in range(20_000)]
    value = cnp(ingress=[{**many, "toPorts": [{"serverNames": [*names, "a1"]}]}])
    found = checked(value, "CiliumNetworkPolicy", V1_20)
    assert len(found.unknown) == 20_000
    assert [refusal.code for refusal in found.refusals] == ["duplicate-item"]


def test_messages_are_one_short_line() -> None:
    value = cnp(egress=[{"toCIDR": ["x" * 1000, "a\nb"]}])
    for refusal in checked(value, "CiliumNetworkPolicy", V1_19).refusals:
        assert len(refusal.message) < 150
        assert "\n" not in refusal.message
