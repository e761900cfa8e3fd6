"""Who is compared beside the pods that exist, and which names of ports come to nothing."""

import pytest

from propolis.manifest import Source, read
from propolis.model.labels import CLUSTER, K8S, Label
from propolis.model.settings import Settings, Version
from propolis.model.world import Endpoint, NamedPort, Role
from propolis.semantics.compare import Compared, compared
from propolis.semantics.ruleset import Ruleset, ruleset

POD = """
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
spec:
  hostNetwork: {host}
  containers: [{{name: c, image: i, ports: [{{name: {port}, containerPort: 8080}}]}}]
---
"""
POLICY = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: p, namespace: shop}}
spec:
  endpointSelector: {{}}
  ingress: [{{toPorts: [{{ports: [{ports}]}}]}}]
---
"""
OLD, NEW = Version(1, 18), Version(1, 19)


def rules(version: Version, *texts: str) -> Ruleset:
    manifests = read([Source(f"{number}.yaml", text) for number, text in enumerate(texts)], version)
    return ruleset(manifests.policies, manifests.world, Settings(version=version))


def pod(name: str, port: str = "http", host: str = "false") -> str:
    return POD.format(name=name, port=port, host=host)


def policy(*names: str) -> str:
    return POLICY.format(ports=", ".join(f"{{port: {name}, protocol: TCP}}" for name in names))


def ends(found: Compared) -> list[list[Endpoint]]:
    return [list(scene.universe.endpoints) for scene in (found.old, found.new)]


def test_pods_of_another_cluster_are_looked_at_where_the_sides_differ_in_looking_there():
    world = (pod("web"), pod("agent", host="true"))
    found = compared(rules(OLD, *world), rules(NEW, *world))
    there = [end for end in ends(found)[0] if Label(K8S, CLUSTER, "another-cluster") in end.labels]
    assert there == [end for end in ends(found)[1] if Label(K8S, CLUSTER, "another-cluster") in end.labels]
    (web,) = (end for end in ends(found)[0] if end.name == "shop/web")
    assert there == [
        Endpoint(
            name="shop/(pod of another cluster labelled like shop/web)",
            role=Role.UNMANAGED,
            labels=(web.labels - {Label(K8S, CLUSTER, "default")}) | {Label(K8S, CLUSTER, "another-cluster")},
            namespace="shop",
            ports=(NamedPort("http", "TCP", 8080),),
            existing=False,
        )
    ]


@pytest.mark.parametrize("version", [OLD, NEW])
def test_they_are_not_where_both_sides_look_alike(version: Version):
    found = compared(rules(version, pod("web")), rules(version, pod("web"), policy("http")))
    assert not [end for end in ends(found)[0] if "another cluster" in end.name]


@pytest.mark.parametrize(
    ("old", "new", "void"),
    [
        ((pod("web"), policy("http")), (pod("web"), policy("zone", "http", "admin")), ("admin", "zone")),
        ((pod("web"), policy("http", "80")), (pod("web", "admin"), policy("admin")), ()),
        ((pod("web"), policy("admin")), (pod("web"), policy("admin")), ()),
        ((pod("web"), policy("admin")), (pod("web"),), ("admin",)),
    ],
)
def test_names_that_no_endpoint_declares_on_either_side(
    old: tuple[str, ...], new: tuple[str, ...], void: tuple[str, ...]
):
    assert compared(rules(NEW, *old), rules(NEW, *new)).void_names == void
