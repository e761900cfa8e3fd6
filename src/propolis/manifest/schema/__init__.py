"""The API server's gate, as a function: what stays of an object, and whether it is let in."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from propolis.manifest.kinds import served
from propolis.manifest.schema import cilium, kubernetes
from propolis.manifest.schema.nodes import Fields, Refusal
from propolis.manifest.schema.suggestions import suggestion
from propolis.manifest.schema.walk import Walk
from propolis.manifest.schema.workloads import SCHEMAS
from propolis.model.settings import SUPPORTED, Version
from propolis.model.span import Path

__all__ = ["Checked", "Refusal", "Unknown", "checked"]


# In one object: enough for any author, and a hostile one costs no more time.
_SUGGESTIONS = 100


class Unknown(msgspec.Struct, frozen=True):
    """A field that the schema does not know: the API server drops it."""

    path: Path
    help: str


class Checked(msgspec.Struct, frozen=True):
    """*value* is well typed and holds known fields only; it is let in when there are no *refusals*.

    Paths lead from the object. Numbers of list items stay: an item of the wrong type is None.
    """

    value: dict[str, Any]
    refusals: tuple[Refusal, ...]
    unknown: tuple[Unknown, ...]


def checked(value: Mapping[str, Any], kind: str, version: Version) -> Checked:
    """What the API server of a cluster with Cilium *version* makes of an object of *kind* (one of `kinds.known`).

    Null fields are absent, unknown fields are dropped, defaults are filled in; every refusal is listed.

    Law:     refuses exactly what the CRD of that version refuses (tests/manifest/test_crds.py), and
             besides: names and labels that Kubernetes refuses, and policies without any rule.
    Source:  Cilium CRDs 1.16 to 1.20; Kubernetes structural schemas (pruning, defaulting, null handling).
    """
    root = _root(kind, version)
    walk = Walk()
    pruned = walk.value(value, root, ())
    roots = {version: root} | {other: _root(kind, other) for other in SUPPORTED}
    unknown = tuple(
        Unknown(path, suggestion(path, node, roots, version) if number < _SUGGESTIONS else "")
        for number, (path, node) in enumerate(walk.unknown)
    )
    refusals = (*_wrong_version(value, kind, version), *walk.refusals)
    return Checked(pruned or {}, refusals, unknown)


@cache
def _root(kind: str, version: Version) -> Fields:
    match kind:
        case "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy":
            return cilium.policy(version)
        case "CiliumCIDRGroup":
            return cilium.CIDR_GROUP
        case "NetworkPolicy":
            return kubernetes.NETWORK_POLICY
        case "ClusterNetworkPolicy":
            return kubernetes.CLUSTER_NETWORK_POLICY
        case _:
            return SCHEMAS[kind]


def _wrong_version(value: Mapping[str, Any], kind: str, version: Version) -> tuple[Refusal, ...]:
    written, right = value.get("apiVersion"), served(kind, version)
    if written is None or written in right:
        return ()
    message = f"the API server knows no `{kind}` in `{written}`"
    return (Refusal(("apiVersion",), "unknown-version", message, f"write `apiVersion: {right[0]}`"),)
