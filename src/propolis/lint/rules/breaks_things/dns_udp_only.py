"""DNS over UDP only: long answers are lost.

## What it does

Finds an allow of port 53 for UDP in a policy that allows it for no peer over TCP.

## Why it is bad

An answer that does not fit is cut off and asked for again over TCP, which is then dropped: lookups of some
names fail, sometimes.

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
    - ports: [{port: "53", protocol: UDP}]
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
```

## Fix

Proposed (unsafe, because it opens TCP): `protocol: ANY`.

## Source

Cilium semantics §6.2, S89.

## Versions

All supported.
"""

from collections.abc import Iterator
from itertools import groupby

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Safety, Severity
from propolis.model.policy import Direction, Effect

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "an answer that does not fit is asked for again over TCP, which is dropped"


def findings(context: Context) -> Iterator[Finding]:
    of_dns = filter(_is_dns, places.ports(context))
    for _, group in groupby(of_dns, lambda place: (place.policy.document, place.policy.base)):
        found = list(group)
        if any(place.port.protocol in ("", "ANY", "TCP") for place in found):
            continue
        for place in found:
            if place.port.protocol == "UDP":
                where = (*place.port.path, "protocol")
                yield context.finding(
                    place.policy,
                    where,
                    "DNS is allowed over UDP only, so long answers are lost",
                    why=WHY,
                    help="write `protocol: ANY`",
                    fix=context.rewrite_plain(place.policy, where, "ANY", Safety.UNSAFE),
                )


def _is_dns(place: places.PortPlace) -> bool:
    egress = place.item.direction is Direction.EGRESS and place.item.effect is Effect.ALLOW
    return egress and place.port.port == "53"
