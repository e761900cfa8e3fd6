"""`enableDefaultDeny: true` without an item does nothing.

## What it does

Finds `enableDefaultDeny` with `true` for a direction in which the policy has no item.

## Why it is bad

The flag is a property of items. Without one there is nothing that carries it, and the direction stays open.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  enableDefaultDeny: {egress: true}
  ingress:
  - fromEndpoints: [{}]
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
  egress:
  - {}
```

## Fix

None: whether the direction should be closed is the author's decision.

## Source

Cilium semantics §1.2, S35.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the flag is carried by items of its direction; without one the direction stays open"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec in places.specs(context):
        flags = (
            (Direction.INGRESS, spec.default_deny_ingress),
            (Direction.EGRESS, spec.default_deny_egress),
        )
        for direction, flag in flags:
            if flag and not any(item.direction is direction for item in spec.items()):
                yield context.finding(
                    policy,
                    (*spec.path, "enableDefaultDeny", direction.value),
                    f"`enableDefaultDeny` has no effect on `{direction}`: the policy has no item there",
                    why=WHY,
                    help=f"add `{direction}: [{{}}]` to deny by default",
                )
