"""Cilium's Helm values: where in a document they stand, and which flags of the agent they set."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from propolis.manifest.objects import Object
from propolis.manifest.yaml import Document
from propolis.model.flags import UNREAD, is_read
from propolis.model.span import Path

# Keys at the top of Cilium's chart that no other well-known chart has there.
_TELLING = frozenset(
    [
        "bpfClockProbe",
        "ciliumEndpointSlice",
        "clustermesh",
        "cni",
        "dnsProxy",
        "enableCiliumEndpointSlice",
        "enableIPv4Masquerade",
        "enableIPv6Masquerade",
        "enableNonDefaultDenyPolicies",
        "endpointLockdownOnMapOverflow",
        "endpointRoutes",
        "hostFirewall",
        "hubble",
        "identityAllocationMode",
        "ipMasqAgent",
        "ipv4NativeRoutingCIDR",
        "ipv6NativeRoutingCIDR",
        "k8sClusterNetworkPolicy",
        "k8sNetworkPolicy",
        "kubeProxyReplacement",
        "l7Proxy",
        "localRedirectPolicies",
        "localRedirectPolicy",
        "nodeSelectorLabels",
        "policyAuditMode",
        "policyCIDRMatchMode",
        "policyDenyResponse",
        "policyEnforcementMode",
        "remoteNodeIdentity",
        "routingMode",
        "socketLB",
        "standaloneDnsProxy",
        "tunnelProtocol",
        "upgradeCompatibility",
    ]
)
_OBJECT = ("apiVersion", "kind")
_CHART = re.compile(r"(?:.*/)?cilium")
# Where GitOps tools keep the values of a release: the kind, the path of the chart's name, the path of the values.
_RELEASES: Sequence[tuple[str, Path, Path]] = (
    ("HelmRelease", ("spec", "chart", "spec", "chart"), ("spec", "values")),
    ("HelmRelease", ("spec", "chartRef", "name"), ("spec", "values")),
    ("HelmChartProxy", ("spec", "chartName"), ("spec", "values")),
    ("Application", ("spec", "source", "chart"), ("spec", "source", "helm", "valuesObject")),
)
FLAGS: Mapping[Path, str] = {
    ("policyEnforcementMode",): "enable-policy",
    ("policyAuditMode",): "policy-audit-mode",
    ("policyCIDRMatchMode",): "policy-cidr-match-mode",
    ("hostFirewall", "enabled"): "enable-host-firewall",
    ("l7Proxy",): "enable-l7-proxy",
    ("nodeSelectorLabels",): "enable-node-selector-labels",
    ("k8sNetworkPolicy", "enabled"): "enable-k8s-networkpolicy",
    ("k8sClusterNetworkPolicy", "enabled"): "enable-k8s-cluster-network-policy",
    ("enableNonDefaultDenyPolicies",): "enable-non-default-deny-policies",
    ("clustermesh", "policyDefaultLocalCluster"): "policy-default-local-cluster",
    ("cluster", "name"): "cluster-name",
    ("ipv4", "enabled"): "enable-ipv4",
    ("ipv6", "enabled"): "enable-ipv6",
    ("labels",): "labels",
}
"""Helm value → the agent's flag (cilium-facts part 3)."""
EXTRA = "extraConfig"
"""Its entries are flags of the agent as they are."""


class SetValue(msgspec.Struct, frozen=True):
    """The flag *name* is set to *value* at *path* of the document."""

    name: str
    value: str
    path: Path


def place(value: Any) -> Path | None:
    """Where *value*, a whole document, holds Cilium's values: all of it, or under `cilium` as of a subchart.

    None for anything else. An object of Kubernetes is never a file of values.
    """
    if not isinstance(value, Mapping) or any(key in value for key in _OBJECT):
        return None
    if _tells(value):
        return ()
    return ("cilium",) if _tells(value.get("cilium")) else None


def released(one: Object) -> Path | None:
    """The same for an object that releases a chart, from the document's root."""
    for kind, chart, values in _RELEASES:
        name = at(one.value, chart)
        if one.kind == kind and isinstance(name, str) and _CHART.fullmatch(name):
            return (*one.base, *values) if isinstance(at(one.value, values), Mapping) else None
    return None


def _tells(value: Any) -> bool:
    return isinstance(value, Mapping) and not _TELLING.isdisjoint(
        key for key in value if isinstance(key, str)
    )


def at(value: Any, path: Path) -> Any:
    """What stands at *path* of *value*; None where there is nothing."""
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def flags(document: Document, base: Path) -> Iterator[SetValue]:
    """The flags that the values at *base* of *document* set, in the order of the text as far as it matters."""
    values = document.value
    for step in base:
        values = values[step]
    for path, name in FLAGS.items():
        text = _text(at(values, path))
        if text is not None:
            yield SetValue(name, text, (*base, *path))
    extra = at(values, (EXTRA,))
    for name, value in extra.items() if isinstance(extra, Mapping) else ():
        text = _text(value)
        if text is not None and isinstance(name, str) and (is_read(name) or name in UNREAD):
            yield SetValue(name, text, (*base, EXTRA, name))


def _text(value: Any) -> str | None:
    """*value* as Helm's templates write it into the ConfigMap; None for what sets nothing."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value or None
        case list() if value and all(isinstance(item, str) for item in value):
            return " ".join(value)
        case _:
            return None
