"""A header line without a space asks for a header that cannot exist.

## What it does

Finds a line in `headers` that has a colon and no space behind it, or more than one space.

## Why it is bad

The line is cut at its first space. Without one, the whole text, colon included, is taken as a header name
whose presence is asked for; no request has it, so the item never matches. A second space becomes part of
the value, which HTTP never delivers.

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
        - {method: GET, path: /api, headers: ["X-Team:blue"]}
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
        - {method: GET, path: /api, headers: ["X-Team: blue"]}
```

## Fix

Proposed (unsafe, because it opens requests that are refused now) where a value follows: exactly one space is written
behind the colon.

## Source

Cilium semantics §5.2, S03.

## Versions

All supported.
"""

import re
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Safety, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

_GLUED = re.compile(r"(?P<name>[^\s:]+):(?P<value>\S*)")
_SPACED = re.compile(r"(?P<name>[^\s:]+): \s+(?P<value>\S.*)")
WHY = "the line is cut at its first space, so no request ever has the header that is asked for"
HELP = "write `Name: value` with one space, or only `Name` to ask for its presence"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        for index, line in enumerate(http.headers):
            found = _GLUED.fullmatch(line) or _SPACED.fullmatch(line)
            if found:
                where = (*http.where, "headers", index)
                meant = f"{found['name']}: {found['value']}"
                yield context.finding(
                    policy,
                    where,
                    f"the header line `{line}` never matches: exactly one space must follow the colon",
                    why=WHY,
                    help=HELP,
                    fix=context.rewrite(policy, where, meant, Safety.UNSAFE) if found["value"] else None,
                )
