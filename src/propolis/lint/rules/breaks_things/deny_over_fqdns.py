"""A deny for the internet also cuts the names that are allowed.

## What it does

Finds a deny for `world`, `all`, `0.0.0.0/0` or `::/0` in a policy that allows names with `toFQDNs`.

## Why it is bad

The address of a name is an address of the internet as well, and a deny wins over every allow.

## Avoid

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
  egressDeny:
  - toEntities: [world]
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

None: leave the deny out, default deny keeps the rest closed.

## Source

Cilium semantics §2.6, S29.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import CidrPeer, Direction, Effect, EntityPeer, FqdnPeer, Peer, PeerList

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the address of a name is outside as well, and a deny wins over every allow"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec, item, peer, path in places.peers(context):
        if item.effect is Effect.DENY and not item.to_ports and not item.icmps and _is_outside(peer):
            named = [listed for other in spec.egress or () for listed in other.peers if _lists_names(listed)]
            if named and item.direction is Direction.EGRESS:
                yield context.finding(
                    policy,
                    path,
                    "this deny also cuts the names that the policy allows",
                    why=WHY,
                    help="leave the deny out: what is not allowed is denied by default",
                    related=[listed.path for listed in named],
                )


def _is_outside(peer: Peer) -> bool:
    match peer:
        case EntityPeer(name="world" | "all"):
            return True
        case CidrPeer(prefix="0.0.0.0/0" | "::/0", excepts=()):
            return True
        case _:
            return False


def _lists_names(listed: PeerList) -> bool:
    return any(isinstance(peer, FqdnPeer) for peer in listed.peers)
