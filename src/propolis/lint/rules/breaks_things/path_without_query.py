r"""A path without room for a query string refuses every request that has one.

## What it does

Finds a `path` for GET, or for every method, whose expression matches nothing with a `?`. The usual paths of
probes and metrics are left alone.

## Why it is bad

What is matched is the path with its query string, as a whole: `/search` does not match `/search?q=1`. A
client that adds a parameter gets 403.

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
        - {method: GET, path: /search}
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
        - {method: GET, path: '/search(\?.*)?'}
```

## Fix

None: whether a query string may pass is the author's decision.

## Source

Cilium semantics §5.1, S05.

## Versions

All supported.
"""

import re
from collections.abc import Iterator

from propolis.lint import languages, places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.PEDANTIC
NEEDS = Needs.DOCUMENT

# Probes and scrapers ask for these without parameters.
_PLAIN = re.compile(r"\^?(/[-\w]+)*/(healthz?|livez?|readyz?|liveness|readiness|metrics)\$?")
WHY = "the expression must match the path together with its query string, as a whole"
HELP = "if parameters may be sent, end the path with `(\\?.*)?`"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        path, method = http.path or "", http.method or "GET"
        if not path or "GET" not in method or _PLAIN.fullmatch(path):
            continue
        if languages.meeting(path, languages.WITH_QUERY) is languages.Meeting.NONE:
            yield context.finding(
                policy,
                (*http.where, "path"),
                f"the path `{path}` refuses every query string, as in `{languages.example(path)}?page=2`",
                why=WHY,
                help=HELP,
            )
