"""`*example.com` matches `evilexample.com`.

## What it does

Finds a `matchPattern` whose star stands directly before a name of two labels.

## Why it is bad

The star also stands for part of a label. Anybody can register a name that ends alike.

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
  - toFQDNs: [{matchPattern: "*example.com"}]
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
  - toFQDNs: [{matchPattern: "*.example.com"}]
```

## Fix

Proposed (unsafe, because the name itself matches now): a dot behind the star.

## Source

Cilium semantics §6.1, S84.

## Versions

All supported.
"""

import re
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Safety, Severity
from propolis.model.policy import FqdnPeer, Policy
from propolis.model.span import Path

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

_GLUED = re.compile(r"[*]+(?P<name>[A-Za-z0-9][-A-Za-z0-9_]*[.][A-Za-z0-9-]+)[.]?")
WHY = "the star also stands for part of a label, and anybody can register a name that ends alike"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, peer, path in places.peers(context):
        if isinstance(peer, FqdnPeer):
            yield from _finding(context, policy, (*path, "matchPattern"), peer.match_pattern or "")
    for policy, _, _, _, dns in places.dns_rules(context):
        yield from _finding(context, policy, (*dns.where, "matchPattern"), dns.match_pattern or "")


def _finding(context: Context, policy: Policy, where: Path, pattern: str) -> Iterator[Finding]:
    found = _GLUED.fullmatch(pattern)
    if found:
        meant = f"*.{found['name']}"
        yield context.finding(
            policy,
            where,
            f"`{pattern}` also matches `evil{found['name']}`",
            why=WHY,
            help=f"write `{meant}` for the names below it, and `matchName: {found['name']}` for the name itself",
            fix=context.rewrite(policy, where, meant, Safety.UNSAFE),
        )
