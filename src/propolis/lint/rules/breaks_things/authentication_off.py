"""`authentication: required` cuts everything where mutual authentication is not installed.

## What it does

Finds `authentication.mode: required` where no Helm values turn mutual authentication on, from the version on
in which it is off by default.

## Why it is bad

A connection that must be authenticated is dropped until both ends have a session. Without the authentication
service none ever has.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    authentication: {mode: required}
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
```

## Fix

None: installing SPIRE is more than a line of a policy.

## Source

Cilium semantics §4.10, S97; cilium-facts part 3 (`authentication.enabled`).

## Versions

From 1.19 on, where `authentication.enabled` is off by default.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.settings import Version

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

OFF_BY_DEFAULT = Version(1, 19)
WHY = "such a connection is dropped until both ends have authenticated, and there is nobody to do that"


def findings(context: Context) -> Iterator[Finding]:
    if context.settings.version < OFF_BY_DEFAULT or _is_on(context):
        return
    for policy, _, item in places.allow_items(context):
        if item.authentication == "required":
            yield context.finding(
                policy,
                (*item.path, "authentication"),
                "everything that this item allows is dropped while mutual authentication is off",
                why=WHY,
                help="set `authentication.enabled` and `authentication.mutual.spire.enabled` in Cilium's Helm values",
            )


def _is_on(context: Context) -> bool:
    switches = (("authentication", "enabled"), ("authentication", "mutual", "spire", "enabled"))
    return any(all(place.at(*path) is True for path in switches) for place in places.helm_values(context))
