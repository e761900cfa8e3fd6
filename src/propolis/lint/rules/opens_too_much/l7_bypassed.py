"""HTTP rules that another allow of the same port makes void.

## What it does

Finds HTTP rules on a port that another item or policy opens for the same pods without looking at requests.

## Why it is bad

Allows add up. One that names the peer and the port, or the peer alone, lets every request through, and what
the HTTP rules leave out passes as well.

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
      rules: {http: [{method: GET, path: "/api(/.*)?"}]}
  - fromEndpoints: [{}]
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
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, path: "/api(/.*)?"}]}
  - fromEndpoints: [{matchLabels: {app: other}}]
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

None: narrow the other item, or take the HTTP rules away.

## Source

Cilium semantics §2.4, S12 and S13.

## Versions

All supported.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import msgspec

from propolis import peers, requests
from propolis.lint import connections, places
from propolis.lint.context import Context
from propolis.lint.engine import Engine
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.flow import TCP
from propolis.model.policy import Effect, EndpointsPeer, PortRule
from propolis.model.rule import Rule
from propolis.model.world import Endpoint
from propolis.semantics.ports import meaning

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.WORLD

WHY = "allows add up: one that looks at no request lets all of them through"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    for place in places.port_rules(context):
        if place.item.effect is Effect.ALLOW and place.port_rule.rules and place.port_rule.rules.http:
            for rule in engine.rules_at(place.item.path, place.policy.document):
                found = _bypass(engine, rule, place.port_rule)
                if found:
                    yield _finding(context, place, found)


class Bypass(NamedTuple):
    """Another rule that lets *peer* reach the *port* whatever the request."""

    rule: Rule
    peer: Endpoint
    port: int


def _bypass(engine: Engine, rule: Rule, http: PortRule) -> Bypass | None:
    selectors = (peer.selector for peer in rule.peers or () if isinstance(peer, EndpointsPeer))
    clients = engine.matching_pods(selectors)
    numbers = {meaning(port.port) for port in http.ports or ()}
    wanted = sorted(number for number in numbers if isinstance(number, int))
    for subject in engine.matching_pods([rule.subject]) if clients else ():
        others = (
            o
            for o in engine.selecting(subject, rule.direction)
            if o.effect is Effect.ALLOW and o is not rule and not o.unknown
        )
        for other, number in product(others, wanted):
            if _opens(other, number):
                peer = next((c for c in clients if c is not subject and _is_peer(engine, other, c)), None)
                if peer is not None:
                    return Bypass(other, peer, number)
    return None


def _opens(other: Rule, number: int) -> bool:
    """Whether *other* covers TCP *number* without any layer-7 rule."""
    if other.ports is None:
        return bool(other.peers)
    plain = (
        clause for clause in other.ports if isinstance(clause, PortRule) and requests.parser(clause) == ""
    )
    return any(connections.covers(port, TCP, number) for clause in plain for port in clause.ports or ())


def _is_peer(engine: Engine, rule: Rule, endpoint: Endpoint) -> bool:
    return rule.peers == () or any(
        peers.matches(peer, endpoint, engine.settings) for peer in rule.peers or ()
    )


def _finding(context: Context, place: places.PortRulePlace, found: Bypass) -> Finding:
    engine = context.engine
    policy, _, _ = engine.written(found.rule.origin)
    assert place.port_rule.rules is not None
    made = context.finding(
        place.policy,
        (*place.port_rule.rules.path, "http"),
        f"`{policy.title}` lets every request of {engine.named(found.peer)} to port {found.port} through",
        why=WHY,
        help="narrow the other item, or take these HTTP rules away",
    )
    other = context.documents[found.rule.origin.document].span(found.rule.origin.path)
    return msgspec.structs.replace(made, related=(other,))
