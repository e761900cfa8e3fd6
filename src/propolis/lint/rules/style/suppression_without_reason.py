"""A suppression without a reason hides nothing.

## What it does

Finds `# propolis: allow …` without `-- <reason>`.

## Why it is bad

In a year nobody knows whether it may go. Without a reason the finding stays.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEntities: [all] # propolis: allow entity-all
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEntities: [all] # propolis: allow entity-all -- the probe needs it
```

## Fix

None: write the reason.

## Source

This project.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.OUTCOME

WHY = "in a year nobody knows whether it may go, so the finding stays"


def findings(context: Context) -> Iterator[Finding]:
    for suppression in context.suppressions:
        if suppression.rules and not suppression.reason:
            names = ", ".join(suppression.rules)
            message = f"allowing `{names}` needs a reason"
            yield context.remark(
                suppression.span, message, why=WHY, help=f"write `# propolis: allow {names} -- <reason>`"
            )
