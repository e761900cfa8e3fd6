"""`toFQDNs` without a DNS rule never matches.

## What it does

Finds `toFQDNs` where no policy that was read has `rules.dns` on an egress port.

## Why it is bad

Cilium learns the addresses of a name from answers that pass through its DNS proxy, and only `rules.dns`
sends queries there. Without it the names resolve or do not, but the rule never matches.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toFQDNs: [{matchName: api.example.com}]
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

None: which names may be asked, and of whom, is not said.

## Source

Cilium semantics §6.3, S80 and S81.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction, Effect, FqdnPeer

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.POLICIES

WHY = "Cilium learns addresses of names only from answers that `rules.dns` sends through its proxy"
HELP = "add `rules: {dns: [...]}` to the port 53 of the egress rule towards the cluster's DNS"


def findings(context: Context) -> Iterator[Finding]:
    if any(place.item.direction is Direction.EGRESS for place in places.dns_rules(context)):
        return
    for policy, _, item, listed in places.peer_lists(context):
        if item.effect is Effect.ALLOW and any(isinstance(peer, FqdnPeer) for peer in listed.peers):
            yield context.finding(
                policy,
                listed.path,
                "these names never match, because no policy given here sends DNS queries through Cilium",
                why=WHY,
                help=HELP,
            )
