"""Workloads: what the objects of a cluster are to policy, as the records of a world."""

from collections.abc import Iterator, Mapping
from typing import Any

from propolis.model.span import Path
from propolis.model.world import CidrGroup, NamedPort, Namespace, Service, ServicePort, StringMap, Workload

Json = Mapping[str, Any]

CONTROLLERS = (
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
)
WORKLOADS = ("Pod", *CONTROLLERS)
NAMESPACE_NAME = "kubernetes.io/metadata.name"
_SERVICE_NAME = "kubernetes.io/service-name"


def workload(value: Json, kind: str, namespace: str, base: Path) -> Workload:
    """The workload that *value* (checked) describes: a Pod, or the pods that a controller makes."""
    template = _template(value, kind)
    spec = template.get("spec", {})
    return Workload(
        kind=kind,
        name=name(value),
        namespace=namespace,
        labels=labels(template),
        service_account=spec.get("serviceAccountName") or spec.get("serviceAccount") or "default",
        host_network=spec.get("hostNetwork", False),
        ports=tuple(sorted(set(_ports(spec)))),
        base=base,
    )


def _template(value: Json, kind: str) -> Json:
    spec = value.get("spec", {})
    if kind == "Pod":
        return value
    if kind == "CronJob":
        spec = spec.get("jobTemplate", {}).get("spec", {})
    template: Json = spec.get("template", {})
    return template


def _ports(spec: Json) -> Iterator[NamedPort]:
    sidecars = [c for c in present(spec, "initContainers") if c.get("restartPolicy") == "Always"]
    for container in (*present(spec, "containers"), *sidecars):
        for port in present(container, "ports"):
            if "containerPort" in port:
                yield NamedPort(port.get("name", ""), port["protocol"], port["containerPort"])


def owners(value: Json) -> frozenset[tuple[str, str]]:
    """Kind and name of each object that owns this one."""
    owners = present(value.get("metadata", {}), "ownerReferences")
    return frozenset((owner.get("kind", ""), owner.get("name", "")) for owner in owners)


def namespace(value: Json) -> Namespace:
    """The namespace with the label that Kubernetes always sets to its name."""
    return named_namespace(name(value), dict(labels(value)))


def named_namespace(name: str, labels: Mapping[str, str]) -> Namespace:
    return Namespace(name, tuple(sorted({**labels, NAMESPACE_NAME: name}.items())))


def service(value: Json, namespace: str) -> Service:
    """The service, without the addresses that stand in other objects."""
    selector = tuple(sorted(value.get("spec", {}).get("selector", {}).items())) or None
    ports = tuple(_service_port(port) for port in present(value.get("spec", {}), "ports") if "port" in port)
    return Service(name(value), namespace, labels(value), selector, ports=ports)


def _service_port(value: Json) -> ServicePort:
    """Without `targetPort` the pods listen on the same port."""
    target = value.get("targetPort", value["port"])
    return ServicePort(value["port"], value.get("protocol", "TCP"), str(target))


def endpoints(value: Json, kind: str) -> tuple[str, tuple[str, ...]]:
    """The name of the service that an Endpoints or EndpointSlice belongs to, and its ready addresses."""
    if kind == "Endpoints":
        found = [
            address.get("ip", "")
            for subset in present(value, "subsets")
            for address in present(subset, "addresses")
        ]
        return name(value), tuple(found)
    ready = [e for e in present(value, "endpoints") if e.get("conditions", {}).get("ready", True)]
    addresses = [address for endpoint in ready for address in present(endpoint, "addresses")]
    return dict(labels(value)).get(_SERVICE_NAME, ""), tuple(addresses)


def cidr_group(value: Json) -> CidrGroup:
    return CidrGroup(name(value), tuple(present(value.get("spec", {}), "externalCIDRs")), labels(value))


def name(value: Json) -> str:
    metadata = value.get("metadata", {})
    return metadata.get("name") or metadata.get("generateName") or ""


def labels(value: Json) -> StringMap:
    """The labels in `metadata`, sorted."""
    return tuple(sorted(value.get("metadata", {}).get("labels", {}).items()))


def present(value: Json, field: str) -> list[Any]:
    """The items of the list *field* that have the right type."""
    return [item for item in value.get(field, ()) if item is not None]
