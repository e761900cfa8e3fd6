"""Policies that hold every field there is: the seeds of most damage."""

from typing import Any

from propolis.model.settings import Version

_SELECTOR = {
    "matchLabels": {"app": "web"},
    "matchExpressions": [{"key": "k8s:env", "operator": "In", "values": ["prod", "dev"]}],
}
_GROUP = {
    "aws": {
        "labels": {"a": "b"},
        "region": "r",
        "securityGroupsIds": ["sg-1"],
        "securityGroupsNames": ["web"],
    }
}
_TLS = {"secret": {"name": "n", "namespace": "m"}, "trustedCA": "a", "certificate": "b", "privateKey": "c"}
_LISTENER = {"envoyConfig": {"kind": "CiliumEnvoyConfig", "name": "e"}, "name": "l", "priority": 100}
_HTTP = {
    "method": "GET",
    "path": "/",
    "host": "a.b",
    "headers": ["X-A: b"],
    "headerMatches": [
        {"name": "X", "value": "v", "secret": {"name": "s", "namespace": "n"}, "mismatch": "LOG"}
    ],
}
_NAMES = [{"matchName": "a.example.com"}, {"matchPattern": "*.example.com"}]
_KAFKA = {"apiKey": "produce", "apiVersion": "1", "clientID": "c", "role": "produce", "topic": "t"}
_ICMPS = [{"fields": [{"type": 8, "family": "IPv4"}, {"type": "EchoRequest"}]}]


def _ports(version: Version) -> dict[str, Any]:
    protocol = "AH" if version >= Version(1, 20) else "ANY"
    return {
        "ports": [{"port": "80", "endPort": 90, "protocol": "TCP"}, {"port": "web", "protocol": protocol}]
    }


def _to_ports(version: Version) -> list[Any]:
    rules: list[dict[str, Any]] = [{"http": [_HTTP]}, {"dns": _NAMES}]
    if version < Version(1, 20):
        rules += [{"kafka": [_KAFKA]}, {"l7proto": "x", "l7": [{"a": "b"}]}]
    first = {
        "serverNames": ["a.example.com", "b.example.com"],
        "terminatingTLS": _TLS,
        "originatingTLS": _TLS,
    }
    return [{**_ports(version), "rules": r} for r in rules] + [
        {**_ports(version), **first, "listener": _LISTENER}
    ]


def _peers(way: str, version: Version) -> dict[str, Any]:
    sets: list[dict[str, Any]] = [{"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}, {"cidrGroupRef": "g"}]
    if version >= Version(1, 17):
        sets.append({"cidrGroupSelector": _SELECTOR})
    return {
        f"{way}Endpoints": [_SELECTOR, {}],
        f"{way}CIDR": ["10.0.0.0/8", "::/0"],
        f"{way}CIDRSet": sets,
        f"{way}Entities": ["world", "kube-apiserver"],
        f"{way}Groups": [_GROUP],
        f"{way}Nodes": [_SELECTOR],
        f"{way}Requires": [] if version >= Version(1, 19) else [_SELECTOR],
        "icmps": _ICMPS,
    }


def rich_spec(version: Version) -> dict[str, Any]:
    """A spec with every field that *version* knows; its rules make no sense together."""
    services = [
        {"k8sService": {"serviceName": "s", "namespace": "n"}},
        {"k8sServiceSelector": {"selector": _SELECTOR, "namespace": "n"}},
    ]
    allow = {"toPorts": _to_ports(version), "authentication": {"mode": "required"}}
    deny = {"toPorts": [_ports(version)]}
    outward = {**_peers("to", version), "toServices": services}
    log = {"log": {"value": "audit"}} if version >= Version(1, 18) else {}
    return {
        "endpointSelector": _SELECTOR,
        "ingress": [{**_peers("from", version), **allow}],
        "ingressDeny": [{**_peers("from", version), **deny}],
        "egress": [{**outward, "toFQDNs": _NAMES, **allow}],
        "egressDeny": [{**outward, **deny}],
        "enableDefaultDeny": {"ingress": True, "egress": False},
        "description": "all there is",
        "labels": [{"key": "k", "value": "v", "source": "s"}],
        **log,
    }


def rich_policy(version: Version) -> dict[str, Any]:
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "rich", "namespace": "shop"},
        "spec": rich_spec(version),
        "specs": [{"nodeSelector": _SELECTOR, "ingress": [{}]}],
    }
