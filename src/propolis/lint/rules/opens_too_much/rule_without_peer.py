"""A rule of a NetworkPolicy without peers is for everyone.

## What it does

Finds an ingress rule of a NetworkPolicy that has no `from`, or an empty one.

## Why it is bad

Without peers the rule is for the whole world, on its ports or on all of them. `- {}` opens everything here,
while it closes everything in a CiliumNetworkPolicy.

## Avoid

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {matchLabels: {app: backend}}
  policyTypes: [Ingress]
  ingress:
  - {}
```

## Prefer

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {matchLabels: {app: backend}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}]
```

## Fix

None: who is meant is not certain.

## Source

Cilium semantics §9, S34; S38.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

WHY = (
    "a rule without peers is for everyone, the internet included; in a CiliumNetworkPolicy `{}` is for nobody"
)


def findings(context: Context) -> Iterator[Finding]:
    for policy in context.policies:
        spec = policy.network_policy
        for rule in spec.ingress if spec else ():
            if not rule.peers:
                what = "these ports are open for everyone" if rule.ports else "this rule lets everyone in"
                help = "name the peers, or leave the rule out: `policyTypes` alone closes the direction"
                yield context.finding(policy, rule.path, what, why=WHY, help=help)
