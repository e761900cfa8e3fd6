"""A policy of a kind that the agent does not look at.

## What it does

Finds policies whose kind is turned off by a flag, or not known to the Cilium version.

## Why it is bad

The API server stores the object and nobody enforces it: neither an allow nor a deny in it does anything.

## Avoid

```yaml
hubble: {enabled: true}
k8sNetworkPolicy: {enabled: false}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {matchLabels: {app: backend}}
  policyTypes: [Ingress]
```

## Prefer

```yaml
hubble: {enabled: true}
k8sNetworkPolicy: {enabled: true}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {matchLabels: {app: backend}}
  policyTypes: [Ingress]
```

## Fix

None: it is a setting of the cluster.

## Source

Cilium semantics §2.5; cilium-facts part 3 (`k8sNetworkPolicy.enabled`, `k8sClusterNetworkPolicy.enabled`).

## Versions

ClusterNetworkPolicy is known from 1.20 on, and off by default.
"""

from collections.abc import Iterator

from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.semantics.ruleset import unseen

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the object is stored, and nothing in it is in force"


def findings(context: Context) -> Iterator[Finding]:
    for policy in context.policies:
        title, _, reason = unseen(policy, context.settings).partition(" is ignored: ")
        if title:
            message = f"`{title}` is ignored: {reason}"
            yield context.finding(
                policy,
                (*policy.base, "kind"),
                message,
                why=WHY,
                help="use another kind, or a version and flags with which Cilium looks at it",
            )
