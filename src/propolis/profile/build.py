"""The building of a profile: a value that is structured right becomes frozen records."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from propolis.model.flow import TCP, UDP
from propolis.model.profile import (
    NO_ASSUMPTIONS,
    Assumptions,
    CidrEnd,
    Cluster,
    DeclaredPath,
    DeclaredWorkload,
    Destination,
    Dns,
    EntityEnd,
    Exempt,
    Internet,
    NameEnd,
    NeverClaim,
    PortSpan,
    Postgres,
    Profile,
    RequestNeed,
    Source,
    TenantKey,
    Tenants,
)
from propolis.model.settings import Version, version
from propolis.model.span import Path
from propolis.model.world import StringMap
from propolis.profile.ends import never_line, path_line, upstream
from propolis.profile.fault import Fault
from propolis.profile.lines import forbidden_request, grant, grpc_request, http_request, ports
from propolis.profile.names import cluster_patterns, outside_name

Value = dict[str, Any]
T = TypeVar("T")

DEFAULT_DOMAIN = "cluster.local"
DEFAULT_DNS_PORT = 53
_READ = "structure.faults has read every line"


def built(value: Value) -> Profile:
    """The records of *value*, in which `structure.faults` has found nothing."""
    search = tuple(value["cluster"]["dns"].get("search", ()))
    return Profile(
        name=value["metadata"]["name"],
        cluster=_cluster(value["cluster"], search),
        tenants=_tenants(value["tenants"]) if "tenants" in value else None,
        workloads=tuple(
            DeclaredWorkload(name, each["namespace"], _labels(each["labels"]), ("workloads", name))
            for name, each in value.get("workloads", {}).items()
        ),
        paths=tuple(_each(value, "paths", lambda path, where: _paths(path, where, search))),
        claims=tuple(_each(value, "claims", _claims)),
        assumptions=_assumptions(value["assumptions"]) if "assumptions" in value else NO_ASSUMPTIONS,
    )


def _each(value: Value, key: str, read: Callable[[Any, Path], Iterator[T]]) -> Iterator[T]:
    for index, item in enumerate(value.get(key, ())):
        yield from read(item, (key, index))


def _sound(read: T | Fault) -> T:
    assert not isinstance(read, Fault), _READ
    return read


def _labels(labels: dict[str, str]) -> StringMap:
    return tuple(sorted(labels.items()))


def _ports(value: int | str) -> tuple[PortSpan, ...]:
    return _sound(ports(str(value)))


def _cluster(value: Value, search: tuple[str, ...]) -> Cluster:
    found = version(value["cilium"])
    assert found is not None, "the schema knows the supported versions"
    where = ("cluster",)
    return Cluster(
        version=found,
        dns=_dns(value["dns"], found, (*where, "dns")),
        exempt=tuple(
            Exempt(namespace, reason, (*where, "exempt", namespace))
            for namespace, reason in sorted(value.get("exempt", {}).items())
        ),
        internet=tuple(
            Internet(outside_name(name, search), _ports(spans), (*where, "internet", name))
            for name, spans in sorted(value.get("internet", {}).items())
        ),
        apiserver=_ports(value["apiserver"]) if "apiserver" in value else (),
        where=where,
    )


def _dns(value: Value, cilium: Version, where: Path) -> Dns:
    port = value.get("port", DEFAULT_DNS_PORT)
    domain = value.get("domain", DEFAULT_DOMAIN)
    return Dns(
        namespace=value["namespace"],
        labels=_labels(value["labels"]),
        ports=(PortSpan(port, port, TCP), PortSpan(port, port, UDP)),
        domain=domain,
        patterns=cluster_patterns(domain, cilium),
        upstream=tuple(_upstream(word) for word in value.get("upstream", ())),
        where=where,
    )


def _upstream(word: str) -> CidrEnd | EntityEnd:
    read: CidrEnd | EntityEnd | Fault = upstream(word)
    assert not isinstance(read, Fault), _READ
    return read


def _tenants(value: Value) -> Tenants:
    return Tenants(TenantKey(value["by"]), value.get("label", ""), ("tenants",))


def _assumptions(value: Value) -> Assumptions:
    return Assumptions(
        namespaces_fixed="namespaces" in value,
        accounts_fixed="service-accounts" in value,
        platform_labels=tuple(value.get("platform-labels", ())),
        where=("assumptions",),
    )


def _paths(value: str | Value, where: Path, search: tuple[str, ...]) -> Iterator[DeclaredPath]:
    detail: Value = {"path": value} if isinstance(value, str) else value
    line = _sound(path_line(detail["path"]))
    written = where if isinstance(value, str) else (*where, "path")
    http = _requests(detail, "http", http_request, where) + _requests(detail, "grpc", grpc_request, where)
    for source, destination in itertools.product(line.sources, line.destinations):
        yield DeclaredPath(
            text=detail["path"],
            source=cast(Source, source),
            destination=_searched(cast(Destination, destination), search),
            ports=line.ports,
            http=http or None,
            dns=tuple(detail["dns"]) if "dns" in detail else None,
            postgres=_postgres(detail["postgres"], (*where, "postgres")) if "postgres" in detail else None,
            where=written,
        )


def _searched(end: Destination, search: tuple[str, ...]) -> Destination:
    return outside_name(end.pattern, search) if isinstance(end, NameEnd) else end


def _requests(
    value: Value, key: str, read: Callable[[str, Path], RequestNeed | Fault], where: Path
) -> tuple[RequestNeed, ...]:
    return tuple(_sound(read(line, (*where, key, index))) for index, line in enumerate(value.get(key, ())))


def _postgres(value: Value, where: Path) -> Postgres:
    grants = (_sound(grant(line, (*where, "allow", index))) for index, line in enumerate(value["allow"]))
    return Postgres(value["role"], tuple(grants), where)


def _claims(value: Value, where: Path) -> Iterator[NeverClaim]:
    line = _sound(never_line(value["never"]))
    for source, destination in itertools.product(line.sources, line.destinations):
        yield NeverClaim(
            text=value["never"],
            source=source,
            destination=destination,
            ports=line.ports,
            http=_requests(value, "http", forbidden_request, where) or None,
            where=(*where, "never"),
        )
