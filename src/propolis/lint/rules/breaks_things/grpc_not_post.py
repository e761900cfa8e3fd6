"""A gRPC call is a `POST`, so a rule for another method lets none through.

## What it does

Finds a `path` that names a gRPC method beside a `method` that is never `POST`.

## Why it is bad

gRPC sends every call as a `POST`, also one that only reads. The item matches no call, and the service
stops working.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: inventory, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: inventory}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: backend}}]
    toPorts:
    - ports: [{port: "9090", protocol: TCP}]
      rules:
        http:
        - {method: GET, path: '/shop\\.Inventory/Get'}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: inventory, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: inventory}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: backend}}]
    toPorts:
    - ports: [{port: "9090", protocol: TCP}]
      rules:
        http:
        - {method: POST, path: '/shop\\.Inventory/Get'}
```

## Fix

Proposed (unsafe, because it lets calls through): `POST`.

## Source

Cilium semantics §5.1, §5.6, §7.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.algebra.regular import literal
from propolis.lint import grpc, languages, places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Safety, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "gRPC sends every call as a POST, also one that only reads: this item lets no call through"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        service = grpc.service(http.path or "")
        method = http.method or ""
        if not service or not method or languages.meeting(method, _POST) is not languages.Meeting.NONE:
            continue
        where = (*http.where, "method")
        yield context.finding(
            policy,
            where,
            f"the method `{method}` lets no call of `{service.name}` through",
            why=WHY,
            help="write `POST`",
            fix=context.rewrite(policy, where, "POST", Safety.UNSAFE),
        )


_POST = literal("POST")
