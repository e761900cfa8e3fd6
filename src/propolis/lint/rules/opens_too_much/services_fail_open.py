"""`toServices` with ports opens them to everyone when no Service matches.

## What it does

Finds an item with `toServices` and ports of which no Service among the manifests is meant.

## Why it is bad

A Service that does not exist, yet or any more, leaves an item without peers, and that means every peer: the
ports are open to the whole internet.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toServices:
    - k8sService: {serviceName: database, namespace: shop}
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: db, ports: [{containerPort: 5432}]}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toServices:
    - k8sService: {serviceName: db, namespace: shop}
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: db, ports: [{containerPort: 5432}]}]}
```

## Fix

None: correct the name, or select the pods with `toEndpoints`, which matches nobody when they are missing.

## Source

Cilium semantics §3.8, S42.

## Versions

1.16 refuses `toServices` with ports.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Effect, ServicePeer

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
PERSONA = Persona.REGULAR
NEEDS = Needs.WORLD

WHY = "an item whose Services do not exist has no peers, and that means every peer"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    if not engine.world.services:
        return
    for policy, _, item, listed in places.peer_lists(context):
        if item.effect is not Effect.ALLOW or not any(isinstance(peer, ServicePeer) for peer in listed.peers):
            continue
        for rule in engine.rules_at(item.path, policy.document):
            if rule.peers == () and rule.ports:
                yield context.finding(
                    policy,
                    listed.path,
                    "no Service here matches, so the ports of this item are open towards everyone",
                    why=WHY,
                    help="correct the name, or select the pods with `toEndpoints`",
                )
