"""SCTP in a policy means nothing while the agent does not support it.

## What it does

Finds `protocol: SCTP` where Cilium's Helm values leave `sctp.enabled` off.

## Why it is bad

The agent then parses no SCTP ports: the rule is accepted, and the traffic is not decided by it.

## Avoid

```yaml
hubble: {enabled: true}
sctp: {enabled: false}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "36412", protocol: SCTP}]}]
```

## Prefer

```yaml
hubble: {enabled: true}
sctp: {enabled: true}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "36412", protocol: SCTP}]}]
```

## Fix

None: it is a setting of the cluster.

## Source

Cilium-facts part 3 (`sctp.enabled`, off by default).

## Versions

All supported. Without Helm values nothing is said: a flag of the agent may turn it on.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

WHY = "the agent knows SCTP only with `sctp.enabled`, which is off by default"


def findings(context: Context) -> Iterator[Finding]:
    values = list(places.helm_values(context))
    if not values or any(place.at("sctp", "enabled") is True for place in values):
        return
    for policy, _, _, _, port in places.ports(context):
        if port.protocol.upper() == "SCTP":
            path = (*port.path, "protocol")
            message = "SCTP is not supported by this installation: `sctp.enabled` is off"
            yield context.finding(policy, path, message, why=WHY, help="set `sctp.enabled: true`")
