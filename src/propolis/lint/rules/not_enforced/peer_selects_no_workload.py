"""A peer that matches none of the workloads.

## What it does

Finds an endpoints peer for one namespace that matches no workload there, although workloads of that
namespace were read.

## Why it is bad

One letter in a label is enough, and nothing reports an error: an allow lets nobody through, a deny keeps
nobody out.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: front-end}}]
---
apiVersion: v1
kind: Pod
metadata: {name: frontend, namespace: shop, labels: {app: frontend}}
spec: {containers: [{name: main, image: frontend}]}
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
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
---
apiVersion: v1
kind: Pod
metadata: {name: frontend, namespace: shop, labels: {app: frontend}}
spec: {containers: [{name: main, image: frontend}]}
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Fix

None: the label that is meant is not certain.

## Source

Cilium semantics §3.1 and §3.2.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.labels import NAMESPACE, Operator, Selector
from propolis.model.policy import EndpointsPeer, Peer

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.WORKLOADS

WHY = "nothing reports an error: an allow lets nobody through, a deny keeps nobody out"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    read = {pod.namespace for pod in engine.pods}
    for policy, _, item, listed in places.peer_lists(context):
        for rule in engine.rules_at(item.path, policy.document):
            if len(rule.peers or ()) != len(listed.peers):
                continue
            for index, peer in enumerate(rule.peers or ()):
                namespace = _namespace(peer)
                if namespace in read and not engine.matching_pods(_selectors(peer)):
                    yield context.finding(
                        policy,
                        (*listed.path, index),
                        f"this peer matches none of the workloads in `{namespace}`",
                        why=WHY,
                        help="compare its labels with those of the pod templates",
                    )


def _namespace(peer: Peer) -> str:
    """The one namespace that *peer* is about, or ""."""
    if not isinstance(peer, EndpointsPeer):
        return ""
    names = {
        r.values for r in peer.selector.requirements if r.key == NAMESPACE and r.operator is Operator.EQUALS
    }
    return next(iter(names))[0] if len(names) == 1 else ""


def _selectors(peer: Peer) -> tuple[Selector, ...]:
    return (peer.selector,) if isinstance(peer, EndpointsPeer) else ()
