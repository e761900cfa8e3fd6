"""Objects of a cluster become the records of a world."""

from typing import Any

import pytest
import yaml

from propolis.manifest import Source, read
from propolis.model.settings import Version
from propolis.model.world import CidrGroup, NamedPort, Service, World


def world(*objects: dict[str, Any]) -> World:
    return read([Source("w.yaml", yaml.safe_dump_all(objects))], Version(1, 19)).world


def an_object(kind: str, api_version: str = "v1", name: str = "web", **rest: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop", **rest.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


POD = {
    "serviceAccountName": "robot",
    "containers": [
        {"ports": [{"name": "http", "containerPort": 8080}, {"containerPort": 53, "protocol": "UDP"}]},
        {"name": "idle"},
    ],
    "initContainers": [
        {"restartPolicy": "Always", "ports": [{"name": "proxy", "containerPort": 15001}]},
        {"ports": [{"name": "never", "containerPort": 1}]},
    ],
}
TEMPLATE = {"template": {"metadata": {"labels": {"app": "web", "tier": "front"}}, "spec": POD}}


@pytest.mark.parametrize(
    ("kind", "api_version", "spec"),
    [
        ("Deployment", "apps/v1", TEMPLATE),
        ("StatefulSet", "apps/v1", TEMPLATE),
        ("DaemonSet", "apps/v1", TEMPLATE),
        ("ReplicaSet", "apps/v1", TEMPLATE),
        ("ReplicationController", "v1", TEMPLATE),
        ("Job", "batch/v1", TEMPLATE),
        ("CronJob", "batch/v1", {"jobTemplate": {"spec": TEMPLATE}}),
    ],
)
def test_controllers(kind: str, api_version: str, spec: dict[str, Any]) -> None:
    (found,) = world(an_object(kind, api_version, spec=spec)).workloads
    assert (found.kind, found.name, found.namespace) == (kind, "web", "shop")
    assert found.labels == (("app", "web"), ("tier", "front"))
    assert found.service_account == "robot"
    assert not found.host_network
    assert found.ports == (
        NamedPort("", "UDP", 53),
        NamedPort("http", "TCP", 8080),
        NamedPort("proxy", "TCP", 15001),
    )


def test_a_pod() -> None:
    pod = an_object(
        "Pod", metadata={"labels": {"a": "b"}}, spec={"hostNetwork": True, "serviceAccount": "old"}
    )
    (found,) = world(pod).workloads
    assert (found.labels, found.host_network, found.service_account) == ((("a", "b"),), True, "old")


def test_a_bare_pod_has_the_default_service_account() -> None:
    (found,) = world(an_object("Pod")).workloads
    assert (found.service_account, found.ports, found.labels) == ("default", (), ())


def test_what_an_owner_among_the_objects_makes_is_no_second_workload() -> None:
    owner = {"ownerReferences": [{"kind": "ReplicaSet", "name": "web"}]}
    replica_set = an_object("ReplicaSet", "apps/v1", spec=TEMPLATE)
    pod = an_object("Pod", name="web-1", metadata=owner)
    elsewhere = an_object("Pod", name="web-2", metadata={**owner, "namespace": "other"})
    assert [w.name for w in world(replica_set, pod, elsewhere).workloads] == ["web", "web-2"]
    assert [w.name for w in world(pod).workloads] == ["web-1"]


def test_namespaces() -> None:
    shop = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "shop", "labels": {"env": "prod"}},
    }
    found = read(
        [Source("w.yaml", yaml.safe_dump_all([shop, an_object("Pod", metadata={"namespace": "b"})]))],
        Version(1, 19),
    )
    assert [(n.name, n.labels) for n in found.world.namespaces] == [
        ("b", (("kubernetes.io/metadata.name", "b"),)),
        ("shop", (("env", "prod"), ("kubernetes.io/metadata.name", "shop"))),
    ]
    assert [(p.code, p.severity) for p in found.problems] == [("namespace-labels-unknown", "note")]


def test_services() -> None:
    selecting = an_object("Service", metadata={"labels": {"a": "b"}}, spec={"selector": {"app": "web"}})
    manual = an_object("Service", name="manual", spec={})
    none = an_object("Service", name="none", spec={"selector": {}})
    endpoints = an_object(
        "Endpoints",
        name="manual",
        subsets=[{"addresses": [{"ip": "10.0.0.2"}], "notReadyAddresses": [{"ip": "10.0.0.9"}]}],
    )
    endpoint_slice = an_object(
        "EndpointSlice",
        "discovery.k8s.io/v1",
        name="manual-1",
        metadata={"labels": {"kubernetes.io/service-name": "manual"}},
        endpoints=[{"addresses": ["10.0.0.1"]}, {"addresses": ["10.0.0.8"], "conditions": {"ready": False}}],
    )
    ignored = an_object("Endpoints", subsets=[{"addresses": [{"ip": "10.9.9.9"}]}])
    assert world(selecting, manual, none, endpoints, endpoint_slice, ignored).services == (
        Service("web", "shop", (("a", "b"),), (("app", "web"),)),
        Service("manual", "shop", (), None, ("10.0.0.1", "10.0.0.2")),
        Service("none", "shop", (), None),
    )


def test_cidr_groups_that_are_refused_do_not_exist() -> None:
    def group(name: str, *prefixes: str) -> dict[str, Any]:
        metadata = {"name": name, "labels": {"a": "b"}}
        spec = {"externalCIDRs": list(prefixes)}
        return {"apiVersion": "cilium.io/v2", "kind": "CiliumCIDRGroup", "metadata": metadata, "spec": spec}

    found = world(group("good", "10.0.0.0/8"), group("bad", "10.0.0.1"))
    assert found.cidr_groups == (CidrGroup("good", ("10.0.0.0/8",), (("a", "b"),)),)


def test_bad_workloads_are_named_and_kept() -> None:
    spec = {
        "template": {
            "metadata": {"labels": {"version": 1}},
            "spec": {"containers": [{"ports": [{"name": "x"}]}]},
        }
    }
    text = yaml.safe_dump(an_object("Deployment", "apps/v1", spec=spec))
    found = read([Source("w.yaml", text)], Version(1, 19))
    assert [w.labels for w in found.world.workloads] == [(("version", "1"),)]
    assert [p.code for p in found.problems if p.severity == "error"] == [
        "wrong-type",
        "missing-field",
    ]
