"""The world that manifests describe: their workloads, namespaces, services and CIDR groups."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from propolis.manifest import workloads
from propolis.manifest.facts import Backends, Fact
from propolis.manifest.yaml import Document
from propolis.model.span import Path, Problem
from propolis.model.world import CidrGroup, Namespace, Service, Workload, World

_Meaning = TypeVar("_Meaning", Backends, CidrGroup, Namespace, Service, Workload)


class Entry(msgspec.Struct, frozen=True, eq=False):
    """A fact beside those of other texts: *document* counts all of them, *refusals* have their spans."""

    fact: Fact
    document: int
    refusals: tuple[Problem, ...]

    @property
    def place(self) -> tuple[int, Path]:
        return self.document, self.fact.base


def world(entries: Sequence[Entry], documents: Sequence[Document]) -> tuple[World, tuple[Problem, ...]]:
    """The world of *entries*, and a note for each namespace that is mentioned only.

    A pod (or ReplicaSet, or Job) whose owner is among the entries is the owner's workload, not another one.
    """
    namespaces, problems = _namespaces(entries, documents)
    found = World(
        namespaces=namespaces,
        workloads=_workloads(entries),
        services=_services(entries),
        cidr_groups=_cidr_groups(entries),
    )
    return found, problems


def _meaning(entries: Iterable[Entry], of: type[_Meaning]) -> Iterator[tuple[Entry, _Meaning]]:
    """The entries that mean such a record, each with it."""
    for entry in entries:
        if isinstance(entry.fact.meaning, of):
            yield entry, entry.fact.meaning


def _workloads(entries: Sequence[Entry]) -> tuple[Workload, ...]:
    controllers = {
        (entry.fact.namespace, entry.fact.kind, entry.fact.name)
        for entry in entries
        if entry.fact.kind in workloads.CONTROLLERS
    }
    return tuple(
        msgspec.structs.replace(workload, document=entry.document)
        for entry, workload in _meaning(entries, Workload)
        if not any((entry.fact.namespace, *owner) in controllers for owner in entry.fact.owners)
    )


def _namespaces(
    entries: Sequence[Entry], documents: Sequence[Document]
) -> tuple[tuple[Namespace, ...], tuple[Problem, ...]]:
    found = {entry.fact.name: namespace for entry, namespace in _meaning(entries, Namespace)}
    problems = []
    for entry in entries:
        name = entry.fact.namespace
        if name and name not in found:
            found[name] = workloads.named_namespace(name, {})
            span = documents[entry.document].lines.span(entry.fact.start, entry.fact.end)
            message = f"the namespace `{name}` is not among the manifests: its labels are not known"
            help = "add the Namespace object, so that selectors on its labels can be decided"
            problems.append(Problem("namespace-labels-unknown", message, span, help, "note"))
    return tuple(sorted(found.values(), key=lambda n: n.name)), tuple(problems)


def _services(entries: Sequence[Entry]) -> tuple[Service, ...]:
    """The services; the addresses of its Endpoints count only where one has no selector."""
    addresses: dict[tuple[str, str], set[str]] = {}
    for entry, backends in _meaning(entries, Backends):
        addresses.setdefault((entry.fact.namespace, backends.service), set()).update(backends.addresses)
    return tuple(
        service
        if service.selector is not None
        else msgspec.structs.replace(
            service, backends=tuple(sorted(addresses.get((entry.fact.namespace, entry.fact.name), ())))
        )
        for entry, service in _meaning(entries, Service)
    )


def _cidr_groups(entries: Sequence[Entry]) -> tuple[CidrGroup, ...]:
    """The groups that the API server lets in: a refused one does not exist."""
    return tuple(group for entry, group in _meaning(entries, CidrGroup) if not entry.refusals)
