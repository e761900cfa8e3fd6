"""Ports without a peer are open to everyone.

## What it does

Finds an allow item with `toPorts` or `icmps` and no peer.

## Why it is bad

No peer means every peer: all pods, all nodes and the whole internet.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - toPorts:
    - ports: [{port: "8080", protocol: TCP}]
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
```

## Fix

None: name the peers, or `fromEntities: [all]` where everyone is meant.

## Source

Cilium semantics §1.3, S38.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction, Item

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "no peer means every peer: all pods, all nodes and the internet"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec, item in places.allow_items(context):
        if places.has_ports_only(item) and not places.peers_of_ports(spec, item):
            word = "from" if item.direction is Direction.INGRESS else "to"
            yield context.finding(
                policy,
                item.path,
                f"{_opened(item)} open {word} everyone{_who(item)}, because the item names no peer",
                why=WHY,
                help=f"name the peers; `{word}Entities: [all]` says that everyone is meant",
            )


def _opened(item: Item) -> str:
    return "these types of ICMP are" if item.icmps else "these ports are"


def _who(item: Item) -> str:
    named = all(rule.server_names for rule in item.to_ports or ()) and item.to_ports
    return " under these server names" if named else ""
