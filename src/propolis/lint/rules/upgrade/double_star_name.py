"""`**.` means several labels since Cilium 1.19, and one label before.

## What it does

Finds a name pattern that begins with `**.`, while the settings name a version before 1.19.

## Why it is bad

The same text opens more names after the upgrade, and fewer than it seems to before.

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
  - toFQDNs: [{matchPattern: "**.example.com"}]
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

None: `*.` means one label in every version.

## Source

Cilium semantics §6.1, S83.

## Versions

Several labels since 1.19.
"""

import re
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import FqdnPeer, Policy
from propolis.model.settings import Version
from propolis.model.span import Path

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

_DEEP = re.compile(r"[*]{2,}[.].+")
WHY = "before 1.19 it stands for one label, from 1.19 on for one or more"


def findings(context: Context) -> Iterator[Finding]:
    if context.settings.version >= Version(1, 19):
        return
    for policy, _, _, peer, path in places.peers(context):
        if isinstance(peer, FqdnPeer) and _DEEP.fullmatch(peer.match_pattern or ""):
            yield _finding(context, policy, (*path, "matchPattern"), peer.match_pattern or "")
    for policy, _, _, _, dns in places.dns_rules(context):
        if _DEEP.fullmatch(dns.match_pattern or ""):
            yield _finding(context, policy, (*dns.where, "matchPattern"), dns.match_pattern or "")


def _finding(context: Context, policy: Policy, where: Path, pattern: str) -> Finding:
    return context.finding(
        policy,
        where,
        f"`{pattern}` means one label in Cilium {context.settings.version} and more from 1.19 on",
        why=WHY,
        help="write `*.` for one label",
    )
