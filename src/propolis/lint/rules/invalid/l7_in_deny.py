"""`rules` in a deny item are dropped, and the deny covers the whole port.

## What it does

Finds `rules` in `toPorts` of a deny item.

## Why it is bad

Deny items know no layer 7. The API server removes the field without an error, and what is left denies every
request on the port, for the peers of the item.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{}]
  ingressDeny:
  - fromEndpoints: [{matchLabels: {app: batch}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{path: /admin}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: batch}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{path: "/api(/.*)?"}]}
```

## Fix

None: allow the requests that are meant to pass.

## Source

Cilium semantics §4.4, S28.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Effect

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "deny items know no layer 7: the API server removes the field, and the deny covers every request on the port"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item, port_rule in places.port_rules(context):
        where = (*port_rule.path, "rules")
        if item.effect is Effect.DENY and context.written(policy, where) is not None:
            found = context.finding(
                policy,
                where,
                "the `rules` of a deny item are dropped, so the whole port is denied",
                why=WHY,
                help="allow the requests that may pass instead of denying the others",
            )
            yield context.at_key(found, policy, where)
