"""A label value that YAML reads as a number or a truth value is refused.

## What it does

Finds a value in `matchLabels` that is no string after YAML has read it, such as `yes`, `1.0` or `2024`.

## Why it is bad

Label values are strings. The API server refuses the object, and nothing in it is in force.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: frontend, canary: yes}
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
    - matchLabels: {app: frontend, canary: "yes"}
```

## Fix

Safe: the same text in quotes.

## Source

Kubernetes label values are strings; CRD schema.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Safety, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "label values are strings: the API server refuses the object, so nothing in this policy is in force"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, path in places.selectors(context):
        labels = context.written(policy, (*path, "matchLabels"))
        for key, value in labels.items() if isinstance(labels, dict) else ():
            if isinstance(value, bool | int | float):
                where = (*path, "matchLabels", key)
                document = context.document(policy)
                text = document.excerpt(document.span(where))
                yield context.finding(
                    policy,
                    where,
                    f"the value `{text}` of the label `{key}` is no string",
                    why=WHY,
                    help=f'write `"{text}"`',
                    fix=context.rewrite(policy, where, text, Safety.SAFE),
                )
