"""Two policies that Cilium cannot merge leave their pods as they were.

## What it does

Finds pods for which allows of the same peers and port contradict each other: different proxies, TLS contexts
or authentication modes, or server names beside HTTP rules.

## Why it is bad

Each policy alone is valid, and the API server and both status fields say so. The agent fails to compute the
policy of the pod and keeps what it had before: nothing of a later change is in force there.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {app: dns}}]
    toPorts:
    - ports: [{port: "53", protocol: TCP}]
      rules: {http: [{method: GET}]}
  - toEndpoints: [{matchLabels: {app: dns}}]
    toPorts:
    - ports: [{port: "53", protocol: TCP}]
      rules: {dns: [{matchName: example.com}]}
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {app: dns}}]
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchName: example.com}]}
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Fix

None: which of the two is meant is not certain.

## Source

Cilium semantics §2.4 and §10.6, S21 and S105.

## Versions

All supported.
"""

from collections.abc import Iterator

import msgspec

from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.rule import Origin

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.WORLD

WHY = (
    "the agent cannot compute the policy of such a pod and keeps the one before, without an error in the API"
)


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    seen: set[frozenset[Origin]] = set()
    for pod in engine.pods:
        found = engine.conflict(pod)
        if found is None or len(found.rules) < 2 or frozenset(found.rules) in seen:
            continue
        seen.add(frozenset(found.rules))
        *others, last = found.rules
        policy, _, _ = engine.written(last)
        made = context.finding(
            policy,
            last.path,
            f"Cilium cannot put this together with another item for {engine.named(pod)}: {found.reason}",
            why=WHY,
            help="write both for different ports or peers, or make them say the same",
        )
        spans = tuple(context.documents[one.document].span(one.path) for one in others)
        yield msgspec.structs.replace(made, related=spans)
