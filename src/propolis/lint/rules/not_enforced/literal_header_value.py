"""A header value that looks like a pattern is compared as plain text.

## What it does

Finds a value in `headers` or `headerMatches` that is written as a regular expression or a glob.

## Why it is bad

Unlike `path`, `method` and `host`, header values are literal: `X-API-KEY: .+` asks for the two characters
`.+`. Honest clients are refused, and whoever sends exactly that text passes.

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
        - {method: GET, path: /api/orders, headers: ["X-API-KEY: .+"]}
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
        - {method: GET, path: /api/orders, headers: ["X-API-KEY"]}
```

## Fix

Proposed (unsafe) where the pattern means any value: ask for the presence of the header.

## Source

Cilium semantics §5.2, S02.

## Versions

All supported.
"""

import re
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Safety, Severity
from propolis.model.policy import Policy
from propolis.model.span import Path

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

ANY_VALUE = frozenset({".+", ".*", "^.+$", "^.*$", "*"})
_PATTERN = re.compile(
    r"""[.][*+] | \\[dwsDWSb.] | \[[^\]]+\][*+{] | ^\^ | [^$]\$$ | ^\*$ | [\w/-]\*$ | \([^)]*[|][^)]*\)""",
    re.VERBOSE,
)
WHY = "values are compared as text: honest clients are refused, and whoever sends exactly this text passes"
HELP = "write the exact value, or only the header's name to ask for its presence"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        for index, line in enumerate(http.headers):
            name, space, value = line.partition(" ")
            if space and _PATTERN.search(value):
                where = (*http.where, "headers", index)
                yield _finding(context, policy, where, name.rstrip(":"), value)
        for index, header in enumerate(http.header_matches):
            if header.value and _PATTERN.search(header.value):
                where = (*http.where, "headerMatches", index, "value")
                yield _finding(context, policy, where, header.name, header.value)


def _finding(context: Context, policy: Policy, where: Path, name: str, value: str) -> Finding:
    message = f"the value `{value}` of the header `{name}` is compared as text, not as a pattern"
    presence = value in ANY_VALUE and where[-1] != "value"
    fix = context.rewrite(policy, where, name, Safety.UNSAFE) if presence else None
    return context.finding(policy, where, message, why=WHY, help=HELP, fix=fix)
