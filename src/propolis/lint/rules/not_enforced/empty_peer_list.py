"""An empty list of peers selects nobody.

## What it does

Finds `fromEndpoints: []` and its kin: endpoints, entities, CIDRs, CIDR sets and nodes.

## Why it is bad

An empty list is not 'everybody' but 'nobody': the item allows or denies nothing. One empty list even
disables the filled lists beside it.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: []
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
```

## Fix

None: who is meant is not said.

## Source

Cilium semantics §1.3, S40 and S41b.

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

CLOSING = ("Endpoints", "Entities", "CIDR", "CIDRSet", "Nodes")
WHY = "an empty list selects nobody, and disables every other list of the same item"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item, listed in places.peer_lists(context):
        if not listed.peers and listed.field.removeprefix("from").removeprefix("to") in CLOSING:
            yield context.finding(
                policy,
                listed.path,
                f"the empty list `{listed.field}` makes the item {item.effect} nothing",
                why=WHY,
                help="name the peers; `[{}]` in an endpoints list means every pod in scope",
            )
