"""Cilium applies the rules of a direction that `policyTypes` leaves out.

## What it does

Finds a NetworkPolicy with ingress or egress rules in a direction that its `policyTypes` does not name.

## Why it is bad

Kubernetes says that such rules are ignored. Cilium looks at the rules only: they are in force, and they
switch the direction to default deny.

## Avoid

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  egress:
  - to: [{podSelector: {}}]
```

## Prefer

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress:
  - to: [{podSelector: {}}]
```

## Fix

None: name the direction, or take its rules away.

## Source

Cilium semantics §9, S95.

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
NEEDS = Needs.DOCUMENT

WHY = "Cilium looks at the rules only: they are in force and switch the direction to default deny"


def findings(context: Context) -> Iterator[Finding]:
    for policy in context.policies:
        spec = policy.network_policy
        if spec is None or not spec.policy_types:
            continue
        for name, rules in (("Ingress", spec.ingress), ("Egress", spec.egress)):
            if rules and name not in spec.policy_types:
                yield context.finding(
                    policy,
                    (*spec.path, name.lower()),
                    f"these rules are in force although `policyTypes` does not name `{name}`",
                    why=WHY,
                    help=f"add `{name}` to `policyTypes`, or take the rules away",
                )
