"""Addresses of pods never match a CIDR.

## What it does

Finds a CIDR inside the addresses that Cilium's Helm values give to pods.

## Why it is bad

A pod is known by its labels, and its address carries no CIDR. An allow for it lets nobody through, and a deny
keeps nobody out.

## Avoid

```yaml
hubble: {enabled: true}
ipam: {operator: {clusterPoolIPv4PodCIDRList: [10.244.0.0/16]}}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toCIDR: [10.244.7.0/24]
```

## Prefer

```yaml
hubble: {enabled: true}
ipam: {operator: {clusterPoolIPv4PodCIDRList: [10.244.0.0/16]}}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {app: db}}]
```

## Fix

None: which pods are meant is not certain.

## Source

Cilium semantics §3.5, S60; cilium-facts part 4, item 13.

## Versions

All supported; from 1.20 on `policy-cidr-match-mode: pods` lets CIDRs match pods.
"""

import ipaddress
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import CidrPeer
from propolis.model.settings import PODS

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

LISTS = ("clusterPoolIPv4PodCIDRList", "clusterPoolIPv6PodCIDRList")
WHY = "pods are known by their labels, and their addresses carry no CIDR"
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def findings(context: Context) -> Iterator[Finding]:
    pools = [] if PODS in context.settings.cidr_match_mode else list(_pools(context))
    for policy, _, _, peer, path in places.peers(context) if pools else ():
        if isinstance(peer, CidrPeer):
            written = _network(peer.prefix)
            pool = next((pool for pool in pools if written and _inside(written, pool)), None)
            if pool:
                message = f"`{peer.prefix}` is inside the pods' own `{pool}`, so it matches nobody"
                yield context.finding(policy, path, message, why=WHY, help="select the pods by their labels")


def _pools(context: Context) -> Iterator[_Network]:
    for place in places.helm_values(context):
        for name in LISTS:
            written = place.at("ipam", "operator", name)
            for prefix in written if isinstance(written, list) else (written,):
                network = _network(prefix) if isinstance(prefix, str) else None
                if network:
                    yield network


def _network(prefix: str) -> _Network | None:
    try:
        return ipaddress.ip_network(prefix, strict=False)
    except ValueError:  # `rejected-by-agent` says so where it matters
        return None


def _inside(one: _Network, pool: _Network) -> bool:
    if isinstance(one, ipaddress.IPv4Network):
        return isinstance(pool, ipaddress.IPv4Network) and one.subnet_of(pool)
    return isinstance(pool, ipaddress.IPv6Network) and one.subnet_of(pool)
