"""The rules in force: what is left of a set of policies after both gates, with the world that they meet."""

from collections.abc import Sequence

import msgspec

from propolis.model.policy import Kind, Policy
from propolis.model.rule import Rule
from propolis.model.settings import CLUSTER_POLICIES, Settings
from propolis.model.world import NamedPort, World
from propolis.semantics import translate
from propolis.semantics.admission import Refusal, refusals


class Rejection(msgspec.Struct, frozen=True):
    """A policy that is not in force, by its position, and why; *by_schema* when the API server refuses it."""

    policy: int
    reasons: tuple[Refusal, ...]
    by_schema: bool


class Ruleset(msgspec.Struct, frozen=True):
    """What both engines start from. *port_names*: every named container port of the cluster."""

    rules: tuple[Rule, ...]
    rejections: tuple[Rejection, ...]
    settings: Settings
    world: World
    port_names: tuple[NamedPort, ...]
    ignored: tuple[str, ...] = ()


def ruleset(policies: Sequence[Policy], world: World, settings: Settings) -> Ruleset:
    """The rules of *policies* that are in force in *world* under *settings*."""
    found: list[Rule] = []
    rejections: list[Rejection] = []
    ignored: list[str] = []
    for position, policy in enumerate(policies):
        if policy.refusals:
            reasons = tuple(Refusal(problem.message, policy.base) for problem in policy.refusals)
            rejections.append(Rejection(position, reasons, by_schema=True))
        elif note := unseen(policy, settings):
            ignored.append(note)
        elif reasons := refusals(policy, settings):
            rejections.append(Rejection(position, reasons, by_schema=False))
        else:
            found.extend(translate.rules(policy, world, settings))
    ports = {
        port
        for workload in world.workloads
        if not workload.host_network
        for port in workload.ports
        if port.name
    }
    return Ruleset(tuple(found), tuple(rejections), settings, world, tuple(sorted(ports)), tuple(ignored))


def unseen(policy: Policy, settings: Settings) -> str:
    """Why Cilium does not look at *policy* at all, or ""."""
    if policy.kind is Kind.KCNP and settings.version < CLUSTER_POLICIES:
        return f"{policy.title} is ignored: Cilium knows the kind from {CLUSTER_POLICIES} on"
    flag, is_on = _switch(policy.kind, settings)
    return "" if is_on else f"{policy.title} is ignored: `{flag}` is off"


def _switch(kind: Kind, settings: Settings) -> tuple[str, bool]:
    """The flag that lets Cilium look at policies of *kind*, and whether it is on."""
    match kind:
        case Kind.CNP:
            return "enable-cilium-network-policy", settings.cilium_network_policy
        case Kind.CCNP:
            return "enable-cilium-clusterwide-network-policy", settings.cilium_clusterwide_network_policy
        case Kind.NP:
            return "enable-k8s-networkpolicy", settings.k8s_network_policy
        case Kind.KCNP:
            return "enable-k8s-cluster-network-policy", settings.k8s_cluster_network_policy
