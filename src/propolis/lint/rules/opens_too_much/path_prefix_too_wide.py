"""`/public.*` also matches `/publicity`.

## What it does

Finds a `path` that ends in `.*` directly behind a word.

## Why it is bad

The path is a regular expression that must match as a whole, so `.*` continues the word: neighbours whose
names only begin alike are open too.

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
        - {method: GET, path: "/public.*"}
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
        - {method: GET, path: "/public(/.*)?"}
```

## Fix

Proposed (unsafe, because it refuses requests that pass now): `(/.*)?` in place of `.*`.

## Source

Cilium semantics §5.1, S07.

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
CONFIDENCE = Confidence.MEDIUM
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

_WIDE = re.compile(r"(?P<prefix>\^?[^\\]*(?<!\\)[A-Za-z0-9_-])[.][*](?P<end>\$?)")
WHY = "the expression continues the word, so paths that only begin alike are open too"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        found = _WIDE.fullmatch(http.path or "")
        if found:
            narrow = f"{found['prefix']}(/.*)?{found['end']}"
            where = (*http.where, "path")
            yield context.finding(
                policy,
                where,
                f"the path `{http.path}` also matches `{found['prefix'].lstrip('^')}-and-more`",
                why=WHY,
                help=f"write `{narrow}` for the path and all that stands below it",
                fix=context.rewrite(policy, where, narrow, Safety.UNSAFE),
            )
