"""`enableDefaultDeny: false` means nothing where the agent is told so.

## What it does

Finds `enableDefaultDeny` with `false` while `enable-non-default-deny-policies` is off.

## Why it is bad

The policy was written to allow or watch without closing anything. With the flag off it switches default deny
on like any other, and what it does not name is cut.

## Avoid

```yaml
hubble: {enabled: true}
enableNonDefaultDenyPolicies: false
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  enableDefaultDeny: {ingress: false}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
```

## Prefer

```yaml
hubble: {enabled: true}
enableNonDefaultDenyPolicies: true
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  enableDefaultDeny: {ingress: false}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
```

## Fix

None: it is a setting of the cluster.

## Source

Cilium semantics §1.2; cilium-facts part 3 (`enableNonDefaultDenyPolicies`).

## Versions

The flag exists from 1.17 on.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

WHY = "with `enable-non-default-deny-policies` off, every policy closes what it does not name"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec in places.specs(context) if not context.settings.non_default_deny else ():
        sections = (
            ("ingress", spec.default_deny_ingress, (*(spec.ingress or ()), *(spec.ingress_deny or ()))),
            ("egress", spec.default_deny_egress, (*(spec.egress or ()), *(spec.egress_deny or ()))),
        )
        for direction, written, items in sections:
            if written is False and items:
                yield context.finding(
                    policy,
                    (*spec.path, "enableDefaultDeny", direction),
                    f"this policy closes {direction} all the same: the agent ignores `enableDefaultDeny`",
                    why=WHY,
                    help="turn `enableNonDefaultDenyPolicies` on, or allow the rest in words",
                )
