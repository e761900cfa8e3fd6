"""A dot in the path of a gRPC method matches any character.

## What it does

Finds a plain dot in the name of a gRPC service in `rules.http[].path`.

## Why it is bad

The path is a regular expression: `/shop.Inventory/Get` also matches `/shop/Inventory/Get` and
`/shopXInventory/Get`, which a server behind the same port may serve as something else.

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
        - {method: POST, path: /shop.Inventory/Get}
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
        - {method: POST, path: "/shop[.]Inventory/Get"}
```

## Fix

Proposed (unsafe, because it refuses paths that pass now): `[.]`, which means the same in every style of quoting.

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

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the path is a regular expression, where a dot matches any character, a slash too"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        path = http.path or ""
        service = grpc.service(path)
        if not service or "." not in service.written.replace("\\.", "").replace("[.]", ""):
            continue
        meant = path.replace(service.written, service.name.replace(".", "[.]"), 1)
        where = (*http.where, "path")
        yield context.finding(
            policy,
            where,
            f"the path `{path}` also matches `/{service.name.replace('.', '/', 1)}{service.rest}`",
            why=WHY,
            help=f"write `{meant}`",
            fix=context.rewrite(policy, where, meant, Safety.UNSAFE),
        )
