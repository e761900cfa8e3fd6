"""A peer and its ports in two items open more than either.

## What it does

Finds an item with only a peer, directly followed by an item with only ports, in a policy for pods.

## Why it is bad

Items are alternatives: the first opens every port for the peer, the second opens the ports for everyone. A
dash too many is enough.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
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

None: join the two items by removing the second dash.

## Source

Cilium semantics §1.3, S37.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

WHY = "items are alternatives: one opens every port for the peer, the other opens the ports for everyone"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec, item in places.allow_items(context):
        before = places.peers_of_ports(spec, item)
        if before:
            yield context.finding(
                policy,
                item.path,
                "these ports are an item of their own: they are open to everyone, not to the peer above",
                why=WHY,
                help="remove the dash before the ports to bind them to the peer above",
                related=[before.path],
            )
