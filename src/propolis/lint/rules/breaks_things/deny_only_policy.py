"""A policy that only denies cuts everything else as well.

## What it does

Finds a direction with deny items, no allow item and no `enableDefaultDeny: false`.

## Why it is bad

A deny item switches the direction to default deny like any other. Where no other policy allows something,
all traffic of the selected pods in that direction stops.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egressDeny:
  - toCIDR: [169.254.169.254/32]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  enableDefaultDeny: {egress: false}
  egressDeny:
  - toCIDR: [169.254.169.254/32]
```

## Fix

None: add `enableDefaultDeny: false` for the direction if only the named flows are meant.

## Source

Cilium semantics §1.2, S24.

## Versions

`enableDefaultDeny` exists since 1.16.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction, Effect, Policy

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "a deny item switches default deny on, so what no other policy allows is cut as well"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec in places.specs(context):
        flags = {Direction.INGRESS: spec.default_deny_ingress, Direction.EGRESS: spec.default_deny_egress}
        for direction, flag in flags.items():
            denies = [
                item for item in spec.items() if item.direction is direction and not places.is_empty(item)
            ]
            if denies and flag is not False and not _has_allow(policy, direction):
                yield context.finding(
                    policy,
                    denies[0].path[:-1],
                    f"this policy only denies, and still cuts all other {direction} of the pods that it selects",
                    why=WHY,
                    help=f"add `enableDefaultDeny: {{{direction}: false}}` if only these flows are meant",
                )


def _has_allow(policy: Policy, direction: Direction) -> bool:
    items = (item for spec in policy.specs for item in spec.items())
    return any(item.direction is direction and item.effect is Effect.ALLOW for item in items)
