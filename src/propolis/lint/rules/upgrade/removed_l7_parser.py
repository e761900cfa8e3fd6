"""Kafka and generic layer-7 rules make an object invalid from 1.20 on.

## What it does

Finds `rules.kafka`, `rules.l7proto` or `rules.l7`.

## Why it is bad

The parsers were deprecated and then removed. From Cilium 1.20 on the API server refuses the object, and at
the upgrade the pods lose the policy.

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
    - ports: [{port: "9092", protocol: TCP}]
      rules: {kafka: [{role: produce, topic: orders}]}
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
    - ports: [{port: "9092", protocol: TCP}]
```

## Fix

None: limit the port, and check the requests in the server.

## Source

Cilium semantics §0.2 and §7, S96.

## Versions

Removed in 1.20.
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

WHY = "the parsers were removed: from Cilium 1.20 on the API server refuses the object"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, port_rule in places.port_rules(context):
        written = context.written(policy, (*port_rule.path, "rules"))
        for name in ("kafka", "l7proto", "l7") if isinstance(written, dict) else ():
            where = (*port_rule.path, "rules", name)
            if written.get(name) is not None:
                found = context.finding(
                    policy,
                    where,
                    f"`rules.{name}` makes the policy invalid from Cilium 1.20 on",
                    why=WHY,
                    help="limit the port here, and check the requests in the server",
                )
                yield context.at_key(found, policy, where)
