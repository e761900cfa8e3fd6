"""HTTP rules on a port that is not TCP make Cilium refuse the whole policy.

## What it does

Finds `rules.http` on a port whose `protocol` is absent, `ANY` or another than TCP.

## Why it is bad

A port without `protocol` means TCP, UDP and SCTP. The agent accepts HTTP rules for TCP only and rejects the
object: it exists, and nothing in it is in force.

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
    - ports: [{port: "8080"}]
      rules: {http: [{method: GET, path: /api/orders}]}
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
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, path: /api/orders}]}
```

## Fix

Safe where the protocol is absent or `ANY`: `protocol: TCP`.

## Source

Cilium semantics §4.6, S15.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import edits, places
from propolis.lint.context import Context, fix
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Fix, Safety, Severity
from propolis.model.policy import Policy, PortProtocol

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the agent takes HTTP rules for TCP only and rejects the policy: it exists, but is not in force"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, port_rule, port in places.ports(context):
        if port_rule.rules and port_rule.rules.http and port.protocol.upper() != "TCP":
            yield context.finding(
                policy,
                port.path,
                f"the HTTP rules need TCP, but port `{port.port}` is for {_named(port)}",
                why=WHY,
                help="write `protocol: TCP`",
                fix=_with_tcp(context, policy, port),
            )


def _named(port: PortProtocol) -> str:
    return f"`{port.protocol}`" if port.protocol else "every protocol, because none is named"


def _with_tcp(context: Context, policy: Policy, port: PortProtocol) -> Fix | None:
    if port.protocol == "":
        edit = edits.entry_after(context.document(policy), (*port.path, "port"), "protocol", "TCP")
        return fix("add `protocol: TCP`", Safety.SAFE, edit)
    if port.protocol.upper() == "ANY":
        return context.rewrite_plain(policy, (*port.path, "protocol"), "TCP", Safety.SAFE)
    return None
