"""The internet on every port and protocol.

## What it does

Finds an allow item with `world`, `0.0.0.0/0` or `::/0` and no ports.

## Why it is bad

Every port and every protocol is open, between the selected pods and everybody outside.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEntities: [world]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEntities: [world]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
```

## Fix

None: name the ports.

## Source

Cilium semantics §1.3 and §3.5, S61.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import CidrPeer, Direction, Effect, EntityPeer, Peer

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "every port and every protocol is open towards everybody outside the cluster"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item, peer, path in places.peers(context):
        if item.effect is Effect.ALLOW and not item.to_ports and not item.icmps and _is_world(peer):
            word = "from" if item.direction is Direction.INGRESS else "to"
            yield context.finding(
                policy,
                path,
                f"this item opens every port {word} the whole internet",
                why=WHY,
                help="name the ports, and the names or addresses where they are known",
            )


def _is_world(peer: Peer) -> bool:
    match peer:
        case EntityPeer(name="world"):
            return True
        case CidrPeer(prefix=prefix, excepts=excepts):
            return prefix in ("0.0.0.0/0", "::/0") and not excepts
        case _:
            return False
