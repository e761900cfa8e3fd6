"""`toFQDNs` with `*` opens every address that any pod has asked for.

## What it does

Finds a `toFQDNs` pattern that consists of stars.

## Why it is bad

Every name that was resolved through Cilium on the node matches, and with a DNS rule that lets every name
through, pods open what they like by asking for it. This is the internet with a detour.

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
      rules: {dns: [{matchPattern: "*"}]}
  - toFQDNs: [{matchPattern: "*"}]
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

None: list the names.

## Source

Cilium semantics §6.3, S85.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Effect, FqdnPeer

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "every address that a pod on the node has asked a name for matches: this is the internet with a detour"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item, peer, path in places.peers(context):
        pattern = peer.match_pattern if isinstance(peer, FqdnPeer) else None
        if pattern and not pattern.strip("*").strip(".") and item.effect is Effect.ALLOW:
            yield context.finding(
                policy,
                path,
                f"the pattern `{pattern}` opens every address that any pod has asked a name for",
                why=WHY,
                help="list the names, or write `toEntities: [world]` to say what it comes to",
            )
