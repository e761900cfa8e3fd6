"""A path that does not begin with a slash never matches.

## What it does

Finds a `path` whose expression matches nothing that begins with a slash.

## Why it is bad

The path of a request begins with `/`, and the expression must match it as a whole: `api/orders` matches no
request.

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
        - {method: GET, path: "api/orders"}
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
        - {method: GET, path: "/api/orders"}
```

## Fix

Proposed (unsafe): a slash in front.

## Source

Cilium semantics §5.1.

## Versions

All supported.
"""

import re
from collections.abc import Iterator

from propolis.lint import languages, places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Safety, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

_NAKED = re.compile(r"\^?[A-Za-z0-9]")
WHY = "the path of a request begins with `/` and must match as a whole, so this item allows nothing"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        path = http.path or ""
        if path and languages.meeting(path, languages.OF_REQUESTS) is languages.Meeting.NONE:
            where = (*http.where, "path")
            meant = "/" + path.removeprefix("^")
            certain = _NAKED.match(path) and "|" not in path
            yield context.finding(
                policy,
                where,
                f"the path `{path}` never matches: the path of a request begins with `/`",
                why=WHY,
                help=f"write `{meant}`" if certain else "begin it with a slash",
                fix=context.rewrite(policy, where, meant, Safety.UNSAFE) if certain else None,
            )
