"""A path that one end allows and the other end cuts.

## What it does

Finds an allow item for pods, none of which gets through because the other end denies every one of its
connections.

## Why it is bad

A connection needs both ends: the egress of its source and the ingress of its destination. A rule at one end
allows nothing while the other end is closed.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  endpointSelector: {}
  egress:
  - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: frontend, namespace: shop, labels: {app: frontend}}
spec: {containers: [{name: main, image: frontend}]}
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
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: frontend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: frontend}}
  egress:
  - toEndpoints: [{matchLabels: {app: backend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: frontend, namespace: shop, labels: {app: frontend}}
spec: {containers: [{name: main, image: frontend}]}
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Fix

None: write the rule for the other end.

## Source

Cilium semantics §1.5, S92.

## Versions

All supported.
"""

from collections.abc import Iterator
from typing import NamedTuple

from propolis.lint import connections, places
from propolis.lint.context import Context
from propolis.lint.engine import OPPOSITE, Engine
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction, EndpointsPeer, Item, Policy
from propolis.model.rule import Rule
from propolis.model.verdict import Outcome, Side
from propolis.model.world import Endpoint

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.WORLD

MOST_CONNECTIONS = 20_000
"""Looked at for one item. Beyond, nothing is said: an item that wide has no single path in mind."""
WHY = "a connection needs both ends: the egress of its source and the ingress of its destination"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    for policy, _, item in places.allow_items(context):
        for rule in engine.rules_at(item.path, policy.document):
            cut = _cut(engine, rule)
            if cut:
                yield _finding(context, policy, item, cut)


class Cut(NamedTuple):
    """A connection that the item allows, and what the other end says."""

    subject: Endpoint
    peer: Endpoint
    protocol: str
    port: int
    other: Side


def _cut(engine: Engine, rule: Rule) -> Cut | None:
    """One of the connections that *rule* allows, if the other end denies all of them; else None."""
    wanted = [peer for peer in rule.peers or () if isinstance(peer, EndpointsPeer)]
    if len(wanted) != len(rule.peers or ()):
        return None
    probe = connections.one_of(rule)
    # Nearly every item has its other end: one connection shows it, without listing them all.
    if probe and engine.is_answered(rule, *probe):
        return None
    subjects = engine.matching_pods([rule.subject])
    peers = engine.possible_pods(peer.selector for peer in wanted)
    first, looked_at = None, 0
    for peer in peers:
        ports = connections.of(rule, engine.selecting(peer, OPPOSITE[rule.direction]), engine.ruleset)
        looked_at += len(subjects) * len(ports or ())
        if ports is None or looked_at > MOST_CONNECTIONS:
            return None
        for subject in subjects:
            for protocol, port in ports if subject is not peer else ():
                side = engine.side(peer, subject, OPPOSITE[rule.direction], protocol, port)
                if side.outcome is not Outcome.DENY:
                    return None
                if first is None and peer.existing:
                    first = Cut(subject, peer, protocol, port, side)
    return first


def _finding(context: Context, policy: Policy, item: Item, cut: Cut) -> Finding:
    engine = context.engine
    verb = "lets" if item.direction is Direction.INGRESS else "lets its pods reach"
    inside = " in" if item.direction is Direction.INGRESS else ""
    origins = engine.one_for_each_spec(cut.other.rules)
    closing = " and ".join(f"`{origin.policy}`" for origin in origins) or "the other end"
    return context.finding(
        policy,
        item.path,
        f"this item {verb} {engine.named(cut.peer)}{inside}, but its {cut.other.direction} is closed by {closing}",
        why=WHY,
        help=f"allow the {cut.other.direction} of {engine.named(cut.peer)} on the same ports",
    )
