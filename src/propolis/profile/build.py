"""The building of a profile: a value that is structured right becomes frozen records."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, cast

from msgspec.structs import replace

from propolis.model.flow import TCP, UDP
from propolis.model.profile import (
    NO_ASSUMPTIONS,
    Assumptions,
    CidrEnd,
    Claim,
    ClaimEnd,
    Cluster,
    DeclaredPath,
    DeclaredWorkload,
    Definitions,
    Destination,
    Dns,
    EntityEnd,
    Exempt,
    Internet,
    Login,
    NameEnd,
    PortSpan,
    Postgres,
    Profile,
    RequestNeed,
    Requests,
    RowLimit,
    Source,
    SqlLine,
    TenantKey,
    Tenants,
    WorkloadEnd,
)
from propolis.model.settings import Version, version
from propolis.model.span import Path
from propolis.model.world import StringMap
from propolis.profile import causes
from propolis.profile.calls import calls
from propolis.profile.claims import each, formula, relation
from propolis.profile.ends import claim_line, path_line, pods, prefix, upstream
from propolis.profile.fault import Fault
from propolis.profile.lines import forbidden_call, forbidden_request, grpc_request, http_request, ports
from propolis.profile.names import cluster_patterns, outside_name
from propolis.profile.parsed import parsed

Value = dict[str, Any]
T = TypeVar("T")

DEFAULT_DOMAIN = "cluster.local"
DEFAULT_DNS_PORT = 53
_READ = "structure.faults has read every line"


def built(value: Value) -> Profile:
    """The records of *value*, in which `structure.faults` has found nothing."""
    search = tuple(value["cluster"]["dns"].get("search", ()))
    pods = _prefixes(value["cluster"].get("pods", ()))
    return Profile(
        name=value["metadata"]["name"],
        cluster=_cluster(value["cluster"], search, pods),
        tenants=_tenants(value["tenants"]) if "tenants" in value else None,
        workloads=tuple(
            DeclaredWorkload(name, each["namespace"], _labels(each["labels"]), ("workloads", name))
            for name, each in value.get("workloads", {}).items()
        ),
        paths=tuple(_each(value, "paths", lambda path, where: _paths(path, where, search, pods))),
        claims=tuple(_each(value, "claims", _claims)),
        causes=tuple(_each(value, "claims", causes.causes_claims)),
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


def _prefixes(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_sound(prefix(word)).prefix for word in words))


def _cluster(value: Value, search: tuple[str, ...], pods: tuple[str, ...]) -> Cluster:
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
        pods=pods,
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


def _paths(
    value: str | Value, where: Path, search: tuple[str, ...], pods: tuple[str, ...]
) -> Iterator[DeclaredPath]:
    detail: Value = {"path": value} if isinstance(value, str) else value
    line = _sound(path_line(detail["path"]))
    written = where if isinstance(value, str) else (*where, "path")
    http = _requests(detail, "http", http_request, where) + calls(detail.get("grpc", ()), (*where, "grpc"))
    for source, destination in itertools.product(line.sources, line.destinations):
        networks = _networks(cast(Source, source), pods)
        yield DeclaredPath(
            text=detail["path"],
            source=cast(Source, source),
            destination=_searched(cast(Destination, destination), search),
            ports=line.ports,
            http=http or None,
            definitions=_definitions(detail.get("grpc"), (*where, "grpc")),
            dns=tuple(detail["dns"]) if "dns" in detail else None,
            parsed=parsed(detail, where),
            postgres=_postgres(detail["postgres"], networks, (*where, "postgres"))
            if "postgres" in detail
            else None,
            where=written,
        )


def _definitions(value: object, where: Path) -> Definitions | None:
    if not isinstance(value, dict) or not ("proto" in value or "except" in value):
        return None
    return Definitions(
        files=tuple(value.get("proto", ())), excepted=tuple(value.get("except", ())), where=where
    )


def _searched(end: Destination, search: tuple[str, ...]) -> Destination:
    return outside_name(end.pattern, search) if isinstance(end, NameEnd) else end


def _requests(
    value: Value, key: str, read: Callable[[str, Path], RequestNeed | Fault], where: Path
) -> tuple[RequestNeed, ...]:
    return tuple(_sound(read(line, (*where, key, index))) for index, line in enumerate(value.get(key, ())))


def _networks(source: Source, pods: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses that a database sees *source* connect from; () when nothing says it."""
    match source:
        case WorkloadEnd():
            return pods
        case CidrEnd():
            return (source.prefix,)
        case EntityEnd():
            return ()


def _postgres(value: Value, networks: tuple[str, ...], where: Path) -> Postgres:
    return Postgres(
        role=value["role"],
        database=value["database"] if "database" in value else value["role"],
        schema=value.get("schema", "public"),
        networks=_prefixes(value["from"]) if "from" in value else networks,
        login=Login(value.get("auth", Login.SCRAM)),
        connections=value.get("connections"),
        allow=tuple(SqlLine(line, (*where, "allow", index)) for index, line in enumerate(value["allow"])),
        rows=tuple(
            RowLimit(table, condition, (*where, "rows", table))
            for table, condition in value.get("rows", {}).items()
        ),
        where=where,
    )


LINES = ("never", "always", "only-from", "leaves-only-by", "requests-only")
"""The kinds of claims that are written as a line."""
OVER_PODS = ("covered", "no-overruled-allow")
"""Those that are written as pods."""
FORMULAS = ("holds", "no-wider-than", "equivalent")
"""Those that are written as a formula."""


def _claims(value: Value, where: Path) -> Iterator[Claim]:
    if causes.KEY in value:
        return
    kind, *others = [key for key in (*LINES, *OVER_PODS, *FORMULAS) if key in value] or [""]
    read = each(value["for"]) if "for" in value else None
    claim = Claim(
        kind=kind,
        text=value.get(kind, ""),
        requests=_claimed_requests(value, where, kind),
        each=read if read is None else _sound(read),
        others=tuple(others),
        where=(*where, kind) if kind else where,
    )
    if kind in LINES:
        line = _sound(claim_line(claim.text))
        yield replace(claim, sources=line.sources, destinations=line.destinations, ports=line.ports)
    elif kind in OVER_PODS:
        found: tuple[ClaimEnd, ...] | Fault = pods(claim.text)
        assert not isinstance(found, Fault), _READ
        yield replace(claim, sources=found)
    elif kind:
        written = relation(claim.text) if kind == "holds" else formula(claim.text)
        assert not isinstance(written, Fault), _READ
        yield replace(claim, formula=written)
    else:
        yield claim


def _claimed_requests(value: Value, where: Path, kind: str) -> Requests | None:
    """What is forbidden is so with any query string; what is promised or the only thing is what it says."""
    exactly = kind in ("always", "requests-only")
    http = _requests(value, "http", http_request if exactly else forbidden_request, where)
    http += _requests(value, "grpc", grpc_request if exactly else forbidden_call, where)
    found = Requests(http, tuple(value.get("dns", ())), tuple(value.get("sni", ())))
    return found if found != Requests() else None
