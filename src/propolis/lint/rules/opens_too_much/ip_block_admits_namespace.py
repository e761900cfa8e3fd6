"""Unpatched 1.19 lets a whole namespace in with an `ipBlock`.

## What it does

Finds an ingress `ipBlock` of a NetworkPolicy for Cilium 1.19.

## Why it is bad

Up to the fix of June 2026, every pod of the policy's namespace is let in beside the addresses
(CVE-2026-56743).

## Avoid

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {matchLabels: {app: backend}}
  policyTypes: [Ingress]
  ingress:
  - from: [{ipBlock: {cidr: 192.0.2.0/24}}]
```

## Prefer

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {matchLabels: {app: backend}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}]
```

## Fix

None: it is the release that is to be updated.

## Source

Cilium semantics §0.3 and §9, S101; CVE-2026-56743.

## Versions

1.19, where peers are scoped to the cluster by default.
"""

from collections.abc import Iterator

from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.settings import Version

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

AFFECTED = Version(1, 19)
WHY = (
    "releases of 1.19 before the fix of June 2026 let every pod of the namespace in as well (CVE-2026-56743)"
)


def findings(context: Context) -> Iterator[Finding]:
    if context.settings.version != AFFECTED or not context.settings.scopes_peers_to_cluster:
        return
    for policy in context.policies:
        for rule in policy.network_policy.ingress if policy.network_policy else ():
            for peer in rule.peers:
                if peer.ip_block is not None:
                    yield context.finding(
                        policy,
                        (*peer.path, "ipBlock"),
                        "an unpatched agent also lets every pod of this namespace in",
                        why=WHY,
                        help="update Cilium, or write a CiliumNetworkPolicy with `fromCIDR`",
                    )
