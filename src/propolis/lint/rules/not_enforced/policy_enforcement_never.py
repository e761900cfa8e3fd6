"""Policies that the agent is told to ignore.

## What it does

Finds `enable-policy: never` (in Helm `policyEnforcementMode: never`) in Helm values or the agent's ConfigMap.

## Why it is bad

In this mode the agent enforces no policy of any kind, a deny included. It is meant for moments of trouble,
and easily stays.

## Avoid

```yaml
hubble: {enabled: true}
policyEnforcementMode: never
```

## Prefer

```yaml
hubble: {enabled: true}
policyEnforcementMode: default
```

## Fix

None: turning enforcement on cuts what policies do not allow.

## Source

Cilium semantics §1.5, S36; cilium-facts part 3.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

WHY = "the agent enforces no policy at all then, and says so nowhere"


def findings(context: Context) -> Iterator[Finding]:
    for place in places.flags(context, "enable-policy"):
        if place.value == "never":
            message = "no policy is enforced in the mode `never`"
            yield context.remark(place.span, message, why=WHY, help="write `default`")
