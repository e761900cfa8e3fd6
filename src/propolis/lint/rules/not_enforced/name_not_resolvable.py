"""A name in `toFQDNs` that no DNS rule lets pods ask for.

## What it does

Finds a `matchName` in `toFQDNs` that no `rules.dns` of the policies read lets through, although there are
some.

## Why it is bad

Queries for the name are refused, so its addresses are never learned and the rule never matches.

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
  - toFQDNs: [{matchName: api.example.org}]
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
```

## Fix

None: add the name to the DNS rules.

## Source

Cilium semantics §6.1 and §6.3.

## Versions

`**.` stands for several labels since 1.19.
"""

from collections.abc import Iterator

from propolis.algebra import names
from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.flow import DnsQuery
from propolis.model.policy import Direction, Effect, FqdnPeer
from propolis.requests.kinds import dns

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.POLICIES

WHY = "queries for the name are refused, so its addresses are never learned"


def findings(context: Context) -> Iterator[Finding]:
    asked = [place.dns for place in places.dns_rules(context) if place.item.direction is Direction.EGRESS]
    if not asked or any(dns.unknown(rule, context.settings) for rule in asked):
        return
    for policy, _, item, peer, path in places.peers(context):
        if isinstance(peer, FqdnPeer) and peer.match_name and item.effect is Effect.ALLOW:
            query = DnsQuery(names.normal(peer.match_name))
            if not any(dns.matches(rule, query, context.settings) for rule in asked):
                yield context.finding(
                    policy,
                    path,
                    f"no DNS rule lets pods ask for `{peer.match_name}`",
                    why=WHY,
                    help=f"add `matchName: {peer.match_name}` to the DNS rules",
                    related=[asked[0].where],
                )
