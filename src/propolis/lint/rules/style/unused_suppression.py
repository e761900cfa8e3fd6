"""A comment allows a rule that finds nothing there.

## What it does

Finds `# propolis: allow …` that hides no finding, or names a rule that does not exist.

## Why it is bad

It would hide a finding that comes later, which nobody has looked at.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}] # propolis: allow entity-all -- the probe needs it
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

None: remove the comment.

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

WHY = "it would hide a finding that comes later, which nobody has looked at"
HELP = "remove it, or write `# propolis: allow <rule> -- <reason>` on the finding's line or the line above"


def findings(context: Context) -> Iterator[Finding]:
    for suppression in context.suppressions:
        if not suppression.rules:
            message = "this comment begins like a suppression and is none"
            yield context.remark(suppression.span, message, why="it hides nothing", help=HELP)
        elif suppression.reason:
            for rule in suppression.rules:
                if rule not in suppression.used:
                    message = f"nothing on this line is hidden by allowing `{rule}`"
                    yield context.remark(suppression.span, message, why=WHY, help=HELP)
