"""A peer of nothing but exclusions is more than pods.

## What it does

Finds an allow whose peer is described only by what it is not, and matches nodes, the world or endpoints of
Cilium.

## Why it is bad

Whatever lacks a label is not excluded by it. Nodes and the internet have no namespace, so 'not in that
namespace' includes them.

## Avoid

```yaml
hubble: {enabled: true}
clustermesh: {policyDefaultLocalCluster: false}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: backend}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints:
    - matchExpressions: [{key: "k8s:io.kubernetes.pod.namespace", operator: NotIn, values: [other]}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: backend}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints:
    - matchExpressions:
      - {key: "k8s:io.kubernetes.pod.namespace", operator: Exists}
      - {key: "k8s:io.kubernetes.pod.namespace", operator: NotIn, values: [other]}
```

## Fix

None: who is meant is not certain.

## Source

Cilium semantics §3.2, S57; §0.3.

## Versions

All supported; from 1.19 on only where peers are not scoped to the cluster.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.labels import Operator, Selector
from propolis.model.policy import EndpointsPeer
from propolis.model.world import Role

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.WORLD

NEGATIVE = (Operator.NOT_IN, Operator.DOES_NOT_EXIST)
WHY = "what lacks a label is not excluded by it, and neither nodes nor the internet have the labels of pods"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    for policy, _, item in places.allow_items(context):
        for rule in engine.rules_at(item.path, policy.document):
            for peer in rule.peers or ():
                if not isinstance(peer, EndpointsPeer) or not _excludes_only(peer.selector):
                    continue
                others = [found for found in engine.matching(peer.selector) if found.role is not Role.POD]
                if others:
                    names = ", ".join(f"`{other.name}`" for other in others[:3])
                    message = f"a peer of this item is not only pods: it matches {names} as well"
                    help = "ask for `k8s:io.kubernetes.pod.namespace` with `Exists` beside what is excluded"
                    yield context.finding(policy, item.path, message, why=WHY, help=help)


def _excludes_only(selector: Selector) -> bool:
    """Whether *selector* excludes something, and asks for nothing but that."""
    return bool(selector.requirements) and all(r.operator in NEGATIVE for r in selector.requirements)
