"""The rendering: a profile becomes the baseline and, for every path, a rule at both of its ends."""

from typing import Any

import msgspec

from propolis.model.policy import Kind
from propolis.model.profile import DeclaredWorkload, Profile
from propolis.model.span import Path
from propolis.profile import baseline, sections
from propolis.profile.items import Item, pods
from propolis.profile.notes import RenderNote, notes


class RenderedPolicy(msgspec.Struct, frozen=True, eq=False):
    """*file*: a name without folder. *head*: comment lines on top; *comments*: lines above a place in *object*.

    *object* is a fresh Kubernetes object, its keys in the order in which they are written.
    """

    file: str
    object: dict[str, Any]
    head: tuple[str, ...]
    comments: tuple[tuple[Path, tuple[str, ...]], ...]


class Rendering(msgspec.Struct, frozen=True, eq=False):
    """*notes*: everything that the profile says and the policies do not hold."""

    policies: tuple[RenderedPolicy, ...]
    notes: tuple[RenderNote, ...]


class _Plan(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A policy before it is an object. *namespace* "" is a policy of the whole cluster."""

    file: str
    name: str
    namespace: str = ""
    description: str
    subject: dict[str, Any]
    ingress: list[Item]
    egress: list[Item]


def rendering(profile: Profile) -> Rendering:
    """The policies that let through what *profile* lists, and nothing else.

    Shape:   one CiliumClusterwideNetworkPolicy; one CiliumNetworkPolicy for each workload that is on a path
             and in no exempt namespace; one for the cluster's DNS if its namespace is covered.
    Errors:  none; what Cilium cannot hold was refused by `meaning`, or is a note.
    Law:     equal profiles give equal bytes.
    """
    plans = [_baseline(profile)]
    if profile.exemption(profile.cluster.dns.namespace) is None:
        plans.append(_dns(profile))
    for workload in sorted(profile.workloads, key=lambda each: (each.namespace, each.name)):
        plan = _workload(profile, workload)
        if profile.exemption(workload.namespace) is None and (plan.ingress or plan.egress):
            plans.append(plan)
    return Rendering(tuple(_policy(profile, plan) for plan in plans), notes(profile))


def _baseline(profile: Profile) -> _Plan:
    return _Plan(
        file="baseline.yaml",
        name=f"{profile.name}-baseline",
        description="Every pod outside the exempt namespaces denies both directions, DNS and listed names aside.",
        subject=baseline.subject(profile),
        ingress=baseline.ingress(),
        egress=baseline.egress(profile),
    )


def _dns(profile: Profile) -> _Plan:
    return _Plan(
        file="dns.yaml",
        name=f"{profile.name}.dns",
        namespace=profile.cluster.dns.namespace,
        description="The cluster's DNS answers every pod, asks its upstream and watches the API server.",
        subject=baseline.dns_subject(profile),
        ingress=baseline.dns_ingress(profile),
        egress=baseline.dns_egress(profile),
    )


def _workload(profile: Profile, workload: DeclaredWorkload) -> _Plan:
    """A dot parts the two names in the file's: neither may hold one, so no two workloads share a file."""
    return _Plan(
        file=f"{workload.namespace}.{workload.name}.yaml",
        name=f"{profile.name}-{workload.name}",
        namespace=workload.namespace,
        description=f"The paths of {workload.name}.",
        subject=pods(workload.namespace, workload.labels),
        ingress=sections.ingress(profile, workload),
        egress=sections.egress(profile, workload),
    )


def _policy(profile: Profile, plan: _Plan) -> RenderedPolicy:
    spec: dict[str, Any] = {"description": plan.description, "endpointSelector": plan.subject}
    comments = list(_exempt_comments(profile)) if not plan.namespace else []
    for direction, items in (("ingress", plan.ingress), ("egress", plan.egress)):
        if items:
            spec[direction] = [item.value for item in items]
            comments += [(("spec", direction, index), item.comment) for index, item in enumerate(items)]
    value = {
        "apiVersion": "cilium.io/v2",
        "kind": str(Kind.CNP if plan.namespace else Kind.CCNP),
        "metadata": _metadata(profile, plan),
        "spec": spec,
    }
    head = (f"Rendered by propolis from the profile `{profile.name}`. Edit the profile, not this file.",)
    return RenderedPolicy(plan.file, value, head, tuple(comments))


def _metadata(profile: Profile, plan: _Plan) -> dict[str, Any]:
    labels = {"app.kubernetes.io/managed-by": "propolis", "propolis.dev/profile": profile.name}
    place = {"namespace": plan.namespace} if plan.namespace else {}
    return {"name": plan.name, **place, "labels": labels}


def _exempt_comments(profile: Profile) -> list[tuple[Path, tuple[str, ...]]]:
    values: Path = ("spec", "endpointSelector", "matchExpressions", 1, "values")
    return [((*values, index), (exempt.reason,)) for index, exempt in enumerate(profile.cluster.exempt)]
