"""The pods that could be created, as the policies and the claims of a profile tell them apart."""

from collections.abc import Iterable, Iterator, Set

import msgspec
import yaml

from propolis.algebra.classes import Finder
from propolis.model.labels import K8S, NAMESPACE, NAMESPACE_LABELS, Requirement, Selector, equals, exists
from propolis.model.profile import Assumptions, PodsEnd, Profile, TenantKey
from propolis.model.world import Endpoint, StringMap
from propolis.semantics.imagined import (
    DEFAULT_ACCOUNT,
    MOST_STRANGERS,
    Draft,
    of_port_names,
    selectors,
    strangers,
)
from propolis.semantics.ruleset import Ruleset

_ANOTHER = "another"


class Imagined(msgspec.Struct, frozen=True):
    """*pods* by the name of their endpoint. *whole*: whether every pod that could be created is like one of them."""

    pods: dict[str, Draft]
    endpoints: tuple[Endpoint, ...]
    whole: bool
    assumptions: Assumptions
    port_names: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """Which pods that could be created were looked at, in words."""
        kinds = f"{len(self.pods)} kind{'' if len(self.pods) == 1 else 's'}"
        taken = [*sentences(self.assumptions), *filter(None, [of_port_names(self.port_names)])]
        assumed = f"; assumed: {'; '.join(taken)}" if taken else ""
        if self.whole:
            told = f"every pod that could be created ({kinds} that no workload is of; any labels, account and namespace"
        else:
            told = f"pods that could be created (only the first {kinds}"
        return f"{told}{assumed})"

    @property
    def limit(self) -> str:
        """Why not every pod that could be created was looked at, or ""."""
        if self.whole:
            return ""
        return (
            f"more than {MOST_STRANGERS} kinds of new pods have to be told apart, and none of the first ones breaks it"
            " (the extra `propolis[sat]` may find fewer)"
        )


def imagine(profile: Profile, ruleset: Ruleset, find: Finder) -> Imagined:
    """A pod of every kind that *ruleset* and the claims of *profile* tell apart."""
    unheard = _unheard(profile, ruleset)
    told = tuple(dict.fromkeys(_told(profile, ruleset, unheard)))
    drafts = strangers((ruleset,), told, profile.assumptions, frozenset(unheard), find)
    found = tuple(draft.endpoint(ruleset) for draft in drafts.pods)
    pods = {endpoint.name: draft for endpoint, draft in zip(found, drafts.pods, strict=True)}
    return Imagined(pods, found, drafts.whole, profile.assumptions, drafts.port_names)


def _told(profile: Profile, ruleset: Ruleset, unheard: Iterable[str]) -> Iterator[Selector]:
    """A selector for everything that a claim asks about a pod, so that no kind of pods is on both sides of it."""
    dns = profile.cluster.dns
    for namespace, labels in (
        (dns.namespace, dns.labels),
        *((workload.namespace, workload.labels) for workload in profile.workloads),
    ):
        yield Selector((_in(namespace), *(equals(K8S, key, value) for key, value in labels)))
    yield from (Selector((_in(exempt.namespace),)) for exempt in profile.cluster.exempt)
    yield from (selected(end) for claim in profile.causes for end in claim.ends if isinstance(end, PodsEnd))
    for claim in profile.claims:
        yield from (selected(end) for end in claim.ends if isinstance(end, PodsEnd))
        if claim.each is not None:
            yield Selector(claim.each.labels)
            if not claim.each.tenants:
                names = (*(namespace.name for namespace in ruleset.world.namespaces), *unheard)
                yield from (Selector((_in(name),)) for name in names)
    yield from _tenants(profile, ruleset, unheard)


def selected(end: PodsEnd) -> Selector:
    """The pods that *end* stands for, whatever its claim is quantified over."""
    home = (_in(end.namespace),) if end.namespace is not None else ()
    return Selector((*home, *end.home, *end.labels))


def _in(namespace: str) -> Requirement:
    return equals(K8S, NAMESPACE, namespace)


def _tenants(profile: Profile, ruleset: Ruleset, unheard: Iterable[str]) -> Iterator[Selector]:
    """Every tenant apart from every other, two that nobody has heard of among them, and pods without any."""
    if profile.tenants is None:
        return
    key = _tenant_key(profile)
    yield Selector((exists(K8S, key),))
    yield from (Selector((equals(K8S, key, value),)) for value in (*_known(profile, ruleset), *unheard))


def _tenant_key(profile: Profile) -> str:
    assert profile.tenants is not None
    match profile.tenants.by:
        case TenantKey.NAMESPACE:
            return NAMESPACE
        case TenantKey.NAMESPACE_LABEL:
            return NAMESPACE_LABELS + profile.tenants.label
        case TenantKey.POD_LABEL:
            return profile.tenants.label


def _known(profile: Profile, ruleset: Ruleset) -> list[str]:
    """The tenants of the world."""
    assert profile.tenants is not None
    match profile.tenants.by:
        case TenantKey.NAMESPACE:
            return [namespace.name for namespace in ruleset.world.namespaces]
        case TenantKey.NAMESPACE_LABEL:
            holders = [namespace.labels for namespace in ruleset.world.namespaces]
        case TenantKey.POD_LABEL:
            holders = [workload.labels for workload in ruleset.world.workloads]
    found = {value for labels in holders for key, value in labels if key == profile.tenants.label}
    return sorted(found)


def _unheard(profile: Profile, ruleset: Ruleset) -> tuple[str, ...]:
    """The name of a second tenant or namespace that nobody has heard of: a claim about two of them needs both."""
    asked = [selected(end) for claim in profile.claims for end in claim.ends if isinstance(end, PodsEnd)]
    named = [r.values for selector in (*selectors(ruleset.rules), *asked) for r in selector.requirements]
    taken = {value for values in named for value in values}
    taken |= set(_known(profile, ruleset) if profile.tenants else ())
    taken |= {value for workload in profile.workloads for _, value in workload.labels}
    taken |= {workload.namespace for workload in profile.workloads}
    taken |= {workload.namespace for workload in ruleset.world.workloads}
    taken |= {namespace.name for namespace in ruleset.world.namespaces}
    name = _ANOTHER
    while name in taken:
        name += "-" + _ANOTHER
    return (name,)


# --- in words ---


def sentences(assumptions: Assumptions) -> Iterator[str]:
    """What is assumed, one sentence each."""
    if assumptions.namespaces_fixed:
        yield "nobody creates a namespace"
    if assumptions.accounts_fixed:
        yield "a new pod runs under an account that pods of its namespace have, or under `default`"
    for key in assumptions.platform_labels:
        yield f"the platform alone sets the label `{key}`"


def manifest(draft: Draft, name: str, namespaces: Set[str]) -> str:
    """The objects that make *draft* real, under *name*, as YAML that `kubectl apply -f -` takes.

    *namespaces* exist already.
    """
    place = {"namespace": draft.namespace}
    objects: list[dict[str, object]] = []
    if draft.namespace not in namespaces:
        metadata = {"name": draft.namespace, **_labelled(draft.namespace_labels)}
        objects.append({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    if draft.account != DEFAULT_ACCOUNT:
        account = {"name": draft.account, **place}
        objects.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})
    container: dict[str, object] = {"name": "main", "image": "busybox", "command": ["sleep", "3600"]}
    if draft.ports:
        container["ports"] = [
            {"name": port.name, "containerPort": port.number, "protocol": port.protocol}
            for port in draft.ports
        ]
    metadata = {"name": name, **place, **_labelled(draft.labels)}
    spec = {"serviceAccountName": draft.account, "containers": [container]}
    objects.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    return yaml.safe_dump_all(objects, sort_keys=False, explicit_start=True)


def _labelled(labels: StringMap) -> dict[str, dict[str, str]]:
    return {"labels": dict(labels)} if labels else {}
