"""The agent rejects the policy: it exists, and nothing in it is in force.

## What it does

Finds what the schema lets pass and Cilium's agent refuses.

## Why it is bad

Such an object is stored, `kubectl apply` succeeds, and only its status says that it is not valid. One bad
item takes the whole object out of force.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{}]
    toPorts:
    - ports: [{port: "99999", protocol: TCP}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{}]
    toPorts:
    - ports: [{port: "9999", protocol: TCP}]
```

## Fix

None in general; where one can be told, a rule of its own offers it.

## Source

Cilium semantics §10, S45.

## Versions

The checks are those of the Cilium version.
"""

from collections.abc import Iterator

from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.semantics.admission import refusals

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.POLICIES

WHY = "the object is stored but not enforced, and only its status says so"


def findings(context: Context) -> Iterator[Finding]:
    for policy in context.policies:
        if not policy.refusals:
            for refusal in refusals(policy, context.settings):
                message = f"the agent rejects the policy: {refusal.message}"
                yield context.finding(policy, refusal.path, message, why=WHY)
