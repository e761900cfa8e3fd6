"""A range of ports that ends before it begins.

## What it does

Finds an `endPort` that is lower than `port`.

## Why it is bad

The agent keeps the first port only and the proxy refuses such a range: what is enforced is not what is
written.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", endPort: 8000, protocol: TCP}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8000", endPort: 8080, protocol: TCP}]
```

## Fix

None: which end is wrong is not certain.

## Source

Cilium semantics §4.1, S76.

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

WHY = "the agent keeps the first port only and the proxy refuses the range"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, port in places.ports(context):
        if port.port.isdecimal() and 0 < port.end_port < int(port.port):
            yield context.finding(
                policy,
                (*port.path, "endPort"),
                f"the range ends at `{port.end_port}`, before it begins at `{port.port}`",
                why=WHY,
                help=f'write `port: "{port.end_port}"` and `endPort: {port.port}`',
            )
