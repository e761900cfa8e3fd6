"""`toFQDNs` never matches while the layer-7 proxy is off.

## What it does

Finds `toFQDNs` while the flag `enable-l7-proxy` (in Helm `l7Proxy`) is off.

## Why it is bad

Addresses belong to a name once an answer for it went through the DNS proxy, which is part of the layer-7
proxy. Without it no name is ever learned.

## Avoid

```yaml
hubble: {enabled: true}
l7Proxy: false
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toFQDNs: [{matchName: api.example.com}]
```

## Prefer

```yaml
hubble: {enabled: true}
l7Proxy: true
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toFQDNs: [{matchName: api.example.com}]
```

## Fix

None: it is a setting of the cluster.

## Source

Cilium-facts part 3 (`l7Proxy`); Cilium semantics §6.3, S80.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

WHY = "names are learned by the DNS proxy, which is off with `enable-l7-proxy`"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, listed in places.peer_lists(context) if not context.settings.l7_proxy else ():
        if listed.field == "toFQDNs" and listed.peers:
            yield context.finding(
                policy,
                listed.path,
                "no name is ever learned while the layer-7 proxy is off, so this item matches nothing",
                why=WHY,
                help="turn the proxy on (`l7Proxy: true`), or allow addresses",
            )
