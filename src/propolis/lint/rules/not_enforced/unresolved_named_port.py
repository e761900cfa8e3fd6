"""A named port that no pod declares makes the rule inert.

## What it does

Finds a port given by name that none of the pods in question declares.

## Why it is bad

A name stands for the container port of that name. Where no pod has one, an allow lets nothing through and a
deny keeps nothing out, without an error.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{}]
    toPorts: [{ports: [{port: web, protocol: TCP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend, ports: [{name: http, containerPort: 8080}]}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{}]
    toPorts: [{ports: [{port: http, protocol: TCP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend, ports: [{name: http, containerPort: 8080}]}]}
```

## Fix

None: which port is meant is not certain.

## Source

Cilium semantics §4.3, S75.

## Versions

Up to 1.19, a name in egress rules needs the same number in every pod of the cluster.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.engine import Engine
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction
from propolis.model.rule import Rule
from propolis.model.world import Endpoint
from propolis.semantics.ports import meaning

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.WORKLOADS

WHY = "where no pod has a port of that name, an allow lets nothing through and a deny keeps nothing out"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    for policy, _, item, _, port in places.ports(context):
        name = meaning(port.port) if port.port else None
        rules = engine.rules_at(item.path, policy.document)
        if not isinstance(name, str) or not rules:
            continue
        pods = _resolving(engine, item.direction, rules[0])
        if pods and not any(_declares(pod, name, port.protocol) for pod in pods):
            yield context.finding(
                policy,
                (*port.path, "port"),
                f"none of the pods in question declares a port named `{port.port}`",
                why=WHY,
                help="write the name as the container declares it, or the number",
            )


def _resolving(engine: Engine, direction: Direction, rule: Rule) -> tuple[Endpoint, ...]:
    """The pods whose ports the name is looked up in: the subjects for ingress, all pods for egress."""
    return engine.pods if direction is Direction.EGRESS else engine.matching_pods([rule.subject])


def _declares(pod: Endpoint, name: str, protocol: str) -> bool:
    return any(port.name == name and protocol in ("", "ANY", port.protocol) for port in pod.ports)
