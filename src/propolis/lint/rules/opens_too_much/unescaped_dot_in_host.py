"""A dot in `host` matches any character.

## What it does

Finds a plain dot between the labels of a host name in `rules.http[].host`.

## Why it is bad

The host is a regular expression: `api.example.com` also matches `apiXexample.com`, a name that somebody
else may register.

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
        - {method: GET, host: api.example.com}
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
        - {method: GET, host: "api[.]example[.]com"}
```

## Fix

Proposed (unsafe, because it refuses hosts that pass now): `[.]`, which means the same in every style of quoting.

## Source

Cilium semantics §5.1, S06.

## Versions

All supported.
"""

import re
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Safety, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

# A dot between two characters of a name, outside escapes and repeats.
_DOT = re.compile(r"(?<=[A-Za-z0-9_*)\]-])(?<!\\)[.](?=[A-Za-z0-9_(-])")
WHY = "the host is a regular expression, where a dot matches any character: somebody may own the other name"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        host = http.host or ""
        if _DOT.search(host) and "\\Q" not in host:
            meant = _DOT.sub("[.]", host)
            where = (*http.where, "host")
            yield context.finding(
                policy,
                where,
                f"the host `{host}` also matches `{_DOT.sub('x', host, count=1)}`",
                why=WHY,
                help=f"write `{meant}`",
                fix=context.rewrite(policy, where, meant, Safety.UNSAFE),
            )
