"""Server names of one policy bind the plain allow of another.

## What it does

Finds a plain allow of a port for peers for which another item names `serverNames` on the same port.

## Why it is bad

Within one selector and port Cilium merges allows, and then every connection has to be TLS with one of the
names. Here adding an allow takes something away.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {app: db}}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
  - toEndpoints: [{matchLabels: {app: db}}]
    toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [db.example.com]}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: db}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {app: db}}]
    toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [db.example.com]}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: db}]}
```

## Fix

None: which of the two is meant is not certain.

## Source

Cilium semantics §4.7, S22.

## Versions

All supported.
"""

from collections.abc import Iterator

import msgspec

from propolis import requests
from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.engine import Engine
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Effect, PortRule
from propolis.model.rule import Rule
from propolis.semantics.cells import Cell, cells

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.WORLD

WHY = "for one selector and port Cilium merges all allows, and then each connection has to name one of the servers"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    for policy, _, item, port_rule in places.port_rules(context):
        if item.effect is not Effect.ALLOW or not port_rule.server_names:
            continue
        for rule in engine.rules_at(item.path, policy.document):
            bound = _bound(engine, rule, port_rule)
            if bound:
                other = engine.written(bound.origin).policy
                made = context.finding(
                    policy,
                    (*port_rule.path, "serverNames"),
                    f"these names also bind the plain allow of `{other.title}` for the same peers and port",
                    why=WHY,
                    help="drop the plain allow, or give the names to peers of their own",
                )
                span = context.documents[bound.origin.document].span(bound.origin.path)
                yield msgspec.structs.replace(made, related=(span,))


def _bound(engine: Engine, rule: Rule, named: PortRule) -> Rule | None:
    """A rule of a common subject with a plain allow in a cell of *named*."""
    own = _cells(engine, rule, named)
    for subject in engine.matching_pods([rule.subject]):
        for other in engine.selecting(subject, rule.direction):
            plain = (c for c in other.ports or () if isinstance(c, PortRule) and requests.parser(c) == "")
            is_allow = other.effect is Effect.ALLOW and other.peers is not None
            if is_allow and any(not own.isdisjoint(_cells(engine, other, clause)) for clause in plain):
                return other
    return None


def _cells(engine: Engine, rule: Rule, clause: PortRule) -> set[Cell]:
    return {cell for port in clause.ports or () for cell in cells(rule.peers, port, engine.settings)}
