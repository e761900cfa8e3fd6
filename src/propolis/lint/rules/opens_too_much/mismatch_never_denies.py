"""A header match with a `mismatch` action never refuses a request.

## What it does

Finds an entry of `headerMatches` with `mismatch: LOG`, `ADD`, `DELETE` or `REPLACE`.

## Why it is bad

With such an action the item matches whether the header is right or not; the header is logged or changed and
the request goes on. As a check it is worth nothing.

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
        - {path: /api, headerMatches: [{name: X-Team, value: blue, mismatch: LOG}]}
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
        - {path: /api, headerMatches: [{name: X-Team, value: blue}]}
```

## Fix

None: whether the header is to be checked or changed is the author's decision.

## Source

Cilium semantics §5.3, S16.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "with a `mismatch` action the item matches whether the header is right or not"
HELP = "leave `mismatch` out to refuse requests without the right header"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, http in places.http_rules(context):
        for index, header in enumerate(http.header_matches):
            if header.mismatch:
                yield context.finding(
                    policy,
                    (*http.where, "headerMatches", index, "mismatch"),
                    f"the match on `{header.name}` refuses nothing: `mismatch` is `{header.mismatch}`",
                    why=WHY,
                    help=HELP,
                )
