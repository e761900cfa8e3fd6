"""An empty item in `http` lets every request through.

## What it does

Finds an item of `rules.http` without any field, beside items that have some.

## Why it is bad

Items are alternatives and an empty one matches everything, so the others restrict nothing. Alone it is a
way to send traffic through the proxy for its metrics.

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
        - {method: GET, path: /api/orders}
        - {}
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

None: the item may stand for one that was not finished.

## Source

Cilium semantics §5.1, S11.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import HttpRule

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "items of `http` are alternatives and an empty one matches every request"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, port_rule, http in places.http_rules(context):
        assert port_rule.rules is not None
        listed = port_rule.rules.http or ()
        if len(listed) > 1 and _is_empty(http):
            yield context.finding(
                policy,
                http.where,
                "this empty item lets every request through, whatever the other items say",
                why=WHY,
                help="take the item away, or fill it",
            )


def _is_empty(http: HttpRule) -> bool:
    return not (http.path or http.method or http.host or http.headers or http.header_matches)
