"""The meaning of a profile: what it says twice, leaves undeclared, or asks of Cilium in vain."""

import itertools
import re
from collections.abc import Iterator

from propolis.model.flow import SCTP, TCP
from propolis.model.profile import (
    ENTITIES,
    Claim,
    ClaimEnd,
    DeclaredPath,
    DeclaredWorkload,
    Definitions,
    NameEnd,
    Of,
    Parsed,
    PodsEnd,
    Postgres,
    Profile,
    TenantKey,
    WorkloadEnd,
)
from propolis.model.settings import DEEP_STARS, PARSERS_REMOVED, Settings
from propolis.model.span import Path
from propolis.profile.build import FORMULAS, LINES, OVER_PODS
from propolis.profile.contradictions import contradictions, share_a_port
from propolis.profile.fault import Fault, nearest
from propolis.profile.structure import Located
from propolis.semantics.endpoints import is_identity_label

_IN_VAIN = "profile-unenforceable"


def faults(profile: Profile) -> Iterator[Located]:
    """Everything that *profile* cannot mean, though it is built right.

    Errors:  none.
    Source:  semantics §2.4 (requests and connections to one port), §3.1 (labels), §6 (names), §8 (nodes).
    """
    yield from _cluster_faults(profile)
    yield from _tenant_faults(profile)
    yield from _workload_faults(profile.workloads)
    yield from _label_faults(profile)
    yield from dict.fromkeys(fault for path in profile.paths for fault in _path_faults(profile, path))
    yield from _claim_faults(profile)
    yield from _causes_faults(profile)
    yield from dict.fromkeys(contradictions(profile))


def _located(code: str, message: str, help_: str, path: Path) -> Located:
    return Located(Fault(code, message, help_), path)


# --- the cluster ---


def _cluster_faults(profile: Profile) -> Iterator[Located]:
    dns = profile.cluster.dns
    if profile.exemption(dns.namespace) is None:
        if not dns.upstream:
            help_ = f"list the resolvers they ask under `upstream`, or exempt `{dns.namespace}` with a reason"
            yield _located(
                "profile-dns-cut-off", "the cluster's DNS could reach no upstream", help_, dns.where
            )
        if not profile.cluster.apiserver:
            help_ = "CoreDNS watches Services there: add `apiserver: 6443` under `cluster`, or its real port"
            yield _located(
                "profile-dns-cut-off", "the cluster's DNS could not reach the API server", help_, dns.where
            )
    for internet in profile.cluster.internet:
        yield from (
            Located(fault, internet.where, on_key=True) for fault in _name_faults(profile, internet.name)
        )


def _name_faults(profile: Profile, end: NameEnd) -> Iterator[Fault]:
    cluster = profile.cluster
    if end.pattern.startswith("**.") and cluster.version < DEEP_STARS:
        help_ = f"before {DEEP_STARS} it stands for one label: write `{end.pattern[1:]}`, or list the names"
        yield Fault(_IN_VAIN, f"Cilium {cluster.version} does not read `**.` as many labels", help_)
    if f".{end.pattern}".endswith((f".{cluster.dns.domain}", ".svc", ".cluster.local")):
        help_ = "policy sees the pod behind a Service: declare a workload and name that"
        yield Fault(_IN_VAIN, f"`{end.pattern}` is a name inside the cluster, which never matches", help_)


def _tenant_faults(profile: Profile) -> Iterator[Located]:
    tenants = profile.tenants
    if tenants is None:
        return
    if tenants.by is TenantKey.NAMESPACE and tenants.label:
        help_ = "leave `label` out, or say `by: namespace-label`"
        yield _located(
            "profile-tenants", "tenants by namespace have no label", help_, (*tenants.where, "label")
        )
    if tenants.by is not TenantKey.NAMESPACE and not tenants.label:
        help_ = "add `label:` with the key whose value is the tenant"
        yield _located("profile-tenants", f"tenants by {tenants.by} need a label", help_, tenants.where)


# --- workloads ---


def _workload_faults(workloads: tuple[DeclaredWorkload, ...]) -> Iterator[Located]:
    for workload in workloads:
        if workload.name in ENTITIES:
            message = f"`{workload.name}` means something else in a path"
            fault = Fault(
                "profile-reserved-word", message, "it is one of Cilium's entities: take another name"
            )
            yield Located(fault, workload.where, on_key=True)
    for one, other in itertools.combinations(workloads, 2):
        if one.namespace == other.namespace and _includes(one, other):
            wide, narrow = (one, other) if set(one.labels) <= set(other.labels) else (other, one)
            message = f"every pod of `{narrow.name}` is a pod of `{wide.name}` too"
            help_ = f"give `{wide.name}` a label that the pods of `{narrow.name}` do not carry"
            yield Located(Fault("profile-overlap", message, help_), other.where, on_key=True)


def _label_faults(profile: Profile) -> Iterator[Located]:
    """A selector on a label that is no part of the identity selects nothing, without an error (S54)."""
    settings = Settings(version=profile.cluster.version)
    dns = profile.cluster.dns
    selectors = [(dns.labels, dns.where), *((each.labels, each.where) for each in profile.workloads)]
    for labels, where in selectors:
        for key, _ in labels:
            if not is_identity_label(key, settings):
                help_ = "choose a label that says what the pods are, as `app` or `app.kubernetes.io/name`"
                fault = Fault(_IN_VAIN, f"Cilium does not select pods by the label `{key}`", help_)
                yield Located(fault, (*where, "labels", key), on_key=True)


def _includes(one: DeclaredWorkload, other: DeclaredWorkload) -> bool:
    mine, others = set(one.labels), set(other.labels)
    return mine <= others or others <= mine


# --- paths ---


def _path_faults(profile: Profile, path: DeclaredPath) -> Iterator[Located]:
    undeclared = list(_undeclared(profile, path.text, (path.source, path.destination)))
    yield from (Located(fault, path.where) for fault in undeclared)
    if undeclared:
        return
    if not isinstance(path.source, WorkloadEnd) and not isinstance(path.destination, WorkloadEnd):
        help_ = "policies are put on pods: name a workload on one side at least"
        yield _located(_IN_VAIN, "neither end of this path is a workload", help_, path.where)
    if isinstance(path.destination, NameEnd):
        yield from (Located(fault, path.where) for fault in _name_faults(profile, path.destination))
    details = (path.http, path.dns, path.parsed, path.postgres)
    if sum(detail is not None for detail in details) > 1:
        help_ = "write one path for each protocol"
        yield _located("profile-protocols", "a path carries one protocol", help_, path.where)
    if path.postgres is not None:
        yield from _database_faults(path.postgres)
    if path.http is not None or path.parsed is not None:
        yield from _http_faults(profile, path)
    if path.parsed is not None:
        yield from _parsed_faults(profile, path.parsed)
    if path.definitions is not None:
        yield from _definition_faults(path, path.definitions)
    if path.dns is not None:
        yield from _dns_faults(profile, path)
    if path.dns is None and _reaches_cluster_dns(profile, path):
        message = "the cluster's DNS is open to every covered pod already, for the names that it may reach"
        help_ = "a path here would let every name pass: put those it needs into paths or under `internet`"
        yield _located("profile-dns-open", message, help_, path.where)


_LONGEST_NAME = 63
"""Bytes; PostgreSQL cuts what is longer, and two names could become one."""
_ROLES_OF_ITS_OWN = ("public", "none", "current_user", "session_user", "current_role")


def _database_faults(postgres: Postgres) -> Iterator[Located]:
    """Names that PostgreSQL would read as others, or that `pg_hba.conf` would read as patterns."""
    names = {"role": postgres.role, "schema": postgres.schema}
    if postgres.database != postgres.role:
        names["database"] = postgres.database
    for key, name in names.items():
        where = (*postgres.where, key)
        if len(name.encode()) > _LONGEST_NAME:
            help_ = f"PostgreSQL keeps {_LONGEST_NAME} bytes of a name"
            yield _located("profile-long-name", f"the name of the {key} is too long", help_, where)
        if key != "schema" and name.startswith("/"):
            help_ = "a name that begins with a slash is a pattern in `pg_hba.conf`: take another"
            yield _located(_IN_VAIN, f"no line of `pg_hba.conf` can name `{name}`", help_, where)
        if name.startswith("pg_") or (key == "role" and name in _ROLES_OF_ITS_OWN):
            message = f"`{name}` is a name of PostgreSQL's own"
            yield _located("profile-reserved-word", message, "take another name", where)


def _undeclared(profile: Profile, text: str, ends: tuple[ClaimEnd, ...]) -> Iterator[Fault]:
    declared = {workload.name for workload in profile.workloads}
    for end in ends:
        if isinstance(end, WorkloadEnd) and end.workload not in declared:
            place = re.search(rf"(?<![-a-z0-9./*]){re.escape(end.workload)}(?![-a-z0-9./])", text)
            assert place is not None, "the end was read from this text"
            help_ = nearest(end.workload, declared) or "declare it under `workloads`"
            message = f"no workload is named `{end.workload}`"
            yield Fault("profile-undeclared", message, help_, place.start(), place.end())


def _http_faults(profile: Profile, path: DeclaredPath) -> Iterator[Located]:
    if not isinstance(path.destination, WorkloadEnd):
        help_ = "requests are checked where they arrive, at a workload; what leaves the cluster is encrypted"
        yield _located(_IN_VAIN, "requests can be checked on the way to a workload only", help_, path.where)
        return
    namespace = profile.workload(path.destination.workload).namespace
    if profile.exemption(namespace) is not None:
        help_ = "leave the requests out, or take the namespace from `cluster.exempt`"
        yield _located(_IN_VAIN, f"nothing checks requests in the exempt `{namespace}`", help_, path.where)
    if any(span.protocol != TCP for span in path.ports):
        what = "HTTP is checked" if path.parsed is None else "such requests are checked"
        yield _located(_IN_VAIN, f"{what} over TCP only", "leave the other protocols out", path.where)
    yield from _range_faults(path, "requests")


def _parsed_faults(profile: Profile, parsed: Parsed) -> Iterator[Located]:
    version = profile.cluster.version
    if version >= PARSERS_REMOVED:
        message = f"Cilium {version} has no parser for {parsed.parser}: {PARSERS_REMOVED} removed it"
        help_ = f"leave `{parsed.parser}` out: the path still says who may connect; check the requests in the server"
        yield Located(Fault("profile-removed-parser", message, help_), parsed.where, on_key=True)


def _definition_faults(path: DeclaredPath, definitions: Definitions) -> Iterator[Located]:
    if not definitions.files:
        help_ = "name the files under `proto`, or leave `except` out: what is not listed is closed anyway"
        yield _located(
            "profile-grpc-except", "nothing is excepted from no file", help_, (*definitions.where, "except")
        )
    listed = {need.call for need in path.http or () if need.call}
    for index, call in enumerate(definitions.excepted):
        if call in listed:
            help_ = "leave it out of one of the two lists"
            where = (*definitions.where, "except", index)
            yield _located("profile-grpc-except", f"`{call}` is on this path, and excepted", help_, where)


def _dns_faults(profile: Profile, path: DeclaredPath) -> Iterator[Located]:
    if not isinstance(path.source, WorkloadEnd) or isinstance(path.destination, NameEnd):
        help_ = "queries are checked as they leave a workload, towards a workload, a prefix or a node"
        yield _located(_IN_VAIN, "queries cannot be checked on this path", help_, path.where)
        return
    namespace = profile.workload(path.source.workload).namespace
    if profile.exemption(namespace) is not None:
        help_ = "leave `dns` out, or take the namespace from `cluster.exempt`"
        yield _located(_IN_VAIN, f"nothing checks queries from the exempt `{namespace}`", help_, path.where)
    if any(span.protocol == SCTP for span in path.ports):
        yield _located(_IN_VAIN, "DNS is checked over UDP and TCP only", "leave SCTP out", path.where)
    for pattern in path.dns or ():
        if pattern.startswith("**.") and profile.cluster.version < DEEP_STARS:
            help_ = f"before {DEEP_STARS} it stands for one label: write `{pattern[1:]}`"
            yield _located(_IN_VAIN, f"`{pattern}` does not mean many labels here", help_, path.where)
    yield from _range_faults(path, "queries")


def _range_faults(path: DeclaredPath, what: str) -> Iterator[Located]:
    if any(span.first != span.last for span in path.ports):
        help_ = "list the ports one by one"
        yield _located(_IN_VAIN, f"{what} cannot be checked on a range of ports", help_, path.where)


def _reaches_cluster_dns(profile: Profile, path: DeclaredPath) -> bool:
    """Whether this path covers the very port on which DNS is filtered: a plain allow there lifts the filter (S82)."""
    if not isinstance(path.destination, WorkloadEnd) or not isinstance(path.source, WorkloadEnd):
        return False
    dns = profile.cluster.dns
    workload = profile.workload(path.destination.workload)
    known = dict(workload.labels)
    same_pods = all(known.get(key, value) == value for key, value in dns.labels)
    return workload.namespace == dns.namespace and same_pods and share_a_port(path.ports, dns.ports)


# --- claims ---


def _claim_faults(profile: Profile) -> Iterator[Located]:
    for claim in profile.claims:
        if not claim.kind or claim.others:
            names = ", ".join(f"`{name}`" for name in (*LINES, *OVER_PODS, *FORMULAS))
            message = "several claims stand in one item" if claim.kind else "this item claims nothing"
            yield _located(_MISPLACED, message, f"write one of {names} in each item", claim.where)
            continue
        for fault in _undeclared(profile, claim.text, claim.ends):
            yield Located(fault, claim.where)
        yield from _request_faults(claim)
        yield from _quantifier_faults(profile, claim)


_MISPLACED = "profile-claim"


def _request_faults(claim: Claim) -> Iterator[Located]:
    if claim.requests is not None and claim.kind not in LINES:
        help_ = "requests stand beside " + ", ".join(f"`{name}`" for name in LINES)
        yield _located(_MISPLACED, f"`{claim.kind}` takes no list of requests", help_, claim.where)
    if claim.requests is None and claim.kind == "requests-only":
        help_ = "add `http`, `dns` or `sni` with the requests that may pass"
        yield _located(_MISPLACED, "this item lists no requests", help_, claim.where)
    if claim.kind in ("always", "requests-only") and not claim.ports:
        help_ = "write the ports at the end of the line, as in `web -> api:8080`"
        yield _located(_MISPLACED, f"`{claim.kind}` needs ports", help_, claim.where)
    http = claim.requests is not None and claim.requests.http
    if http and claim.ports and all(span.protocol != TCP for span in claim.ports):
        yield _located(_IN_VAIN, "HTTP requests travel over TCP", "name a TCP port, or none", claim.where)


def _quantifier_faults(profile: Profile, claim: Claim) -> Iterator[Located]:
    if claim.each is None:
        yield from _unquantified(claim.ends, claim.where)
        return
    used = _of(claim.ends)
    if claim.each.tenants and profile.tenants is None:
        help_ = "say what tells tenants apart under `tenants`"
        yield _located(_MISPLACED, "this profile has no tenants", help_, claim.where)
    wanted = {Of.EACH, Of.OTHER} if claim.each.two else {Of.EACH}
    if used != wanted:
        names = " and ".join(f"`{name}/*`" for name in sorted(wanted))
        message = f"`{claim.each.text}` is not what this claim names"
        yield _located(_MISPLACED, message, f"name {names} in it, and no other", claim.where)


def _unquantified(ends: tuple[ClaimEnd, ...], where: Path) -> Iterator[Located]:
    if used := _of(ends):
        help_ = "say over what it runs: `for: every tenant` or `for: every namespace`"
        yield _located(_MISPLACED, f"`{min(used, key=str)}` stands for nothing here", help_, where)


def _of(ends: tuple[ClaimEnd, ...]) -> set[Of]:
    return {end.of for end in ends if isinstance(end, PodsEnd) and end.of is not None}


def _causes_faults(profile: Profile) -> Iterator[Located]:
    for claim in profile.causes:
        yield from _unquantified((*claim.sources, *claim.databases), claim.where)
        undeclared = list(_undeclared(profile, claim.text, (*claim.sources, *claim.databases)))
        yield from (Located(fault, claim.where) for fault in undeclared)
        declared = [workload.name for workload in profile.workloads]
        for trigger in claim.triggers:
            if trigger.workload not in declared:
                message = f"no workload is named `{trigger.workload}`"
                help_ = nearest(trigger.workload, declared) or "declare it under `workloads`"
                fault = Fault("profile-undeclared", message, help_)
                yield Located(fault, trigger.where, on_key=True)
        for end in claim.databases:
            if (
                not any(path.postgres and path.destination == end for path in profile.paths)
                and not undeclared
            ):
                help_ = "give a path to it the `postgres` role and statements that its source has there"
                message = "no path to this end says which statements a role may run"
                yield _located(_MISPLACED, message, help_, claim.where)
