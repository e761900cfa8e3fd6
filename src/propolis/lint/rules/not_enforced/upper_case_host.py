"""A host in upper case matches no request of a usual client.

## What it does

Finds a `host` that matches no text without a letter in upper case.

## Why it is bad

The expression is compared with its case. Browsers and most libraries send host names in lower case, so the
item never lets a request through.

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
    - ports: [{port: "80", protocol: TCP}]
      rules: {http: [{method: GET, path: "/api(/.*)?", host: "API[.]example[.]com"}]}
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
    - ports: [{port: "80", protocol: TCP}]
      rules: {http: [{method: GET, path: "/api(/.*)?", host: "api[.]example[.]com"}]}
```

## Fix

None: an odd client may send it in upper case.

## Source

Cilium semantics §5.1, S08.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.algebra.regular import pattern
from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.languages import Meeting, meeting
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

WITHOUT_CAPITALS = pattern("[^A-Z]*")
WHY = "the expression is compared with its case, and clients send host names in lower case"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        if http.host and meeting(http.host, WITHOUT_CAPITALS) is Meeting.NONE:
            path = (*http.where, "host")
            message = f"`{http.host}` matches no host name in lower case"
            yield context.finding(policy, path, message, why=WHY, help="write it in lower case")
