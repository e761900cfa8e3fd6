"""A namespaced policy cannot select Cilium's own endpoints.

## What it does

Finds an `endpointSelector` on a `reserved:` label in a CiliumNetworkPolicy.

## Why it is bad

The policy's namespace is always added to its subject, and reserved endpoints (host, ingress, health) are in
none: the policy selects nothing.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {"reserved:ingress": ""}}
  ingress:
  - fromEntities: [world]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  endpointSelector: {matchLabels: {"reserved:ingress": ""}}
  ingress:
  - fromEntities: [world]
```

## Fix

None: it takes a CiliumClusterwideNetworkPolicy.

## Source

Cilium semantics §3.2, S52.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.labels import RESERVED
from propolis.model.policy import Kind

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the policy's namespace is added to its subject, and reserved endpoints are in no namespace"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec in places.specs(context):
        subject = spec.endpoint_selector
        if policy.kind is Kind.CNP and subject is not None and subject.has_source(RESERVED):
            yield context.finding(
                policy,
                (*spec.path, "endpointSelector"),
                "this subject selects nothing: no reserved endpoint is in a namespace",
                why=WHY,
                help="write a CiliumClusterwideNetworkPolicy",
            )
