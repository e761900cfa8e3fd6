"""ClusterNetworkPolicy (policy.networking.k8s.io/v1alpha2): the API server's value → the model."""

from collections.abc import Mapping, Sequence
from typing import Any

from propolis.manifest.selectors import kubernetes_selector
from propolis.model.labels import Selector
from propolis.model.policy import ClusterPeer, ClusterPolicySpec, ClusterRule, Effect, PortProtocol
from propolis.model.span import Path

Json = Mapping[str, Any]
_EFFECTS = {"Accept": Effect.ALLOW, "Deny": Effect.DENY, "Pass": Effect.PASS}
_PROTOCOLS = ("tcp", "udp", "sctp")


def cluster_policy(value: Json, path: Path) -> ClusterPolicySpec:
    """The spec that *value* writes. A rule without a known action is left out: the schema refuses the object."""
    return ClusterPolicySpec(
        admin=value.get("tier") == "Admin",
        priority=value.get("priority", 0),
        subject=_peer(value.get("subject", {}), (*path, "subject")),
        ingress=_rules(value, "ingress", "from", path),
        egress=_rules(value, "egress", "to", path),
        path=path,
    )


def _numbered(values: Sequence[Any], path: Path) -> list[tuple[Any, Path]]:
    return [(value, (*path, index)) for index, value in enumerate(values) if value is not None]


def _rules(value: Json, section: str, peers: str, path: Path) -> tuple[ClusterRule, ...]:
    return tuple(
        ClusterRule(
            effect=_EFFECTS[rule["action"]],
            peers=tuple(_peer(peer, p) for peer, p in _numbered(rule.get(peers, ()), (*at, peers))),
            ports=_ports(rule, at),
            path=at,
        )
        for rule, at in _numbered(value.get(section, ()), (*path, section))
        if rule.get("action") in _EFFECTS
    )


def _peer(value: Json, path: Path) -> ClusterPeer:
    pods = value.get("pods", {})
    namespaces = pods.get("namespaceSelector") if "pods" in value else value.get("namespaces")
    return ClusterPeer(
        namespaces=_selector(namespaces),
        pods=_selector(pods.get("podSelector")),
        nodes=_selector(value.get("nodes")),
        networks=tuple(value["networks"]) if "networks" in value else None,
        domain_names=tuple(value["domainNames"]) if "domainNames" in value else None,
        path=path,
    )


def _selector(value: Json | None) -> Selector | None:
    return None if value is None else kubernetes_selector(value)


def _ports(rule: Json, path: Path) -> tuple[PortProtocol, ...]:
    """One entry for each item of `protocols`; a protocol without a port stands for all of its ports."""
    found = []
    for item, at in _numbered(rule.get("protocols", ()), (*path, "protocols")):
        if "destinationNamedPort" in item:
            found.append(PortProtocol(item["destinationNamedPort"], 0, "ANY", at))
        for protocol in _PROTOCOLS:
            if protocol in item:
                first, last = _range(item[protocol].get("destinationPort", {}))
                found.append(PortProtocol(str(first), last, protocol.upper(), at))
    return tuple(found)


def _range(port: Json) -> tuple[int, int]:
    if "range" in port:
        return port["range"].get("start", 0), port["range"].get("end", 0)
    return port.get("number", 0), 0
