"""The API server refuses the object, and nothing in it is in force.

## What it does

Finds everything that the schema of the custom resource forbids: missing fields, wrong types, values out of
range.

## Why it is bad

A refused object does not exist in the cluster. Where an older version of it does, that one stays in force.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEntities: [internet]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEntities: [world]
```

## Fix

None in general; where one can be told, a rule of its own offers it.

## Source

Cilium custom resource definitions 1.16 to 1.20; semantics §10.

## Versions

The schema is that of the Cilium version.
"""

from collections.abc import Iterator

import msgspec

from propolis.lint.context import Context, named
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the API server refuses the object, so nothing in it is in force"


def findings(context: Context) -> Iterator[Finding]:
    for policy in context.policies:
        for problem in policy.refusals:
            if problem.span is not None and problem.code != "replaced-object":
                found = context.remark(problem.span, problem.message, why=WHY, help=problem.help)
                yield msgspec.structs.replace(found, policy=named(policy))
