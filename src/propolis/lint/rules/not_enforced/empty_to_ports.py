"""An item of `toPorts` without ports selects nothing.

## What it does

Finds an item of `toPorts` that has no `ports`.

## Why it is bad

It does not mean 'all ports': it selects none, and because it is there, the peers of the item are not
allowed as a whole either.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{}]
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
```

## Fix

None: the ports that are meant are not said.

## Source

Cilium semantics §1.3, S39.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "it means no port, not every port, and keeps the item's peers from being selected as a whole"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item, port_rule in places.port_rules(context):
        if not port_rule.ports:
            yield context.finding(
                policy,
                port_rule.path,
                f"this item of `toPorts` has no ports, so it makes the rule {item.effect} nothing",
                why=WHY,
                help="list the ports, or leave `toPorts` out to mean all of them",
            )
