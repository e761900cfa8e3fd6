"""`0.0.0.0/0` leaves IPv6 out.

## What it does

Finds an allow for `0.0.0.0/0` without `::/0` in a cluster that has IPv6 on.

## Why it is bad

The prefix stands for the world over IPv4. A client that prefers IPv6, as most do, is cut.

## Avoid

```yaml
hubble: {enabled: true}
ipv6: {enabled: true}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toCIDR: [0.0.0.0/0]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
```

## Prefer

```yaml
hubble: {enabled: true}
ipv6: {enabled: true}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toCIDR: [0.0.0.0/0, "::/0"]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
```

## Fix

None: it opens addresses that were closed.

## Source

Cilium semantics §3.5, S61.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import CidrPeer

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

WHY = "the prefix stands for the world over IPv4 only, and this cluster has IPv6 on"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item in places.allow_items(context) if context.settings.dual_stack else ():
        found = [
            (peer.prefix, (*listed.path, index))
            for listed in item.peers
            for index, peer in enumerate(listed.peers)
            if isinstance(peer, CidrPeer)
        ]
        wide = {prefix for prefix, _ in found}
        if "0.0.0.0/0" in wide and "::/0" not in wide:
            path = next(path for prefix, path in found if prefix == "0.0.0.0/0")
            message = "`0.0.0.0/0` leaves out the world over IPv6"
            yield context.finding(
                policy, path, message, why=WHY, help="add `::/0`, or write `toEntities: [world]`"
            )
