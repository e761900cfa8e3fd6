"""A port with a leading zero is read as octal, one with a letter as a name.

## What it does

Finds a quoted port such as `"010"`, `"080"` or `"0x50"`.

## Why it is bad

Cilium reads a leading zero as octal, so `010` is port 8 and `080` is refused; `0x50` holds a letter and is
taken for the name of a port.

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
    - ports: [{port: "010", protocol: TCP}]
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
    - ports: [{port: "10", protocol: TCP}]
```

## Fix

None: which number is meant is not certain.

## Source

Cilium semantics §4.1, S74.

## Versions

All supported.
"""

import re
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the policy is not about the port that it seems to name"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, port in places.ports(context):
        meaning = _meaning(port.port)
        if meaning:
            yield context.finding(
                policy,
                (*port.path, "port"),
                f"the port `{port.port}` {meaning}",
                why=WHY,
                help="write the port in plain decimal digits",
            )


def _meaning(port: str) -> str:
    if re.fullmatch(r"0[0-7]+", port):
        return f"is octal and means port {int(port, 8)}"
    if re.fullmatch(r"0[0-9]+", port):
        return "is octal with a wrong digit, and refused by the agent"
    if re.fullmatch(r"0[xXbBoO][0-9a-fA-F]+", port):
        return "is taken for the name of a port, because it holds a letter"
    return ""
