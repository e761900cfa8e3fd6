"""NetworkPolicy of Kubernetes: the API server's value → the model."""

from collections.abc import Mapping, Sequence
from typing import Any

from propolis.manifest.selectors import kubernetes_selector
from propolis.model.policy import (
    IpBlock,
    NetworkPolicyPeer,
    NetworkPolicyPort,
    NetworkPolicyRule,
    NetworkPolicySpec,
)
from propolis.model.span import Path

Json = Mapping[str, Any]


def network_policy(value: Json, path: Path) -> NetworkPolicySpec:
    """The spec that *value* writes; an absent `podSelector` is the empty one, as the API server has it."""
    return NetworkPolicySpec(
        pod_selector=kubernetes_selector(value.get("podSelector", {})),
        policy_types=tuple(kind for kind in value.get("policyTypes", ()) if kind is not None),
        ingress=_rules(value, "ingress", "from", path),
        egress=_rules(value, "egress", "to", path),
        path=path,
    )


def _numbered(values: Sequence[Any], path: Path) -> list[tuple[Any, Path]]:
    return [(value, (*path, index)) for index, value in enumerate(values) if value is not None]


def _rules(value: Json, section: str, peers: str, path: Path) -> tuple[NetworkPolicyRule, ...]:
    return tuple(
        NetworkPolicyRule(
            peers=tuple(_peer(peer, p) for peer, p in _numbered(rule.get(peers, ()), (*at, peers))),
            ports=tuple(_port(port, p) for port, p in _numbered(rule.get("ports", ()), (*at, "ports"))),
            path=at,
        )
        for rule, at in _numbered(value.get(section, ()), (*path, section))
    )


def _peer(value: Json, path: Path) -> NetworkPolicyPeer:
    block = value.get("ipBlock")
    return NetworkPolicyPeer(
        pod_selector=kubernetes_selector(value["podSelector"]) if "podSelector" in value else None,
        namespace_selector=kubernetes_selector(value["namespaceSelector"])
        if "namespaceSelector" in value
        else None,
        ip_block=None if block is None else _ip_block(block),
        path=path,
    )


def _ip_block(value: Json) -> IpBlock:
    return IpBlock(value.get("cidr", ""), tuple(part for part in value.get("except", ()) if part is not None))


def _port(value: Json, path: Path) -> NetworkPolicyPort:
    return NetworkPolicyPort(str(value.get("port", "")), value.get("endPort", 0), value["protocol"], path)
