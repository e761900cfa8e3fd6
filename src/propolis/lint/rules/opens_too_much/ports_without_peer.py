"""Ports without a peer are open to everyone.

## What it does

Finds an allow item with `toPorts` or `icmps` and no peer.

## Why it is bad

No peer means every peer: all pods, all nodes and the whole internet.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - toPorts:
    - ports: [{port: "8080", protocol: TCP}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
```

## Fix

None: name the peers, or `fromEntities: [all]` where everyone is meant.

## Source

Cilium semantics §1.3, S38.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

WHY = "no peer means every peer: all pods, all nodes and the internet"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec, item in places.allow_items(context):
        if places.has_ports_only(item) and not places.peers_of_ports(spec, item):
            word = "from" if item.direction is Direction.INGRESS else "to"
            yield context.finding(
                policy,
                item.path,
                f"these ports are open {word} everyone, because the item names no peer",
                why=WHY,
                help=f"name the peers; `{word}Entities: [all]` says that everyone is meant",
            )
