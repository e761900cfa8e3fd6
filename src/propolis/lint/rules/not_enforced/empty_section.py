"""`ingress: []` is no default deny.

## What it does

Finds a section `ingress` or `egress` that is an empty list, in a direction without any other item.

## Why it is bad

Default deny comes from items, and an empty list has none: the direction stays open. Where all sections are
empty, Cilium 1.17 and later refuse the whole policy.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress: []
  egress:
  - toEndpoints: [{}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - {}
  egress:
  - toEndpoints: [{}]
```

## Fix

Proposed (unsafe, because it closes the direction): one empty item.

## Source

Cilium semantics §1.3, S33.

## Versions

All supported; refused alone since 1.17.
"""

from collections.abc import Iterator

from propolis.lint import edits, places
from propolis.lint.context import Context, fix
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Safety, Severity
from propolis.model.policy import Direction

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "default deny comes from items, and an empty list has none: the direction stays open"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec in places.specs(context):
        sections = ((Direction.INGRESS, spec.ingress), (Direction.EGRESS, spec.egress))
        for direction, section in sections:
            if section == () and not any(item.direction is direction for item in spec.items()):
                where = (*spec.path, direction.value)
                edit = edits.replacement(context.document(policy), where, "[{}]")
                yield context.finding(
                    policy,
                    where,
                    f"the empty list `{direction}` denies nothing",
                    why=WHY,
                    help=f"write one empty item, `{direction}: [{{}}]`, to deny by default",
                    fix=fix("write one empty item", Safety.UNSAFE, edit),
                )
