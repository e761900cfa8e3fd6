"""A CIDR group that does not exist selects nothing.

## What it does

Finds a `cidrGroupRef` whose CiliumCIDRGroup is not among the manifests.

## Why it is bad

No error is raised for it. An allow by the group lets nobody through, and a deny by it keeps nobody out.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromCIDRSet: [{cidrGroupRef: offices}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromCIDRSet: [{cidrGroupRef: offices}]
---
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: offices}
spec: {externalCIDRs: [192.0.2.0/24]}
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Fix

None: which group is meant is not certain.

## Source

Cilium semantics §3.5, S70.

## Versions

All supported; the group is of `cilium.io/v2alpha1` up to 1.17.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import CidrGroupPeer

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.WORKLOADS

WHY = "a group that does not exist selects nobody, without an error: an allow is too narrow, a deny does nothing"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    known = {group.name for group in engine.world.cidr_groups}
    for policy, _, _, peer, path in places.peers(context):
        if isinstance(peer, CidrGroupPeer) and peer.name and peer.name not in known:
            message = f"no CiliumCIDRGroup `{peer.name}` is among the manifests"
            help = "give it too, or correct the name"
            yield context.finding(policy, (*path, "cidrGroupRef"), message, why=WHY, help=help)
