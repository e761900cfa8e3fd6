"""Pods that may ask for any name can carry data out in names.

## What it does

Finds a DNS rule with the pattern `*` beside `toFQDNs` in the same policy.

## Why it is bad

A query for `secret.attacker.example` reaches the attacker's name server whatever the egress rules say.
Where the names to connect to are listed, the names to ask for can be listed too.

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

None: add the names of the cluster (`**.cluster.local`) and those that are listed in `toFQDNs`.

## Source

Cilium semantics §6.3: `rules.dns` limits what may be asked, `toFQDNs` what may be connected to.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import FqdnPeer, Item

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.MEDIUM
PERSONA = Persona.AUDITOR
NEEDS = Needs.DOCUMENT

WHY = "a query carries data to whoever runs the name's server, whatever the other egress rules say"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec, _, _, dns in places.dns_rules(context):
        listed = any(_lists_names(item) for item in spec.items())
        if listed and dns.match_pattern and not dns.match_pattern.strip("*").strip("."):
            yield context.finding(
                policy,
                dns.where,
                f"the pattern `{dns.match_pattern}` lets pods ask for any name, and carry data out in names",
                why=WHY,
                help="list the names that `toFQDNs` lists, and `**.cluster.local` (`*.*.svc.cluster.local` up to 1.18)",
            )


def _lists_names(item: Item) -> bool:
    return any(isinstance(peer, FqdnPeer) for listed in item.peers for peer in listed.peers)
