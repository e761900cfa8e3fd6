"""HTTP rules on a port for TLS break every connection.

## What it does

Finds HTTP rules on port 443 or 8443 without `terminatingTLS`.

## Why it is bad

The proxy reads a TLS handshake where it expects a request, and refuses it. Requests inside TLS are seen only
where Cilium terminates it.

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
    - ports: [{port: "443", protocol: TCP}]
      rules: {http: [{method: GET, path: "/api(/.*)?"}]}
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
    - ports: [{port: "443", protocol: TCP}]
```

## Fix

None: whether TLS is spoken there is not in the policy.

## Source

Cilium semantics §4.8 and §5.6, S17.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.semantics.ports import meaning

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

OF_TLS = frozenset((443, 8443))
WHY = "the proxy takes the handshake for a request and refuses it; it sees requests only where it terminates TLS"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, port_rule in places.port_rules(context):
        if not (port_rule.rules and port_rule.rules.http) or port_rule.terminates_tls:
            continue
        for port in port_rule.ports or ():
            if port.port and meaning(port.port) in OF_TLS:
                yield context.finding(
                    policy,
                    (*port_rule.rules.path, "http"),
                    f"port {port.port} is one for TLS, and these HTTP rules see no request in it",
                    why=WHY,
                    help="add `terminatingTLS`, name hosts by `serverNames`, or drop the HTTP rules",
                )
                break
