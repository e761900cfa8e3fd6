"""A profile: what a cluster and its applications need, read and checked, before it becomes policies.

Every record carries *where*: its path in the profile's document, so that errors, claims and rendered
comments can point at the line that asked for it. Regular expressions are RE2 and match in full.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from propolis.model.grpc import Method, Streams
from propolis.model.labels import Requirement
from propolis.model.settings import Version
from propolis.model.span import Path
from propolis.model.world import StringMap


class PortSpan(msgspec.Struct, frozen=True, order=True):
    """*first* to *last* (1–65535, both inclusive) of *protocol*: TCP, UDP or SCTP."""

    first: int
    last: int
    protocol: str


# --- the two ends of a path ---


class WorkloadEnd(msgspec.Struct, frozen=True, tag="workload"):
    """The pods of a declared workload, by its name in the profile."""

    workload: str


class EntityEnd(msgspec.Struct, frozen=True, tag="entity"):
    """One of `ENTITIES`: a peer that is no pod and that Cilium knows by name."""

    entity: str


class CidrEnd(msgspec.Struct, frozen=True, tag="cidr"):
    """Addresses outside the cluster, e.g. `192.0.2.0/24`; never a pod or a node. Host bits are zero."""

    prefix: str


class NameEnd(msgspec.Struct, frozen=True, tag="name"):
    """A DNS name outside the cluster, lower case: exact, `*.` one label, `**.` one or more labels (≥1.19).

    *asked*: the names and patterns that a pod has to ask its resolver for, to reach it.
    """

    pattern: str
    asked: tuple[str, ...]


class Of(StrEnum):
    """Whose pods an end of a quantified claim stands for."""

    EACH = "$each"
    OTHER = "$other"


class PodsEnd(msgspec.Struct, frozen=True, tag="pods"):
    """The pods that meet *labels*, of *namespace* or of every namespace when None. Only in claims.

    *home*: requirements on the labels of the namespace. *of*: the pods of what the claim is quantified over.
    """

    namespace: str | None
    labels: tuple[Requirement, ...] = ()
    home: tuple[Requirement, ...] = ()
    of: Of | None = None


ENTITIES = ("world", "host", "remote-node", "ingress", "kube-apiserver")

Source = WorkloadEnd | EntityEnd | CidrEnd
Destination = WorkloadEnd | EntityEnd | CidrEnd | NameEnd
ClaimEnd = WorkloadEnd | EntityEnd | CidrEnd | NameEnd | PodsEnd


# --- requests ---


class HeaderNeed(msgspec.Struct, frozen=True):
    """A header that must be present, or equal *value*; *name* as written."""

    name: str
    value: str | None = None


class RequestNeed(msgspec.Struct, frozen=True):
    """One HTTP or gRPC line: method AND path AND every header.

    *text* is the author's line. *methods* () is any method. *path* matches the request's path with its
    query string. *call*: what a gRPC line names, `shop.Inventory/Get` or `shop.Inventory/*`, "" on an HTTP line;
    *streams*: which side of the call sends a stream, as far as a file that defines it was read.
    """

    text: str
    methods: tuple[str, ...]
    path: str
    headers: tuple[HeaderNeed, ...]
    where: Path
    call: str = ""
    streams: Streams = Streams.NONE

    @property
    def marked(self) -> str:
        """The author's line, and which side streams: `shop.Inventory/Watch (server streams)`."""
        who = {
            Streams.CLIENT: "client streams",
            Streams.SERVER: "server streams",
            Streams.BOTH: "both stream",
        }
        return f"{self.text} ({who[self.streams]})" if self.streams else self.text


class Definitions(msgspec.Struct, frozen=True, kw_only=True):
    """The files that define the gRPC services of a path, and what the profile says of them.

    *excepted*: methods (or `service/*`) that stay closed on purpose. *methods*: those that the files define; None
    until they are read.
    """

    files: tuple[str, ...]
    excepted: tuple[str, ...] = ()
    methods: tuple[Method, ...] | None = None
    where: Path


class Grant(msgspec.Struct, frozen=True):
    """What a claim forbids in a database: *privilege* on *tables*, limited to *columns* if there are any."""

    privilege: str
    columns: tuple[str, ...]
    tables: tuple[str, ...]
    where: Path

    @property
    def text(self) -> str:
        """The line as the language has it: `UPDATE (status) ON orders`."""
        columns = f" ({', '.join(self.columns)})" if self.columns else ""
        return f"{self.privilege}{columns} ON {', '.join(self.tables)}"


class Login(StrEnum):
    """How a database role shows that it is itself: by a password that is never sent, or by a client certificate."""

    SCRAM = "scram"
    SCRAM_WITHOUT_TLS = "scram-without-tls"
    CERTIFICATE = "certificate"


class SqlLine(msgspec.Struct, frozen=True):
    """A line of `allow` as written: a statement, or what is granted (`SELECT (id) ON orders`)."""

    text: str
    where: Path


class RowLimit(msgspec.Struct, frozen=True):
    """*condition* holds for every row of *table* (a name as in SQL) that the role reads or writes."""

    table: str
    condition: str
    where: Path


class Postgres(msgspec.Struct, frozen=True, kw_only=True):
    """What *role* may do in *database*. No network policy holds it: the database does (room `sql`).

    *schema*: where names without a schema are. *networks*: where connections come from; () when nothing says it.
    *connections* None leaves their number open.
    """

    role: str
    database: str
    schema: str = "public"
    networks: tuple[str, ...] = ()
    login: Login = Login.SCRAM
    connections: int | None = None
    allow: tuple[SqlLine, ...]
    rows: tuple[RowLimit, ...] = ()
    where: Path


class ParsedNeed(msgspec.Struct, frozen=True):
    """One line for a parser that older Cilium has, and the *rules* that say it, each a few fields with their text."""

    text: str
    rules: tuple[StringMap, ...]
    where: Path


class Parsed(msgspec.Struct, frozen=True):
    """The requests that *parser* (`kafka` or `cassandra`) is to let pass; Cilium 1.20 and later has no such parser."""

    parser: str
    needs: tuple[ParsedNeed, ...]
    where: Path


class DeclaredPath(msgspec.Struct, frozen=True, kw_only=True):
    """One source, one destination: a line with several names reads as several of these.

    *text* is the author's line. *http* None lets every request pass (never `()`); gRPC lines are in it too.
    *definitions*: files to hold the gRPC lines against.
    *parsed* None lets every request pass that is no HTTP.
    *dns* None lets every query pass, else the names and patterns that may be asked for.
    """

    text: str
    source: Source
    destination: Destination
    ports: tuple[PortSpan, ...]
    http: tuple[RequestNeed, ...] | None = None
    definitions: Definitions | None = None
    dns: tuple[str, ...] | None = None
    parsed: Parsed | None = None
    postgres: Postgres | None = None
    where: Path


# --- the cluster ---


class Dns(msgspec.Struct, frozen=True, kw_only=True):
    """The pods that resolve names for everybody.

    *ports* are the pods' own (after service translation). *patterns*: the cluster's own names, in the
    form that this Cilium version reads, which every covered pod may ask for (search-list expansions
    included). *upstream*: where those pods send what they do not know.
    """

    namespace: str
    labels: StringMap
    ports: tuple[PortSpan, ...]
    domain: str
    patterns: tuple[str, ...]
    upstream: tuple[CidrEnd | EntityEnd, ...]
    where: Path


class Exempt(msgspec.Struct, frozen=True):
    """A namespace whose pods no rendered policy selects, and why."""

    namespace: str
    reason: str
    where: Path


class Internet(msgspec.Struct, frozen=True):
    """A name outside that every covered pod may reach."""

    name: NameEnd
    ports: tuple[PortSpan, ...]
    where: Path


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """*apiserver*: the API server's own ports (6443, not its Service's 443); () when not said.

    *pods*: the networks that pods have addresses of; () when not said.
    """

    version: Version
    dns: Dns
    exempt: tuple[Exempt, ...] = ()
    internet: tuple[Internet, ...] = ()
    apiserver: tuple[PortSpan, ...] = ()
    pods: tuple[str, ...] = ()
    where: Path


class TenantKey(StrEnum):
    """What tells one tenant from another."""

    NAMESPACE = "namespace"
    NAMESPACE_LABEL = "namespace-label"
    POD_LABEL = "pod-label"


class Tenants(msgspec.Struct, frozen=True):
    """*label* is the label's key; "" when tenants are namespaces."""

    by: TenantKey
    label: str
    where: Path


class DeclaredWorkload(msgspec.Struct, frozen=True):
    """Pods of *namespace* that carry all of *labels* (never empty)."""

    name: str
    namespace: str
    labels: StringMap
    where: Path


class Requests(msgspec.Struct, frozen=True):
    """The requests that a claim is about: those that match one of the lines, names or patterns of names."""

    http: tuple[RequestNeed, ...] = ()
    dns: tuple[str, ...] = ()
    sni: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        names = (*(f"DNS {name}" for name in self.dns), *(f"SNI {name}" for name in self.sni))
        return (*(f"gRPC {need.marked}" if need.call else need.text for need in self.http), *names)


class Each(msgspec.Struct, frozen=True):
    """What a claim is quantified over: every tenant or namespace (whose labels meet *labels*), or every two of them."""

    text: str
    tenants: bool
    two: bool
    labels: tuple[Requirement, ...] = ()


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A promise beyond the built-in ones; *kind* is its key, and `claims.kinds` knows what it means.

    *ports* () is every port of every protocol, and ICMP. *requests* None is the connection itself. *formula* is there
    for the kinds that are written as one, which have no ends. *others*: further keys of kinds in the same item.
    """

    kind: str
    text: str
    sources: tuple[ClaimEnd, ...] = ()
    destinations: tuple[ClaimEnd, ...] = ()
    ports: tuple[PortSpan, ...] = ()
    requests: Requests | None = None
    each: Each | None = None
    formula: Formula | None = None
    others: tuple[str, ...] = ()
    where: Path

    @property
    def ends(self) -> tuple[ClaimEnd, ...]:
        """Every end that the claim names, those in its formula included."""
        return (*self.sources, *self.destinations, *(ends_in(self.formula) if self.formula else ()))


# --- formulas over sets of flows ---


class Known(msgspec.Struct, frozen=True, tag="known"):
    """A set that has a name, one of `KNOWN_SETS`."""

    name: str


KNOWN_SETS = ("allowed", "egress", "ingress", "declared", "required", "everything", "nothing")


class Ends(msgspec.Struct, frozen=True, tag="ends"):
    """The flows from *ends*, or to them."""

    side: str
    ends: tuple[ClaimEnd, ...]


class OnPorts(msgspec.Struct, frozen=True, tag="ports"):
    ports: tuple[PortSpan, ...]


class Carrying(msgspec.Struct, frozen=True, tag="carrying"):
    requests: Requests


class Complement(msgspec.Struct, frozen=True, tag="not"):
    of: FlowTerm


class Combined(msgspec.Struct, frozen=True, tag="combined"):
    """*operator* is `|`, `&` or `-`."""

    operator: str
    left: FlowTerm
    right: FlowTerm


FlowTerm = Known | Ends | OnPorts | Carrying | Complement | Combined


class Relation(msgspec.Struct, frozen=True, tag="relation"):
    """*operator* `<=`: every flow of the left is one of the right; `==`: and the other way round."""

    operator: str
    left: FlowTerm
    right: FlowTerm


Formula = FlowTerm | Relation


def ends_in(formula: Formula) -> tuple[ClaimEnd, ...]:
    """Every end that *formula* names."""
    match formula:
        case Ends(_, ends):
            return ends
        case Complement(of):
            return ends_in(of)
        case Combined(_, left, right) | Relation(_, left, right):
            return (*ends_in(left), *ends_in(right))
        case _:
            return ()


class Assumptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform sees to, so that claims need not fear it. Without any, claims hold for every pod.

    *namespaces_fixed*: nobody creates a namespace. *accounts_fixed*: a new pod runs under an account that pods of its
    namespace have, or under `default`. *platform_labels*: keys of pods and namespaces of which nobody chooses the
    value: a new pod carries what pods of its namespace carry, and what is in a new namespace carries no value that
    a policy, the profile or an object names.
    """

    namespaces_fixed: bool = False
    accounts_fixed: bool = False
    platform_labels: tuple[str, ...] = ()
    where: Path = ()


NO_ASSUMPTIONS = Assumptions()


class Trigger(msgspec.Struct, frozen=True):
    """What the author knows of an application: *workload* acts only when one of *requests* reaches it."""

    workload: str
    requests: tuple[RequestNeed, ...]
    where: Path


class CausesClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A promise across layers: by no chain of calls do *sources* make a role run one of *statements* in *databases*.

    *ports* () is every port of the databases.
    """

    text: str
    sources: tuple[ClaimEnd, ...]
    databases: tuple[ClaimEnd, ...]
    ports: tuple[PortSpan, ...]
    statements: tuple[Grant, ...]
    triggers: tuple[Trigger, ...] = ()
    where: Path

    @property
    def ends(self) -> tuple[ClaimEnd, ...]:
        return (*self.sources, *self.databases)


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What may happen. What is not listed is denied, in every namespace that is not exempt."""

    name: str
    cluster: Cluster
    tenants: Tenants | None = None
    workloads: tuple[DeclaredWorkload, ...] = ()
    paths: tuple[DeclaredPath, ...] = ()
    claims: tuple[Claim, ...] = ()
    causes: tuple[CausesClaim, ...] = ()
    assumptions: Assumptions = NO_ASSUMPTIONS

    def workload(self, name: str) -> DeclaredWorkload:
        """The workload declared as *name*; the reader has checked that there is one."""
        return next(workload for workload in self.workloads if workload.name == name)

    def exemption(self, namespace: str) -> Exempt | None:
        """Why *namespace* is left alone, or None when it is covered."""
        return next((exempt for exempt in self.cluster.exempt if exempt.namespace == namespace), None)
