"""The API server is asked for on the port of its Service.

## What it does

Finds egress to the entity `kube-apiserver` on port 443 without 6443.

## Why it is bad

Policies see the port of the backend. Where the API server runs on nodes, that is 6443 behind the Service's
443, and pods cannot reach it.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}, {port: "443", protocol: TCP}]}]
```

## Fix

None: the port depends on where the API server runs.

## Source

Cilium semantics §3.10 and §8, S65 and S68.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction, EntityPeer, Item
from propolis.semantics.ports import meaning

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.LOW
NEEDS = Needs.DOCUMENT

WHY = "policies see the port behind the Service: 6443 where the API server runs on nodes, 443 with most providers"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item in places.allow_items(context):
        if item.direction is Direction.EGRESS and _asks_for_the_api_server(item):
            ports = [port for port_rule in item.to_ports or () for port in port_rule.ports or ()]
            numbers = {meaning(port.port): port for port in ports if port.port}
            if 443 in numbers and 6443 not in numbers and not any(port.end_port for port in ports):
                yield context.finding(
                    policy,
                    (*numbers[443].path, "port"),
                    "an API server on nodes listens on 6443, and this is the port of its Service",
                    why=WHY,
                    help="allow 6443 too, or only the one that your API server listens on",
                )


def _asks_for_the_api_server(item: Item) -> bool:
    peers = [peer for listed in item.peers for peer in listed.peers]
    return bool(peers) and all(
        isinstance(peer, EntityPeer) and peer.name == "kube-apiserver" for peer in peers
    )
