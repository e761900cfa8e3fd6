"""The world that manifests describe: their workloads, namespaces, services and CIDR groups."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from propolis.manifest import workloads
from propolis.manifest.objects import Object
from propolis.model.span import Problem
from propolis.model.world import CidrGroup, Namespace, Service, Workload, World


class Entry(msgspec.Struct, frozen=True, eq=False):
    """An object after the API server's gate: *value* is what stays of it.

    *namespace* is where it lives, "" for an object of the cluster.
    """

    object: Object
    value: dict[str, Any]
    namespace: str
    refusals: tuple[Problem, ...]


def world(entries: Sequence[Entry]) -> tuple[World, tuple[Problem, ...]]:
    """The world of *entries*, and a note for each namespace that is mentioned only.

    A pod (or ReplicaSet, or Job) whose owner is among the entries is the owner's workload, not another one.
    """
    namespaces, problems = _namespaces(entries)
    found = World(
        namespaces=namespaces,
        workloads=_workloads(entries),
        services=_services(entries),
        cidr_groups=_cidr_groups(entries),
    )
    return found, problems


def _of_kind(entries: Iterable[Entry], *kinds: str) -> list[Entry]:
    return [entry for entry in entries if entry.object.kind in kinds]


def _workloads(entries: Sequence[Entry]) -> tuple[Workload, ...]:
    controllers = {
        (entry.namespace, entry.object.kind, entry.object.name)
        for entry in _of_kind(entries, *workloads.CONTROLLERS)
    }
    return tuple(
        workloads.workload(e.value, e.object.kind, e.namespace, e.object.index, e.object.base)
        for e in _of_kind(entries, *workloads.WORKLOADS)
        if not any((e.namespace, *owner) in controllers for owner in workloads.owners(e.value))
    )


def _namespaces(entries: Sequence[Entry]) -> tuple[tuple[Namespace, ...], tuple[Problem, ...]]:
    found = {e.object.name: workloads.namespace(e.value) for e in _of_kind(entries, "Namespace")}
    problems = []
    for entry in entries:
        name = entry.namespace
        if name and name not in found:
            found[name] = workloads.named_namespace(name, {})
            message = f"the namespace `{name}` is not among the manifests: its labels are not known"
            help = "add the Namespace object, so that selectors on its labels can be decided"
            problems.append(
                Problem("namespace-labels-unknown", message, entry.object.namespace_span, help, "note")
            )
    return tuple(sorted(found.values(), key=lambda n: n.name)), tuple(problems)


def _services(entries: Sequence[Entry]) -> tuple[Service, ...]:
    addresses: dict[tuple[str, str], set[str]] = {}
    for entry in _of_kind(entries, "Endpoints", "EndpointSlice"):
        service, found = workloads.endpoints(entry.value, entry.object.kind)
        addresses.setdefault((entry.namespace, service), set()).update(found)
    return tuple(
        workloads.service(
            e.value, e.namespace, tuple(sorted(addresses.get((e.namespace, e.object.name), ())))
        )
        for e in _of_kind(entries, "Service")
    )


def _cidr_groups(entries: Sequence[Entry]) -> tuple[CidrGroup, ...]:
    """The groups that the API server lets in: a refused one does not exist."""
    return tuple(
        workloads.cidr_group(e.value) for e in _of_kind(entries, "CiliumCIDRGroup") if not e.refusals
    )
