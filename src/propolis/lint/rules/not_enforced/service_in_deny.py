"""`toServices` in a deny item is never resolved.

## What it does

Finds `toServices` under `egressDeny`.

## Why it is bad

Cilium resolves Services for allow items only. Without ports the item denies nothing; with ports it denies
them towards everyone.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEntities: [all]
  egressDeny:
  - toServices:
    - k8sService: {serviceName: db, namespace: shop}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEntities: [all]
  egressDeny:
  - toEndpoints: [{matchLabels: {app: db}}]
```

## Fix

None: select the pods behind the Service.

## Source

Cilium semantics §3.8, S32.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Effect

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "Cilium resolves Services for allow items only"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item, listed in places.peer_lists(context):
        if item.effect is Effect.DENY and listed.field == "toServices":
            effect = "denies its ports towards everyone" if item.to_ports else "denies nothing"
            yield context.finding(
                policy,
                listed.path,
                f"the Services of a deny item are never looked up: this item {effect}",
                why=WHY,
                help="select the pods behind the Service with `toEndpoints`",
            )
