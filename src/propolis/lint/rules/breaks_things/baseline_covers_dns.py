"""An egress baseline that also selects the cluster's DNS cuts it off from its upstream.

## What it does

Finds policies whose egress default deny selects the DNS pods, while no policy lets these reach port 53
outside of the pods.

## Why it is bad

CoreDNS is a pod like any other. When it may not ask its upstream, every name outside the cluster stops to
resolve, for everybody, whatever else the policies allow.

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
metadata: {name: coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}
spec: {containers: [{name: main, image: coredns}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  endpointSelector:
    matchExpressions:
    - {key: "k8s:io.kubernetes.pod.namespace", operator: NotIn, values: [kube-system]}
  egress:
  - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}
spec: {containers: [{name: main, image: coredns}]}
```

## Fix

None: except the namespace of the DNS from the subject, or allow its upstream by a policy of its own.

## Source

Cilium semantics §8.4, S53.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint.context import Context
from propolis.lint.engine import Engine
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.flow import UDP
from propolis.model.policy import Direction
from propolis.model.rule import Origin
from propolis.model.verdict import Why
from propolis.model.world import Endpoint, Role

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.WORLD

DNS_LABELS = frozenset(
    (key, name)
    for key in ("k8s-app", "app.kubernetes.io/name")
    for name in ("kube-dns", "coredns", "rke2-coredns")
)
WHY = "pods that ask it for a name outside the cluster get no answer, whatever else the policies allow"
HELP = "except its namespace from the subject, or allow port 53 to its upstream by a policy of its own"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    for pod in filter(_is_dns, engine.pods):
        for origin in _cutting(engine, pod):
            policy, _, subject = engine.written(origin)
            yield context.finding(
                policy,
                subject,
                f"the subject also selects the DNS, {engine.named(pod)}, which cannot ask its upstream any more",
                why=WHY,
                help=HELP,
            )


def _is_dns(pod: Endpoint) -> bool:
    return any((label.key, label.value) in DNS_LABELS for label in pod.labels)


def _cutting(engine: Engine, pod: Endpoint) -> tuple[Origin, ...]:
    """The first rule of each spec that keeps *pod* from every upstream; none when there is one that it reaches."""
    upstreams = [e for e in engine.endpoints if e.role in (Role.WORLD, Role.HOST, Role.REMOTE_NODE)]
    sides = [engine.side(pod, upstream, Direction.EGRESS, UDP, 53) for upstream in upstreams]
    if any(side.why is not Why.DEFAULT_DENY for side in sides):
        return ()
    return engine.one_for_each_spec(origin for side in sides for origin in side.rules)
