"""In the mode `always`, pods without an ingress rule fail their probes.

## What it does

Finds workloads without any ingress rule while the agent enforces policy for everybody, from 1.20 on.

## Why it is bad

The exception for the kubelet is part of the pod's ingress policy. From 1.20 on a pod without one has no
exception either, and its probes are dropped.

## Avoid

```yaml
hubble: {enabled: true}
policyEnforcementMode: always
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Prefer

```yaml
hubble: {enabled: true}
policyEnforcementMode: always
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Fix

None: who may reach them is not certain.

## Source

Cilium semantics §8.2, S102.

## Versions

From 1.20 on.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.flow import TCP
from propolis.model.policy import Direction
from propolis.model.verdict import Outcome
from propolis.model.world import Role

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.WORKLOADS

WHY = "the exception for the node is part of a pod's ingress policy, and these have none"
HELP = "give each an ingress policy, if only `ingress: [{}]`"
A_PORT = 8080
"""Any will do: without a rule no port is told from another."""


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    modes = [place for place in places.flags(context, "enable-policy") if place.value == "always"]
    if not modes:
        return
    host = next(endpoint for endpoint in engine.endpoints if endpoint.role is Role.HOST)
    cut = [
        pod
        for pod in engine.pods
        if not engine.selecting(pod, Direction.INGRESS)
        and engine.side(pod, host, Direction.INGRESS, TCP, A_PORT).outcome is Outcome.DENY
    ]
    if cut:
        message = f"in the mode `always` the kubelet does not reach {engine.listed(cut)}, which have no ingress rule"
        yield context.remark(modes[0].span, message, why=WHY, help=HELP)
