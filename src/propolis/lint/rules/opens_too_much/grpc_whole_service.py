"""A gRPC path opens every method of its service, also those to come.

## What it does

Finds a `path` that names a gRPC service and takes any method.

## Why it is bad

A method that is added to the service tomorrow is open from the day on which it is served, and nobody is
asked.

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
        - {method: POST, path: '/shop\\.Inventory/.*'}
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

None: which methods are meant is yours to say.

## Source

Cilium semantics §5.1, §5.6, §7.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import grpc, places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "a method that is added to the service is open as soon as it is served"
ANY_METHOD = frozenset({".*", ".+", "[^/]*", "[^/]+", "[^/?]*", "[^/?]+", "[A-Za-z_][A-Za-z0-9_]*"})


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        path = http.path or ""
        service = grpc.service(path)
        if service and service.rest.startswith("/") and service.rest[1:].rstrip("$") in ANY_METHOD:
            yield context.finding(
                policy,
                (*http.where, "path"),
                f"the path `{path}` opens every method of `{service.name}`, also those to come",
                why=WHY,
                help=f"list the methods that are needed: `{path.removesuffix(service.rest)}/(Get|List)`",
            )
