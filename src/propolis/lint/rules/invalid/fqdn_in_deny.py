"""There is no deny by name.

## What it does

Finds `toFQDNs` in an item of `egressDeny`.

## Why it is bad

The API server removes the field without an error. With ports, what is left denies them towards everyone;
without, it denies nothing.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEntities: [world]
  egressDeny:
  - toFQDNs: [{matchName: ads.example.com}]
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

None: list the names that are allowed.

## Source

Cilium semantics §6.3, S28.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the API server removes the field; with ports the item denies them towards everyone, without it denies nothing"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item in places.deny_items(context):
        where = (*item.path, "toFQDNs")
        if context.written(policy, where) is not None:
            found = context.finding(
                policy,
                where,
                "there is no deny by name: the field is dropped",
                why=WHY,
                help="list the names that are allowed instead",
            )
            yield context.at_key(found, policy, where)
