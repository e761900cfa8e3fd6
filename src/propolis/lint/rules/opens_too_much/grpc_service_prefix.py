"""A gRPC path without its slash opens every service whose name begins alike.

## What it does

Finds a `path` that ends in `.*` directly behind the name of a gRPC service.

## Why it is bad

`/shop\\.Inventory.*` matches the methods of `shop.InventoryAdmin` as well, a service that may come later
and that nobody meant to open.

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
        - {method: POST, path: '/shop\\.Inventory.*'}
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
        - {method: POST, path: '/shop\\.Inventory/(Get|Reserve)'}
```

## Fix

Proposed (unsafe, because it refuses calls that pass now): `/[^/?]+` in place of `.*`.

## Source

Cilium semantics §5.1, §5.6, §7.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import grpc, places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Safety, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the expression continues the name, so services whose names only begin alike are open too"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        path = http.path or ""
        service = grpc.service(path)
        if not service or service.rest.rstrip("$") not in (".*", ".+"):
            continue
        meant = path.removesuffix(service.rest) + "/[^/?]+"
        where = (*http.where, "path")
        yield context.finding(
            policy,
            where,
            f"the path `{path}` also opens `{service.name}AndMore`",
            why=WHY,
            help=f"list the methods, or write `{meant}` for all of this service",
            fix=context.rewrite(policy, where, meant, Safety.UNSAFE),
        )
