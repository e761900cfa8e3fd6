"""Port 0 is every port.

## What it does

Finds `port: "0"` for TCP, UDP or SCTP.

## Why it is bad

Zero is no port here but a wildcard: the item covers every port of its protocol, as if it had named none.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "0", protocol: TCP}]}]
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
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
```

## Fix

None: which ports are meant is not certain.

## Source

Cilium semantics §4.1, S73.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.flow import WITH_PORTS
from propolis.model.policy import PortProtocol
from propolis.semantics.ports import meaning, protocols

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

WHY = "zero is a wildcard: the item covers every port of its protocol"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, _, port in places.ports(context):
        if port.port and meaning(port.port) == 0 and not port.end_port and _has_ports(port):
            message = f"`{port.port}` means every port"
            help = "name the ports, or leave `toPorts` out where every protocol is meant"
            yield context.finding(policy, (*port.path, "port"), message, why=WHY, help=help)


def _has_ports(port: PortProtocol) -> bool:
    return not set(protocols(port.protocol)).isdisjoint(WITH_PORTS)
