"""A port without quotes is a number, and the schema asks for a string.

## What it does

Finds a `port` of a Cilium policy that YAML reads as a number.

## Why it is bad

The API server refuses the object, and nothing in it is in force. A leading zero makes it worse: YAML reads
`010` as eight.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: 8080, protocol: TCP}]
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
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
```

## Fix

Safe: the same digits in quotes.

## Source

Cilium semantics §4.1, S74.

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

WHY = "the schema asks for a string: the API server refuses the object, so nothing in this policy is in force"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, port in places.ports(context):
        where = (*port.path, "port")
        value = context.written(policy, where)
        if isinstance(value, int | float):
            document = context.document(policy)
            digits = document.excerpt(document.span(where))
            exact = digits == str(value)
            yield context.finding(
                policy,
                where,
                f"the port `{digits}` is a number, not a string",
                why=WHY,
                help=f'write `"{value}"`',
                fix=context.rewrite(policy, where, digits, Safety.SAFE) if exact else None,
            )
