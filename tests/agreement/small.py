"""Small worlds for brute force: policies by label, namespace label and account, and a profile that claims something.

Whatever a policy or a claim of such a world could tell apart is written out here, without the engine's help: every pod
that could be created, every connection and every request. That is what makes it an oracle.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import msgspec

from propolis.claims.outside import with_outside
from propolis.manifest.policies import policy
from propolis.manifest.schema import checked
from propolis.model.flow import DnsQuery, HttpRequest, Opaque, Request, TlsHello
from propolis.model.labels import K8S, NAMESPACE_LABELS, Operator, Requirement, equals
from propolis.model.policy import Kind, Policy
from propolis.model.profile import (
    Assumptions,
    Carrying,
    CausesClaim,
    Claim,
    ClaimEnd,
    Cluster,
    Combined,
    Complement,
    DeclaredPath,
    DeclaredWorkload,
    Dns,
    Each,
    Ends,
    EntityEnd,
    Exempt,
    FlowTerm,
    Grant,
    Internet,
    Known,
    NameEnd,
    Of,
    OnPorts,
    PodsEnd,
    PortSpan,
    Postgres,
    Profile,
    Relation,
    RequestNeed,
    Requests,
    SqlLine,
    TenantKey,
    Tenants,
    Trigger,
    WorkloadEnd,
)
from propolis.model.settings import DEEP_STARS, SUPPORTED, Enforcement, Settings, Version
from propolis.model.world import Endpoint, Namespace, Role, Workload, World
from propolis.semantics.endpoints import pod_labels

NAME = "kubernetes.io/metadata.name"
TEAM = f"k8s:{NAMESPACE_LABELS}team"
ACCOUNT = "k8s:io.cilium.k8s.policy.serviceaccount"
HOME = "k8s:io.kubernetes.pod.namespace"
NAMED = {"app": "a", "tier": "front", "team": "t", "account": "robot"}
"""The one value of each key that policies and claims name."""
UNNAMED = ("odd", "odder")
NEW = ("new", "newer", "newest")
"""Namespaces that do not exist; policies name the first. Where others are told apart, there are two of them."""
OUTSIDE = "api.example"

CONNECTIONS = (
    *(("TCP", 53), ("UDP", 53), ("SCTP", 53)),
    *(("TCP", 80), ("TCP", 81), ("TCP", 82)),
    *(("ICMP", 8), ("ICMP", 3)),
)
"""One for each way in which the ports of policies and claims tell connections apart."""
GET, POST = "GET", "POST"
REQUESTS: tuple[Request, ...] = (
    HttpRequest(GET, "/x"),
    HttpRequest(GET, "/y"),
    HttpRequest(GET, "/z"),
    HttpRequest(POST, "/x"),
    DnsQuery("a.cluster.local"),
    DnsQuery("a.b.cluster.local"),
    DnsQuery(OUTSIDE),
    DnsQuery("other.example"),
    TlsHello(OUTSIDE),
    Opaque(),
)
"""The same for requests."""


class Pod(msgspec.Struct, frozen=True):
    """What a pod of a small world carries, with its namespace's label; None: not there."""

    namespace: str
    team: str | None
    app: str | None
    tier: str | None
    account: str
    exists: bool

    def endpoint(self, settings: Settings) -> Endpoint:
        own = {"app": self.app, "tier": self.tier}
        labels = tuple((key, value) for key, value in own.items() if value is not None)
        home = namespace(self.namespace, self.team)
        identity = pod_labels(labels, self.account, home, settings)
        return Endpoint(str(self), Role.POD, identity, self.namespace, existing=self.exists)


def namespace(name: str, team: str | None) -> Namespace:
    return Namespace(name, ((NAME, name), *((("team", team),) if team else ())))


EXISTING = (
    Pod("one", "t", "a", None, "default", True),
    Pod("two", None, "a", "front", "default", True),
)
WORLD = World(
    namespaces=(namespace("one", "t"), namespace("two", None)),
    workloads=(
        Workload("Pod", "x", "one", (("app", "a"),)),
        Workload("Pod", "y", "two", (("app", "a"), ("tier", "front"))),
    ),
)
WORKLOADS = (
    DeclaredWorkload("first", "one", (("app", "a"),), ()),
    DeclaredWorkload("second", "two", (("app", "a"),), ()),
    DeclaredWorkload("third", "new", (("app", "a"),), ()),
)
"""The third has no pod, and no namespace: where namespaces are fixed there can be none."""


def together(one: Pod, other: Pod) -> bool:
    """Whether both can exist at once: one namespace has one set of labels."""
    return one.namespace != other.namespace or one.team == other.team


class Small:
    """One small world of chance: its settings, its policies, and a profile that claims something about them.

    *keys*: the labels that policies and claims name. *plain*: without tenants and quantifiers, which would have
    every namespace told apart.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.plain = self._chance(0.4)
        self.keys = ("app", *self._one(((), (), ("tier",), ("team",), ("team",), ("account",))))
        self.by_presence: set[str] = set()
        self.tenants = None if self.plain else self._tenants()
        self.settings = Settings(
            version=self._one((*SUPPORTED, Version(1, 19))),
            enforcement=self._one((*[Enforcement.DEFAULT] * 18, Enforcement.ALWAYS, Enforcement.NEVER)),
            host_firewall=self._chance(0.1),
        )
        self.profile = self._profile()
        self.world = with_outside(WORLD, self.profile)
        self.policies = tuple(self._policies())

    def _one(self, values: Sequence[Any]) -> Any:
        return self.random.choice(values)

    def _chance(self, part: float) -> bool:
        return self.random.random() < part

    # --- every pod that could be told apart ---

    def _values(self, key: str) -> tuple[str | None, ...]:
        """Those of a key that some policy or claim could tell apart: two that nobody names are two tenants."""
        if key not in self.keys:
            return (None,)
        is_tenant = self.tenants is not None and self.tenants.label == key
        unnamed = UNNAMED if is_tenant else UNNAMED[: key in self.by_presence]
        return (None, NAMED[key], *unnamed)

    def pods(self) -> tuple[Pod, ...]:
        """Every pod that could exist, as far as this world tells pods apart; those that do come first."""
        teams = self._values("team")
        new = NEW if len(teams) > 1 or not self.plain else NEW[:2]
        homes = [("one", "t"), ("two", None), *product(new, teams)]
        accounts = [value or "default" for value in self._values("account")]
        made = product(homes, self._values("app"), self._values("tier"), accounts)
        found = (Pod(*home, app, tier, account, False) for home, app, tier, account in made)
        taken = {msgspec.structs.replace(pod, exists=False) for pod in EXISTING}
        return (*EXISTING, *(pod for pod in found if pod not in taken and self._is_possible(pod)))

    def _is_possible(self, pod: Pod) -> bool:
        """Whether *pod* can be created within what the profile assumes."""
        assumed = self.profile.assumptions
        is_new = pod.namespace in NEW
        if assumed.namespaces_fixed and is_new:
            return False
        if assumed.accounts_fixed and pod.account != "default":
            return False
        if not assumed.platform_labels:
            return True
        if is_new:
            return pod.team != NAMED["team"] and pod.tier != NAMED["tier"]
        held = {existing.tier for existing in EXISTING if existing.namespace == pod.namespace}
        return "tier" not in self.keys or pod.tier in held

    # --- policies ---

    def _selector(self, peer: bool) -> dict[str, Any]:
        labels: dict[str, str] = {}
        if self._chance(0.6):
            labels["app"] = "a"
        if "tier" in self.keys and self._chance(0.3):
            labels["tier"] = "front"
        if peer and self._chance(0.4):
            labels[HOME] = self._one(("one", "two", "new"))
        elif peer and "team" in self.keys and self._chance(0.6):
            labels[TEAM] = "t"
        if "account" in self.keys and self._chance(0.3):
            labels[ACCOUNT] = "robot"
        expressions = []
        if self._chance(0.25):
            key = self._one([key for key in self.keys if key != "account"])
            # of one key only: with several the pods are too many
            by_presence = ("Exists", "DoesNotExist") if key == self.keys[-1] else ()
            operator = self._one(("In", "NotIn", *by_presence))
            named = {"values": [NAMED[key]]} if "In" in operator else {}
            if not named:
                self.by_presence.add(key)
            expressions.append({"key": TEAM if key == "team" else key, "operator": operator, **named})
        return {"matchLabels": labels, **({"matchExpressions": expressions} if expressions else {})}

    def _item(self, way: str, deny: bool) -> dict[str, Any]:
        item: dict[str, Any] = {}
        if self._chance(0.75):
            item[f"{way}Endpoints"] = [self._selector(True)]
        elif way == "to" and not deny and self._chance(0.5):
            item["toFQDNs"] = [{"matchName": OUTSIDE}]
        elif self._chance(0.25):
            item[f"{way}Groups"] = [{"aws": {"securityGroupsNames": ["x"]}}]
        else:
            item[f"{way}Entities"] = [self._one(("world", "cluster", "all", "host"))]
        if self._chance(0.6):
            port, protocol = self._one(
                (("80", "TCP"), ("80", "TCP"), ("81", "TCP"), ("53", "UDP"), ("53", "ANY"))
            )
            part: dict[str, Any] = {"ports": [{"port": port, "protocol": protocol}]}
            if port == "80" and self._chance(0.1):
                part["ports"][0]["endPort"] = 81
            if not deny and self._chance(0.4):
                if port != "53":
                    part["rules"] = {"http": [{"method": "GET", "path": self._one(("/x", "/[xy]"))}]}
                elif way == "to":
                    part["rules"] = {"dns": [{"matchPattern": self._one(("*.cluster.local", "*"))}]}
            item["toPorts"] = [part]
        elif self._chance(0.15):
            item["icmps"] = [{"fields": [{"family": "IPv4", "type": 8}]}]
        return item

    def _policies(self) -> Iterator[Policy]:
        specs: list[tuple[str, dict[str, Any]]] = []
        if self._chance(0.5):
            specs.append(("", {"endpointSelector": {}, "ingress": [{}], "egress": [{}]}))
        if self._chance(0.5):
            specs += [opened for path in self.profile.paths if self._chance(0.8) for opened in opening(path)]
        if self._chance(0.4):
            specs.append(("", DNS_FOR_ALL))
        if self._chance(0.8) or not specs:
            specs += [self._spec() for _ in range(self.random.randint(1, 3))]
        for number, (home, spec) in enumerate(specs):
            yield self._policy(number, home, spec)

    def _spec(self) -> tuple[str, dict[str, Any]]:
        home = "" if self._chance(0.4) else self._one(("one", "two", "new"))
        spec: dict[str, Any] = {"endpointSelector": self._selector(not home)}
        for section, way in (("ingress", "from"), ("egress", "to")):
            for field, deny, part in ((section, False, 0.6), (f"{section}Deny", True, 0.2)):
                if self._chance(part):
                    spec[field] = [self._item(way, deny) for _ in range(self.random.randint(1, 2))]
        if not spec.keys() - {"endpointSelector"}:
            spec["ingress"] = [{}]
        if self._chance(0.1):
            spec["enableDefaultDeny"] = {"ingress": self._chance(0.5), "egress": self._chance(0.5)}
        return home, spec

    def _policy(self, number: int, home: str, spec: dict[str, Any]) -> Policy:
        kind = Kind.CNP if home else Kind.CCNP
        metadata = {"name": f"p{number}", **({"namespace": home} if home else {})}
        value = {"apiVersion": "cilium.io/v2", "kind": kind.value, "metadata": metadata, "spec": spec}
        read = checked(value, kind.value, self.settings.version)
        found = policy(read.value, kind, home)
        return msgspec.structs.replace(found, document=number)

    # --- the profile ---

    def _tenants(self) -> Tenants:
        by = {"team": TenantKey.NAMESPACE_LABEL, "tier": TenantKey.POD_LABEL}
        label = next((key for key in self.keys if key in by), "")
        return Tenants(by.get(label, TenantKey.NAMESPACE), label, ())

    def _profile(self) -> Profile:
        deep = self.settings.version >= DEEP_STARS
        resolver = WORKLOADS[1]
        dns = Dns(
            namespace=resolver.namespace,
            labels=resolver.labels,
            ports=(PortSpan(53, 53, "UDP"),),
            domain="cluster.local",
            patterns=("**.cluster.local",) if deep else ("*.cluster.local",),
            upstream=(EntityEnd("world"),) if self._chance(0.3) else (),
            where=(),
        )
        exempt = (Exempt(self._one(("one", "two")), "", ()),) if self._chance(0.25) else ()
        outside = NameEnd(OUTSIDE, (OUTSIDE,))
        internet = (Internet(outside, EIGHTY, ()),) if self._chance(0.2) else ()
        cluster = Cluster(
            version=self.settings.version,
            dns=dns,
            exempt=exempt,
            internet=internet,
            apiserver=(PortSpan(82, 82, "TCP"),) if self._chance(0.3) else (),
            where=(),
        )
        paths = tuple(self._path(number) for number in range(self.random.randint(1, 2)))
        return Profile(
            name="small",
            cluster=cluster,
            tenants=self.tenants,
            workloads=WORKLOADS,
            paths=paths,
            claims=tuple(self._claim(kind) for kind in WRITTEN),
            causes=(self._causes(paths[0].destination),),
            assumptions=self._one((Assumptions(), Assumptions(), *ASSUMED)),
        )

    def _path(self, number: int) -> DeclaredPath:
        """The first path leads to a database, from whom it is a role there."""
        ends = [WorkloadEnd("first"), WorkloadEnd("second")]
        self.random.shuffle(ends)
        if not number:
            grants = ("SELECT id FROM orders", "INSERT INTO orders (id) VALUES ($1)")
            line = SqlLine(self._one(grants), ())
            role = Postgres(role="r", database="d", allow=(line,), where=())
            return DeclaredPath(
                text="0", source=ends[0], destination=ends[1], ports=EIGHTY, postgres=role, where=()
            )
        http = LISTED.http if self._chance(0.4) else None
        source = self._one((ends[0], ends[0], EntityEnd("world")))
        target = self._one((ends[1], ends[1], NameEnd(OUTSIDE, (OUTSIDE,))))
        ports = self._one((EIGHTY, EIGHTY_ONE))
        return DeclaredPath(text="1", source=source, destination=target, ports=ports, http=http, where=())

    def _causes(self, database: ClaimEnd) -> CausesClaim:
        triggers = (Trigger("first", LISTED.http, ()),) if self._chance(0.3) else ()
        return CausesClaim(
            text="it",
            sources=(self._end(True),),
            databases=(database,),
            ports=(),
            statements=(Grant("SELECT", (), ("orders",), ()),),
            triggers=triggers,
            where=(),
        )

    def _end(self, outside: bool = False, of: Of | None = None) -> ClaimEnd:
        if outside and self._chance(0.2):
            return self._one((EntityEnd("world"), EntityEnd("host"), NameEnd(OUTSIDE, (OUTSIDE,))))
        if of is None and self._chance(0.15):
            return WorkloadEnd(self._one(WORKLOADS).name)
        labels: list[Requirement] = []
        if self._chance(0.5):
            labels.append(
                self._one((equals(K8S, "app", "a"), Requirement(K8S, "app", Operator.NOT_IN, ("a",))))
            )
        if "tier" in self.keys and self._chance(0.3):
            labels.append(Requirement(K8S, "tier", self._one((Operator.EXISTS, Operator.DOES_NOT_EXIST))))
            self.by_presence.add("tier")
        home = (equals(K8S, f"{NAMESPACE_LABELS}team", "t"),) if self._has_team(0.4) else ()
        named = None if of or home or self._chance(0.6) else self._one(("one", "two", "new"))
        return PodsEnd(named, tuple(labels), home, of)

    def _has_team(self, part: float) -> bool:
        return "team" in self.keys and self._chance(part)

    def _claim(self, kind: str) -> Claim:
        if kind in FORMULAS:
            formula = self._formula(kind)
            return Claim(kind=kind, text="", formula=formula, where=())
        if kind == "no-overruled-allow":
            return Claim(kind=kind, text="", sources=(self._end(),), where=())
        ports = self._one(((), EIGHTY))
        each = None
        if not self.plain and self._chance(0.4):
            two = self._chance(0.6) and kind not in ("covered", "leaves-only-by")
            tenants = self._chance(0.5)
            labels = (
                (equals(K8S, f"{NAMESPACE_LABELS}team", "t"),) if not tenants and self._has_team(0.3) else ()
            )
            each = Each("every one", tenants, two, labels)
        first = self._end(kind not in ("covered", "leaves-only-by"), Of.EACH if each else None)
        if each and not isinstance(first, PodsEnd):
            first = PodsEnd(None, of=Of.EACH)
        second = self._end(kind in ("never", "always"), Of.OTHER if each and each.two else None)
        if each and each.two and not isinstance(second, PodsEnd):
            second = PodsEnd(None, of=Of.OTHER)
        if kind == "leaves-only-by":
            second = self._one((EntityEnd("world"), NameEnd(OUTSIDE, (OUTSIDE,))))
        asked = LISTED if kind == "requests-only" else self._one((None, None, None, LISTED, ASKED))
        return Claim(
            kind=kind,
            text="",
            sources=(first,),
            destinations=() if kind == "covered" else (second,),
            ports=ports or (EIGHTY if kind in ("always", "requests-only") else ()),
            requests=None if kind == "covered" else asked,
            each=each,
            where=(),
        )

    def _formula(self, kind: str) -> FlowTerm | Relation:
        """Often one that the engine cannot help keeping, so that both answers are common."""
        term = self._term(2)
        if kind == "holds":
            plain = Combined(
                "&", Known("allowed"), Combined("&", Ends("from", (self._end(True),)), self._term(0))
            )
            return Relation("<=", plain, OnPorts(EIGHTY)) if self._chance(0.7) else Relation("==", term, term)
        both = Combined("&", Known("egress"), Known("ingress"))
        if kind == "equivalent":
            return self._one((both, Combined("-", Known("allowed"), term), term))
        return self._one(
            (Known("egress"), Combined("|", both, term), Combined("|", Known("declared"), term), term)
        )

    def _term(self, depth: int) -> FlowTerm:
        if depth and self._chance(0.6):
            if self._chance(0.2):
                return Complement(self._term(depth - 1))
            return Combined(self._one(("|", "&", "-")), self._term(depth - 1), self._term(depth - 1))
        known = ("allowed", "egress", "ingress", "declared", "required", "everything", "nothing")
        return self._one(
            (
                Known(self._one(known)),
                Ends(self._one(("from", "to")), (self._end(True),)),
                OnPorts(self._one((EIGHTY, EIGHTY_ONE))),
                Carrying(self._one((LISTED, ASKED))),
            )
        )


EIGHTY = (PortSpan(80, 80, "TCP"),)
EIGHTY_ONE = (PortSpan(81, 81, "TCP"),)
LISTED = Requests(http=(RequestNeed("GET /x", ("GET",), "/x", (), ()),))
ASKED = Requests(dns=(OUTSIDE,))
ASSUMED = (
    Assumptions(namespaces_fixed=True),
    Assumptions(accounts_fixed=True),
    Assumptions(platform_labels=("team", "tier")),
)
FORMULAS = ("holds", "no-wider-than", "equivalent")
WRITTEN = (
    "never",
    "always",
    "only-from",
    "leaves-only-by",
    "requests-only",
    "covered",
    "no-overruled-allow",
    *FORMULAS,
)
"""The kinds of claims that a profile writes; the others are promised of every profile."""
DNS_FOR_ALL = {
    "endpointSelector": {},
    "ingress": [{"fromEntities": ["all"], "toPorts": [{"ports": [{"port": "53", "protocol": "UDP"}]}]}],
    "egress": [
        {
            "toEndpoints": [{"matchLabels": {HOME: "two", "app": "a"}}],
            "toPorts": [
                {
                    "ports": [{"port": "53", "protocol": "UDP"}],
                    "rules": {
                        "dns": [{"matchPattern": "*.cluster.local"}, {"matchPattern": "**.cluster.local"}]
                    },
                }
            ],
        }
    ],
}


def opening(path: DeclaredPath) -> Iterator[tuple[str, dict[str, Any]]]:
    """Policies that open *path*, one at each end that is a pod's."""
    port = {"ports": [{"port": str(path.ports[0].first), "protocol": "TCP"}]}
    asked = {"rules": {"http": [{"method": "GET", "path": "/x"}]}} if path.http else {}
    for own, other, section, way in (
        (path.source, path.destination, "egress", "to"),
        (path.destination, path.source, "ingress", "from"),
    ):
        if isinstance(own, WorkloadEnd):
            to_ports = [{**port, **(asked if way == "from" else {})}]
            item = {**_peer(other, way), "toPorts": to_ports}
            yield _home(own), {"endpointSelector": {"matchLabels": {"app": "a"}}, section: [item]}


def _home(end: WorkloadEnd) -> str:
    return next(workload.namespace for workload in WORKLOADS if workload.name == end.workload)


def _peer(end: ClaimEnd, way: str) -> dict[str, Any]:
    match end:
        case WorkloadEnd():
            return {f"{way}Endpoints": [{"matchLabels": {HOME: _home(end), "app": "a"}}]}
        case NameEnd(name):
            return {f"{way}FQDNs": [{"matchName": name}]}
        case _:
            return {f"{way}Entities": ["world"]}
