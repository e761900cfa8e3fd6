"""A `reserved:` key in a peer takes its namespace away.

## What it does

Finds a peer of a namespaced policy that excludes a `reserved:` label and names no namespace.

## Why it is bad

Cilium adds the policy's namespace and cluster to a peer only if no key of it begins with `reserved:`. With
one, the peer means pods of every namespace and every cluster of the mesh.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: frontend}
      matchExpressions: [{key: "reserved:host", operator: DoesNotExist}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: frontend}
```

## Fix

None: which pods are meant is not certain.

## Source

Cilium semantics §3.2, S56.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.labels import NAMESPACE, NAMESPACE_LABELS, RESERVED, Operator, Selector
from propolis.model.policy import Effect, EndpointsPeer, Kind

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

NEGATIVE = (Operator.NOT_IN, Operator.DOES_NOT_EXIST)
WHY = "with a `reserved:` key in it, Cilium adds neither the policy's namespace nor its cluster to a peer"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item, peer, path in places.peers(context):
        is_allow = policy.kind is Kind.CNP and item.effect is Effect.ALLOW
        if is_allow and isinstance(peer, EndpointsPeer) and _is_unscoped(peer.selector):
            yield context.finding(
                policy,
                path,
                "this peer is one of every namespace, because of its `reserved:` key",
                why=WHY,
                help="drop the key, or name the namespace",
            )


def _is_unscoped(selector: Selector) -> bool:
    lifting = any(r.source == RESERVED and r.operator in NEGATIVE for r in selector.requirements)
    return lifting and not any(
        r.key == NAMESPACE or r.key.startswith(NAMESPACE_LABELS) for r in selector.requirements
    )
