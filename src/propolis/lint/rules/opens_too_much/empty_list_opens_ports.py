"""An empty `toFQDNs`, `toServices` or groups list opens its ports to everyone.

## What it does

Finds `toFQDNs: []`, `toServices: []`, `toGroups: []` or `fromGroups: []` in an item with ports.

## Why it is bad

Other empty lists select nobody; these four are not looked at, so the item is one without peers: its ports
are open to, or closed for, every peer in and outside the cluster.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toFQDNs: []
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}]
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*.example.com"}]}
  - toFQDNs: [{matchName: api.example.com}]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
```

## Fix

None: who is meant is not said.

## Source

Cilium semantics §1.3, S41.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

OPENING = ("toFQDNs", "toServices", "toGroups", "fromGroups")
WHY = "this list is not looked at when it is empty: an item without peers is about every peer there is"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item, listed in places.peer_lists(context):
        if listed.field in OPENING and not listed.peers and (item.to_ports or item.icmps):
            yield context.finding(
                policy,
                listed.path,
                f"the empty list `{listed.field}` makes the item {item.effect} its ports for everyone",
                why=WHY,
                help="name the peers, or take the item away",
            )
