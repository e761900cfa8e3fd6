"""The kinds of objects that mean something here, and the API versions that serve them."""

from difflib import get_close_matches
from functools import cache

import msgspec

from propolis.model.policy import Kind
from propolis.model.settings import Version


class Known(msgspec.Struct, frozen=True):
    """*versions*: the API versions that serve the kind; *groups*: where else people look for it.

    *groups* None: the name is so telling that a wrong group is a slip.
    """

    versions: tuple[str, ...]
    groups: frozenset[str] | None = None
    namespaced: bool = True


_CORE = Known(("v1",), frozenset({""}))
_CLUSTER_CORE = Known(("v1",), frozenset({""}), namespaced=False)
_APPS = Known(("apps/v1",), frozenset({"apps", "extensions", ""}))
_BATCH = Known(("batch/v1",), frozenset({"batch", ""}))
_V2 = ("cilium.io/v2",)
_V2_AND_ALPHA = ("cilium.io/v2", "cilium.io/v2alpha1")
_CIDR_GROUP = "CiliumCIDRGroup"
_CIDR_GROUP_IN_V2 = Version(1, 18)

_KINDS = {
    Kind.CNP.value: Known(_V2),
    Kind.CCNP.value: Known(_V2, namespaced=False),
    Kind.NP.value: Known(
        ("networking.k8s.io/v1",), frozenset({"networking.k8s.io", "extensions", "cilium.io", ""})
    ),
    Kind.KCNP.value: Known(
        ("policy.networking.k8s.io/v1alpha2",), frozenset({"policy.networking.k8s.io"}), namespaced=False
    ),
    _CIDR_GROUP: Known(_V2_AND_ALPHA, namespaced=False),
    "Pod": _CORE,
    "ReplicationController": _CORE,
    "Service": _CORE,
    "Endpoints": _CORE,
    "ServiceAccount": _CORE,
    "Namespace": _CLUSTER_CORE,
    "Deployment": _APPS,
    "StatefulSet": _APPS,
    "DaemonSet": _APPS,
    "ReplicaSet": _APPS,
    "Job": _BATCH,
    "CronJob": _BATCH,
    "EndpointSlice": Known(("discovery.k8s.io/v1",), frozenset({"discovery.k8s.io", ""})),
}

_NOT_ENFORCED = frozenset({"AdminNetworkPolicy", "BaselineAdminNetworkPolicy"})
"""Kinds of network-policy-api that became ClusterNetworkPolicy, and that Cilium never looked at."""

# Comparing spellings is quadratic in their length.
_LONGEST_KIND = 60

POLICIES = frozenset(kind.value for kind in Kind)


def known(kind: str, group: str) -> Known | None:
    """What is known of *kind* in the API group *group*; None for a kind that means nothing here."""
    found = _KINDS.get(kind)
    return found if found is not None and (found.groups is None or group in found.groups) else None


def served(kind: str, version: Version) -> tuple[str, ...]:
    """The API versions in which a cluster with Cilium *version* knows *kind*, the best one first."""
    if kind == _CIDR_GROUP and version < _CIDR_GROUP_IN_V2:
        return ("cilium.io/v2alpha1",)
    return _KINDS[kind].versions


def is_enforced_by_others(kind: str, group: str) -> bool:
    """Whether *kind* is a network policy that other network plugins enforce, and Cilium does not."""
    return kind in _NOT_ENFORCED and group == "policy.networking.k8s.io"


def is_at_home(kind: str, group: str) -> bool:
    """Whether *group* is the API group that serves *kind*: there, a kind that is nearly spelt so does not exist."""
    return any(version.rpartition("/")[0] == group for version in _KINDS[kind].versions)


@cache
def misspelt(kind: str) -> str:
    """The kind that *kind* is a slip of, or ""."""
    if len(kind) > _LONGEST_KIND:
        return ""
    names = {name.lower(): name for name in _KINDS}
    close = get_close_matches(kind.lower(), names, n=1, cutoff=0.9)
    return names[close[0]] if close and kind not in _KINDS else ""
