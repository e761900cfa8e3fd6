"""An egress baseline leaves the other direction open.

## What it does

Finds pods that a policy selects for egress, while no policy at all selects them for ingress.

## Why it is bad

Each direction is closed by its own rules. A pod without any ingress rule accepts every connection: from
other tenants, from nodes, from the internet where it can be routed.

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
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: main, image: web}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  endpointSelector: {}
  egress:
  - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
  ingress:
  - {}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: main, image: web}]}
```

## Fix

None: `ingress: [{}]` closes the direction; what is needed must then be allowed.

## Source

Cilium semantics §1.2.

## Versions

All supported.
"""

from collections.abc import Iterator, Sequence

from propolis.lint.context import Context
from propolis.lint.engine import Engine
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction, Kind
from propolis.model.rule import Origin, Rule
from propolis.model.settings import Enforcement
from propolis.model.world import Endpoint

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.WORLD

WHY = "each direction is closed by its own rules: a pod without any ingress rule accepts every connection"
HELP = "add `ingress: [{}]` to close the direction by default, and allow what is needed"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    if context.settings.enforcement is not Enforcement.DEFAULT:
        return
    open_pods: dict[Origin, list[Endpoint]] = {}
    for pod in engine.pods:
        egress = engine.selecting(pod, Direction.EGRESS)
        if egress and not engine.selecting(pod, Direction.INGRESS):
            open_pods.setdefault(_baseline(engine, egress), []).append(pod)
    for origin, pods in open_pods.items():
        policy, _, subject = engine.written(origin)
        # Without workloads a policy of a namespace may be one of several that nobody has shown us.
        if engine.given is None and policy.kind is not Kind.CCNP:
            continue
        yield context.finding(
            policy,
            subject,
            f"every connection to {engine.listed(pods)} is accepted, because no rule covers ingress",
            why=WHY,
            help=HELP,
        )


def _baseline(engine: Engine, egress: Sequence[Rule]) -> Origin:
    """The first rule of the first spec for egress, one of a cluster-wide policy before others."""
    origins = engine.one_for_each_spec(rule.origin for rule in egress)
    wide = (origin for origin in origins if engine.written(origin).policy.kind is Kind.CCNP)
    return next(wide, origins[0])
