"""An empty list of requests filters nothing.

## What it does

Finds `http: []` or `dns: []` under `rules`.

## Why it is bad

The length of the list decides whether there is a layer-7 filter at all. An empty one is the same as no
`rules`: every request on the port passes.

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
      rules: {http: []}
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
        - {method: GET, path: /api/orders}
```

## Fix

None: which requests are meant is not said.

## Source

Cilium semantics §1.3, S10.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "an empty list is the same as no `rules`: every request on the port passes"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, port_rule in places.port_rules(context):
        if port_rule.rules is None:
            continue
        for name, listed in (("http", port_rule.rules.http), ("dns", port_rule.rules.dns)):
            if listed == ():
                yield context.finding(
                    policy,
                    (*port_rule.rules.path, name),
                    f"the empty list `{name}` lets every request through",
                    why=WHY,
                    help=f"list the requests that may pass, or leave `{name}` out",
                )
