"""In audit mode nothing is denied.

## What it does

Finds `policy-audit-mode: true` (in Helm `policyAuditMode`) in Helm values or the agent's ConfigMap.

## Why it is bad

What policies would deny on layers 3 and 4 passes, and is only logged. The mode is for the days before
enforcement.

## Avoid

```yaml
hubble: {enabled: true}
policyAuditMode: true
```

## Prefer

```yaml
hubble: {enabled: true}
policyAuditMode: false
```

## Fix

None: turning the mode off cuts what policies do not allow.

## Source

Cilium-facts parts 2 and 3 (audit mode).

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

WHY = "what policies would deny on layers 3 and 4 passes and is only logged; requests are still refused"


def findings(context: Context) -> Iterator[Finding]:
    for place in places.flags(context, "policy-audit-mode"):
        if place.value == "true":
            message = "nothing is denied while the audit mode is on"
            yield context.remark(place.span, message, why=WHY, help="turn it off once the logs are quiet")
