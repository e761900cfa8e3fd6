"""Small worlds for brute force: policies by label, namespace label and account, and claims that ask about them.

Every pod that could be created in them, as far as a policy or a claim could tell it apart, is written out here, without
the engine's help: that is what makes it an oracle.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import msgspec

from propolis.manifest.policies import policy
from propolis.manifest.schema import checked
from propolis.model.labels import K8S, NAMESPACE_LABELS, Operator, Requirement, equals
from propolis.model.policy import Kind, Policy
from propolis.model.profile import (
    Assumptions,
    Claim,
    ClaimEnd,
    Cluster,
    Combined,
    Dns,
    Each,
    Ends,
    EntityEnd,
    Known,
    Of,
    OnPorts,
    PodsEnd,
    PortSpan,
    Profile,
    Relation,
    RequestNeed,
    Requests,
    TenantKey,
    Tenants,
)
from propolis.model.settings import Settings, Version
from propolis.model.world import Endpoint, Namespace, Role, Workload, World
from propolis.semantics.endpoints import pod_labels

VERSION = Version(1, 19)
SETTINGS = Settings(version=VERSION)
APPS = (None, "a", "b", "other")
TEAMS = (None, "t", "unheard")
NAME = "kubernetes.io/metadata.name"
TEAM = "k8s:io.cilium.k8s.namespace.labels.team"
ACCOUNT = "k8s:io.cilium.k8s.policy.serviceaccount"
HOME = "k8s:io.kubernetes.pod.namespace"


class Pod(msgspec.Struct, frozen=True):
    """What a pod of a small world carries, with its namespace's labels."""

    namespace: str
    team: str | None
    app: str | None
    tier: str | None
    account: str
    exists: bool

    def endpoint(self) -> Endpoint:
        own = {"app": self.app, "tier": self.tier}
        labels = tuple((key, value) for key, value in own.items() if value is not None)
        home = namespace(self.namespace, self.team)
        identity = pod_labels(labels, self.account, home, SETTINGS)
        return Endpoint(str(self), Role.POD, identity, self.namespace, existing=self.exists)


def namespace(name: str, team: str | None) -> Namespace:
    return Namespace(name, ((NAME, name), *((("team", team),) if team else ())))


WORLD = World(
    namespaces=(namespace("one", "t"), namespace("two", None)),
    workloads=(
        Workload("Pod", "x", "one", (("app", "a"),)),
        Workload("Pod", "y", "two", (("app", "b"), ("tier", "front"))),
    ),
)
EXISTING = (
    Pod("one", "t", "a", None, "default", True),
    Pod("two", None, "b", "front", "default", True),
)


def pods() -> tuple[Pod, ...]:
    """Every pod that could be told apart in a small world, the workloads among them."""
    homes = [("one", "t"), ("two", None), *product(("new", "newer"), TEAMS)]
    made = product(homes, APPS, (None, "front", "odd"), ("default", "robot", "nobody"))
    found = (Pod(*home, app, tier, account, False) for home, app, tier, account in made)
    return (*EXISTING, *(pod for pod in found if msgspec.structs.replace(pod, exists=True) not in EXISTING))


def together(one: Pod, other: Pod) -> bool:
    """Whether both can exist at once: one namespace has one set of labels."""
    return one.namespace != other.namespace or one.team == other.team


class Small:
    """One small world of chance: its policies, and a profile that claims something about them.

    *plain*: without tenants and quantifiers, which would have every namespace told apart.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.plain = self._chance(0.4)
        self.policies = tuple(self._policy(number) for number in range(self.random.randint(1, 4)))
        self.profile = self._profile()

    def _one(self, values: Sequence[Any]) -> Any:
        return self.random.choice(values)

    def _chance(self, part: float) -> bool:
        return self.random.random() < part

    # --- policies ---

    def _selector(self, peer: bool) -> dict[str, Any]:
        labels: dict[str, str] = {}
        if self._chance(0.6):
            labels["app"] = self._one(("a", "b"))
        if self._chance(0.2):
            labels["tier"] = "front"
        if peer and self._chance(0.5):
            labels[self._one((TEAM, HOME))] = "t"
        if labels.get(HOME):
            labels[HOME] = self._one(("one", "two", "new"))
        if self._chance(0.15):
            labels[ACCOUNT] = "robot"
        expressions = []
        if self._chance(0.25):
            key = self._one(("app", "tier", TEAM))
            operator = self._one(("In", "NotIn", "Exists", "DoesNotExist"))
            values = {"app": ["a"], "tier": ["front"], TEAM: ["t"]}[key]
            expressions.append(
                {"key": key, "operator": operator, **({"values": values} if "In" in operator else {})}
            )
        return {"matchLabels": labels, **({"matchExpressions": expressions} if expressions else {})}

    def _item(self, way: str, deny: bool) -> dict[str, Any]:
        item: dict[str, Any] = {}
        if self._chance(0.85):
            item[f"{way}Endpoints"] = [self._selector(True)]
        else:
            item[f"{way}Entities"] = [self._one(("world", "cluster", "all"))]
        if self._chance(0.6):
            part: dict[str, Any] = {"ports": [{"port": self._one(("80", "81")), "protocol": "TCP"}]}
            if not deny and self._chance(0.3):
                part["rules"] = {"http": [{"method": "GET", "path": self._one(("/x", "/[xy]"))}]}
            item["toPorts"] = [part]
        return item

    def _policy(self, number: int) -> Policy:
        cluster = self._chance(0.4)
        kind = Kind.CCNP if cluster else Kind.CNP
        spec: dict[str, Any] = {"endpointSelector": self._selector(cluster)}
        for section, way in (("ingress", "from"), ("egress", "to")):
            for field, deny, part in ((section, False, 0.6), (f"{section}Deny", True, 0.2)):
                if self._chance(part):
                    spec[field] = [self._item(way, deny) for _ in range(self.random.randint(1, 2))]
        if not spec.keys() - {"endpointSelector"}:
            spec["ingress"] = [{}]
        home = "" if cluster else self._one(("one", "two", "new"))
        metadata = {"name": f"p{number}", **({"namespace": home} if home else {})}
        value = {"apiVersion": "cilium.io/v2", "kind": kind.value, "metadata": metadata, "spec": spec}
        found = policy(checked(value, kind.value, VERSION).value, kind, home)
        return msgspec.structs.replace(found, document=number)

    # --- claims ---

    def _profile(self) -> Profile:
        dns = Dns(
            namespace="kube-system",
            labels=(("k8s-app", "kube-dns"),),
            ports=(PortSpan(53, 53, "UDP"),),
            domain="cluster.local",
            patterns=("**.cluster.local",),
            upstream=(),
            where=(),
        )
        by = self._one((TenantKey.NAMESPACE, TenantKey.NAMESPACE_LABEL, TenantKey.POD_LABEL))
        label = {TenantKey.NAMESPACE_LABEL: "team", TenantKey.POD_LABEL: "tier"}.get(by, "")
        tenants = None if self.plain else Tenants(by, label, ())
        return Profile(
            name="small",
            cluster=Cluster(version=VERSION, dns=dns, where=()),
            tenants=tenants,
            claims=tuple(self._claim(kind) for kind in KINDS),
            assumptions=self._one((Assumptions(), Assumptions(), *ASSUMED)),
        )

    def _end(self, outside: bool = False, of: Of | None = None) -> ClaimEnd:
        if outside and self._chance(0.2):
            return EntityEnd("world")
        labels: list[Requirement] = []
        if self._chance(0.5):
            labels.append(
                self._one((equals(K8S, "app", "a"), Requirement(K8S, "app", Operator.NOT_IN, ("a", "b"))))
            )
        if self._chance(0.2):
            labels.append(Requirement(K8S, "tier", self._one((Operator.EXISTS, Operator.DOES_NOT_EXIST))))
        home = (equals(K8S, f"{NAMESPACE_LABELS}team", "t"),) if self._chance(0.2) else ()
        named = None if of or home or self._chance(0.6) else self._one(("one", "two", "new"))
        return PodsEnd(named, tuple(labels), home, of)

    def _claim(self, kind: str) -> Claim:
        ports = self._one(((), (PortSpan(80, 80, "TCP"),)))
        if kind == "holds":
            ends = self._end(True), self._end()
            left = Combined(
                "&", Combined("&", Known("allowed"), Ends("from", ends[:1])), Ends("to", ends[1:])
            )
            return Claim(kind=kind, text="", formula=Relation("<=", left, OnPorts(_EIGHTY)), where=())
        each = None
        if not self.plain and self._chance(0.4):
            two = self._chance(0.6) and kind not in ("covered", "leaves-only-by")
            each = Each("every one", self._chance(0.5), two)
        first = self._end(kind not in ("covered", "leaves-only-by"), Of.EACH if each else None)
        if each and not isinstance(first, PodsEnd):
            first = PodsEnd(None, of=Of.EACH)
        second = self._end(of=Of.OTHER if each and each.two else None)
        if kind == "leaves-only-by":
            second = EntityEnd("world")
        destinations = () if kind == "covered" else (second,)
        return Claim(
            kind=kind,
            text="",
            sources=(first,),
            destinations=destinations,
            ports=ports or (_EIGHTY if kind in ("always", "requests-only") else ()),
            requests=LISTED if kind == "requests-only" else None,
            each=each,
            where=(),
        )


_EIGHTY = (PortSpan(80, 80, "TCP"),)
KINDS = ("never", "always", "only-from", "leaves-only-by", "requests-only", "covered", "holds")
LISTED = Requests(http=(RequestNeed("GET /x", ("GET",), "/x", (), ()),))
"""What `requests-only` lets pass."""
ASSUMED = (
    Assumptions(namespaces_fixed=True),
    Assumptions(accounts_fixed=True),
    Assumptions(platform_labels=("team", "tier")),
)


def possible(pod: Pod, assumed: Assumptions) -> bool:
    """Whether *pod* can be created within what is *assumed*."""
    is_new = pod.namespace in ("new", "newer")
    if assumed.namespaces_fixed and is_new:
        return False
    if assumed.accounts_fixed and pod.account != "default":
        return False
    if "team" in assumed.platform_labels:
        held = {existing.tier for existing in EXISTING if existing.namespace == pod.namespace}
        return (pod.team != "t" and pod.tier != "front") if is_new else pod.tier in held
    return True


def crowd(small: Small, most: int) -> Iterator[Pod]:
    """The workloads and some of the pods that could be created besides: *most* in all."""
    every = [pod for pod in pods() if not pod.exists and possible(pod, small.profile.assumptions)]
    yield from EXISTING
    yield from small.random.sample(every, most - len(EXISTING))
