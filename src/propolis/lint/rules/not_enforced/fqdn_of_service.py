"""A name of a Service in `toFQDNs` never matches.

## What it does

Finds a `toFQDNs` entry for a name below `svc` or `cluster.local`.

## Why it is bad

Such a name resolves to a Service, and policy sees the pod behind it, which is never known by a name. The
rule never matches.

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
  - toFQDNs: [{matchName: db.shop.svc.cluster.local}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {app: db}}]
```

## Fix

None: select the pods behind the Service, or for `kubernetes.default.svc` the entity `kube-apiserver`.

## Source

Cilium semantics §6.3, S86.

## Versions

All supported.
"""

import re
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import FqdnPeer

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

_SERVICE = re.compile(r".*[.](svc|cluster[.]local)[.]?", re.IGNORECASE)
_API = re.compile(r"kubernetes[.]default[.]svc([.]cluster[.]local)?[.]?", re.IGNORECASE)
_OF_PODS = "select the pods with `toEndpoints`, or the Service with `toServices`"
_OF_THE_API = "write `toEntities: [kube-apiserver]`"
WHY = "the name resolves to a Service, and policy sees the pod behind it, which is never known by a name"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, peer, path in places.peers(context):
        if isinstance(peer, FqdnPeer):
            name = peer.match_name or peer.match_pattern or ""
            if _SERVICE.fullmatch(name):
                yield context.finding(
                    policy,
                    path,
                    f"`{name}` is a name of the cluster, which `toFQDNs` never matches",
                    why=WHY,
                    help=_OF_THE_API if _API.fullmatch(name) else _OF_PODS,
                )
