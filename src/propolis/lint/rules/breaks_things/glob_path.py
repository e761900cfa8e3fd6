"""`*` in a path repeats the character before it; it is no wildcard.

## What it does

Finds a `path` with `/*`, as in shell globs.

## Why it is bad

Paths are regular expressions: `/api/*` means `/api` and any number of slashes. Everything below `/api/` is
refused.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules:
        http:
        - {method: GET, path: "/api/*"}
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
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules:
        http:
        - {method: GET, path: "/api/.*"}
```

## Fix

Proposed (unsafe, because it opens paths that are refused now): `.*` in place of `*`.

## Source

Cilium semantics §5.1; Cilium HTTP rules are RE2 expressions.

## Versions

All supported.
"""

import re
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Safety, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

_GLOB = re.compile(r"/\*+(?=/|\$?\Z)")
WHY = "paths are regular expressions, where `/*` means any number of slashes: everything below is refused"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        path = http.path or ""
        if _GLOB.search(path):
            meant = _GLOB.sub("/.*", path)
            where = (*http.where, "path")
            yield context.finding(
                policy,
                where,
                f"the `*` in the path `{path}` repeats the slash before it and matches no name",
                why=WHY,
                help=f"write `{meant}`",
                fix=context.rewrite(policy, where, meant, Safety.UNSAFE),
            )
