"""`fromRequires` and `toRequires` make an object invalid from 1.19 on.

## What it does

Finds a filled `fromRequires` or `toRequires`.

## Why it is bad

The fields were removed. From Cilium 1.19 on the API server refuses the object, and at the upgrade the pods
lose the policy.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    fromRequires: [{matchLabels: {env: prod}}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend, env: prod}}]
```

## Fix

None: write the labels into each peer.

## Source

Cilium semantics §0.2 and §3.3, S96.

## Versions

Up to 1.18, for the upgrade; from 1.19 on `schema-violation` says that the object is refused.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.settings import Version

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

_REFUSED = Version(1, 19)
WHY = "the fields were removed: from Cilium 1.19 on the API server refuses the object"


def findings(context: Context) -> Iterator[Finding]:
    if context.settings.version >= _REFUSED:
        return  # the schema says so
    for policy, _, item in places.items(context):
        written = context.written(policy, item.path)
        for field in ("fromRequires", "toRequires") if isinstance(written, dict) else ():
            where = (*item.path, field)
            if written.get(field):
                yield context.finding(
                    policy,
                    where,
                    f"`{field}` makes the policy invalid from Cilium 1.19 on",
                    why=WHY,
                    help="write the required labels into each peer",
                )
