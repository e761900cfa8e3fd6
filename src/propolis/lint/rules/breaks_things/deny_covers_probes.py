"""A deny that covers the host makes health probes fail.

## What it does

Finds an ingress deny for `host`, `cluster` or `all`, or one with ports and no peer.

## Why it is bad

The kubelet's probes come from the host and pass a default deny by themselves, but no explicit deny. Denied,
the pods are restarted or taken out of service.

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
  - fromEntities: [cluster]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{}]
```

## Fix

None: default deny keeps the cluster out without touching the probes.

## Source

Cilium semantics §8.2, S30 and S93.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction, EntityPeer, Item

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "probes of the kubelet come from the host; they pass default deny, but no explicit deny"
ENTITIES = ("host", "cluster", "all")


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item in places.deny_items(context):
        if item.direction is Direction.INGRESS and (places.has_ports_only(item) or _covers_host(item)):
            yield context.finding(
                policy,
                item.path,
                "this deny also covers the host, so the probes of the kubelet fail",
                why=WHY,
                help="deny the peers that are meant, or rely on default deny",
            )


def _covers_host(item: Item) -> bool:
    peers = (peer for listed in item.peers for peer in listed.peers)
    return any(isinstance(peer, EntityPeer) and peer.name in ENTITIES for peer in peers)
