"""A method in lower case never matches: methods are compared with their case.

## What it does

Finds a `method` that names a standard HTTP method in lower or mixed case.

## Why it is bad

HTTP methods are case-sensitive and so is the comparison: `get` matches no request that a client sends, and
the item allows nothing.

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
        - {method: get, path: /api}
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
        - {method: GET, path: /api}
```

## Fix

Proposed (unsafe, because it opens requests that are refused now): the method in upper case.

## Source

Cilium semantics §5.1, S08.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Safety, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
WHY = "methods are compared with their case, so this one matches no request that a client sends"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        method = http.method or ""
        words = method.strip("^$").split("|")
        wrong = [word for word in words if word not in METHODS and word.upper() in METHODS]
        if wrong:
            where = (*http.where, "method")
            certain = all(word.upper() in METHODS for word in words)
            yield context.finding(
                policy,
                where,
                f"the method `{wrong[0]}` never matches: methods are upper case",
                why=WHY,
                help=f"write `{wrong[0].upper()}`",
                fix=context.rewrite(policy, where, method.upper(), Safety.UNSAFE) if certain else None,
            )
