"""DNS rules that a plain allow of the same port makes void.

## What it does

Finds DNS rules for a port that another item opens for the same DNS without looking at names.

## Why it is bad

Allows add up. One that names the same port of the DNS without `rules` lets every question through, so names
are no longer filtered, and data can leave in them.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {app: dns}}]
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchName: example.com}]}
  - toEndpoints: [{matchLabels: {app: dns}}]
    toPorts: [{ports: [{port: "53", protocol: UDP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
---
apiVersion: v1
kind: Pod
metadata: {name: dns, namespace: shop, labels: {app: dns}}
spec: {containers: [{name: main, image: dns}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {app: dns}}]
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchName: example.com}]}
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
---
apiVersion: v1
kind: Pod
metadata: {name: dns, namespace: shop, labels: {app: dns}}
spec: {containers: [{name: main, image: dns}]}
```

## Fix

None: narrowing the other item may cut a name that is needed.

## Source

Cilium semantics §6.2, S82.

## Versions

All supported.
"""

from collections.abc import Iterator

import msgspec

from propolis import peers, requests
from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.engine import Engine
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Effect, EndpointsPeer, PortProtocol, PortRule
from propolis.model.rule import Rule
from propolis.semantics.ports import meaning, protocols

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.WORLD

WHY = "a plain allow of the very same port lets every question through; one of all ports would not"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    for policy, _, item, port_rule in places.port_rules(context):
        if item.effect is not Effect.ALLOW or not (port_rule.rules and port_rule.rules.dns):
            continue
        for rule in engine.rules_at(item.path, policy.document):
            other = _bypass(engine, rule, port_rule)
            if other:
                title = engine.written(other.origin).policy.title
                path = (*port_rule.rules.path, "dns")
                message = f"`{title}` lets every question to the same port through"
                made = context.finding(
                    policy, path, message, why=WHY, help="give the other item the same rules"
                )
                span = context.documents[other.origin.document].span(other.origin.path)
                yield msgspec.structs.replace(made, related=(span,))


def _bypass(engine: Engine, rule: Rule, dns: PortRule) -> Rule | None:
    """Another rule that opens a port of *dns* plainly, for a subject and a server of *rule*."""
    servers = engine.matching_pods(
        peer.selector for peer in rule.peers or () if isinstance(peer, EndpointsPeer)
    )
    for subject in engine.matching_pods([rule.subject]) if servers else ():
        for other in engine.selecting(subject, rule.direction):
            if (
                other.effect is Effect.ALLOW
                and other is not rule
                and not other.unknown
                and _opens(other, dns)
            ):
                for server in servers:
                    if other.peers == () or any(
                        peers.matches(p, server, engine.settings) for p in other.peers or ()
                    ):
                        return other
    return None


def _opens(other: Rule, dns: PortRule) -> bool:
    plain = (
        port
        for clause in other.ports or ()
        if isinstance(clause, PortRule) and requests.parser(clause) == ""
        for port in clause.ports or ()
    )
    return any(_is_same(one, own) for one in plain for own in dns.ports or ())


def _is_same(one: PortProtocol, other: PortProtocol) -> bool:
    """Whether both are the same single port of a common protocol: the proxy looks at no other allow."""
    numbers = {meaning(port.port) for port in (one, other)}
    common = set(protocols(one.protocol)) & set(protocols(other.protocol))
    return len(numbers) == 1 and numbers != {0} and not (one.end_port or other.end_port) and bool(common)
