"""ICMP type 0 means every ICMP type.

## What it does

Finds an `icmps` field with type `0` or `EchoReply` for IPv4.

## Why it is bad

The type stands in the place of the port, where 0 means any: the item is about all of ICMPv4. Replies need
no rule at all, connection tracking lets them through.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{}]
    icmps:
    - fields: [{type: EchoReply, family: IPv4}]
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
    icmps:
    - fields: [{type: EchoRequest, family: IPv4}]
```

## Fix

None: `EchoRequest` is what a ping needs, at its receiver's ingress and its sender's egress.

## Source

Cilium semantics §4.5, S77.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the type stands in the place of the port, where 0 means any; replies need no rule"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item in places.items(context):
        for icmp in item.icmps or ():
            for field in icmp.fields or ():
                if field.type in ("0", "EchoReply") and field.family in ("", "IPv4"):
                    yield context.finding(
                        policy,
                        (*field.path, "type"),
                        f"the ICMP type `{field.type}` means every type of ICMPv4",
                        why=WHY,
                        help="write `EchoRequest` for a ping; its reply passes by itself",
                    )
