"""A baseline that also selects Cilium's health endpoints breaks the health checks between nodes.

## What it does

Finds policies whose default deny selects the health endpoints and leaves them no way to or from the other
nodes.

## Why it is bad

Each node has a health endpoint that the other nodes probe. A cluster-wide policy for every endpoint selects
it too; without a rule for `remote-node`, `cilium-health status` reports nodes as unreachable.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  endpointSelector: {}
  egress:
  - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  endpointSelector:
    matchExpressions:
    - {key: "k8s:io.kubernetes.pod.namespace", operator: Exists}
  egress:
  - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
```

## Fix

None: select endpoints that have a namespace, or allow `remote-node` for `reserved:health` by a policy of
its own.

## Source

Cilium semantics §8.4, S53.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.flow import TCP
from propolis.model.policy import Direction
from propolis.model.verdict import Why
from propolis.model.world import Role

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.WORLD

HEALTH_PORT = 4240
WHY = "each node has a health endpoint that the other nodes probe; they will be reported as unreachable"
HELP = "select endpoints with a namespace only, or allow `remote-node` for `reserved:health`"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    health = next(endpoint for endpoint in engine.endpoints if endpoint.role is Role.HEALTH)
    node = next(endpoint for endpoint in engine.endpoints if endpoint.role is Role.REMOTE_NODE)
    sides = [engine.side(health, node, direction, TCP, HEALTH_PORT) for direction in Direction]
    closed = [origin for side in sides if side.why is Why.DEFAULT_DENY for origin in side.rules]
    for origin in engine.one_for_each_spec(closed):
        policy, _, subject = engine.written(origin)
        message = "the subject also selects the health endpoints, which can no longer be probed between nodes"
        yield context.finding(policy, subject, message, why=WHY, help=HELP)
