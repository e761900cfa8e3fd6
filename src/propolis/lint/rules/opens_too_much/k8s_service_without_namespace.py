"""A Service without a namespace means that name in every namespace.

## What it does

Finds `k8sService` without `namespace`.

## Why it is bad

Not the policy's namespace is meant but all: whoever creates a Service of that name anywhere opens the way
to its pods.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toServices:
    - k8sService: {serviceName: db}
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
```

## Fix

Proposed (unsafe): the policy's own namespace.

## Source

Cilium semantics §3.8, S67.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import edits, places
from propolis.lint.context import Context, fix
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Safety, Severity
from propolis.model.policy import ServicePeer

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "every namespace is meant: whoever creates a Service of that name anywhere opens the way to its pods"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, peer, path in places.peers(context):
        if isinstance(peer, ServicePeer) and peer.name and not peer.namespace:
            where = (*path, "k8sService", "serviceName")
            edit = edits.entry_after(context.document(policy), where, "namespace", policy.namespace)
            yield context.finding(
                policy,
                where,
                f"the Service `{peer.name}` is meant in every namespace",
                why=WHY,
                help="add its `namespace`",
                fix=fix(f"add `namespace: {policy.namespace}`", Safety.UNSAFE, edit)
                if policy.namespace
                else None,
            )
