"""An address that one rule excepts and another lets through.

## What it does

Finds an `except` of an allow whose addresses the same pods may reach, or be reached from, by another rule.

## Why it is bad

An exception takes addresses out of its own item only. It denies nothing, so what another rule allows passes.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toCIDRSet: [{cidr: 0.0.0.0/0, except: [169.254.169.254/32]}]
  - toEntities: [world]
    toPorts: [{ports: [{port: "80", protocol: TCP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toCIDRSet: [{cidr: 0.0.0.0/0, except: [169.254.169.254/32]}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Fix

None: which of the two is meant is not certain.

## Source

Cilium semantics §3.5, S31.

## Versions

All supported.
"""

from collections.abc import Iterator

import msgspec

from propolis.lint import connections, places
from propolis.lint.context import Context
from propolis.lint.engine import Engine
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import CidrPeer, Effect
from propolis.model.rule import Rule
from propolis.model.verdict import Outcome, Side
from propolis.model.world import Endpoint

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.WORLD

MOST_CONNECTIONS = 2_000
"""Looked at for one exception. Beyond, nothing is said."""
WHY = "an exception takes addresses out of its own item and denies nothing"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    for policy, _, item, peer, path in places.peers(context):
        if not isinstance(peer, CidrPeer) or item.effect is not Effect.ALLOW:
            continue
        for index, prefix in enumerate(peer.excepts):
            outside = engine.outside(CidrPeer(prefix))
            for rule in engine.rules_at(item.path, policy.document) if outside else ():
                found = _let_through(engine, rule, outside)
                if found:
                    policy_of_other = engine.written(found.rules[0]).policy
                    made = context.finding(
                        policy,
                        (*path, "except", index),
                        f"`{policy_of_other.title}` lets addresses in `{prefix}` through all the same",
                        why=WHY,
                        help="deny the addresses, or except them in the other item too",
                    )
                    spans = tuple(context.documents[one.document].span(one.path) for one in found.rules[:1])
                    yield msgspec.structs.replace(made, related=spans)
                    break


def _let_through(engine: Engine, rule: Rule, outside: tuple[Endpoint, ...]) -> Side | None:
    """What another rule says about a connection that *rule* is about, with one of *outside*."""
    looked_at = 0
    for subject in engine.matching_pods([rule.subject]):
        if not engine.has_allow(subject, outside, rule.direction):
            continue
        rules = engine.selecting(subject, rule.direction)
        for protocol, port in connections.of(rule, rules, engine.ruleset) or ():
            for peer in outside:
                looked_at += 1
                if looked_at > MOST_CONNECTIONS:
                    return None
                side = engine.side(subject, peer, rule.direction, protocol, port)
                if side.outcome is Outcome.ALLOW and side.rules:
                    return side
    return None
