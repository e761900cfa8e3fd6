"""A protocol that Cilium does not know makes it refuse the whole policy.

## What it does

Finds a `protocol` that is not one of the protocols of the Cilium version.

## Why it is bad

The API server refuses the object, and nothing in it is in force. `TCP#note` is a slip of YAML: without a
blank before it, `#` starts no comment. ICMP is no value of `protocol` but has a field of its own, `icmps`.

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
    - ports:
      - port: "5432"
        protocol: TCP#PostgreSQL
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
    - ports:
      - port: "5432"
        protocol: TCP # PostgreSQL
```

## Fix

Safe where only one protocol can be meant: lower case, or a `#` without a blank, whose comment stays behind it.
Unsafe where the comment has no place to stand, as in quotes or within braces on one line.

## Source

Cilium semantics §4.2, S104; CRD enum by version.

## Versions

VRRP and IGMP are known since 1.19; GRE, IPIP, IPV6, ESP and AH since 1.20.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Fix, Safety, Severity
from propolis.model.policy import Policy
from propolis.model.settings import Version
from propolis.model.span import Path

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WITH_PORTS = frozenset({"TCP", "UDP", "SCTP", "ANY"})
SINCE_1_19 = frozenset({"VRRP", "IGMP"})
SINCE_1_20 = frozenset({"GRE", "IPIP", "IPV6", "ESP", "AH"})
WHY = "the API server refuses the object, so nothing in this policy is in force"


def findings(context: Context) -> Iterator[Finding]:
    known = _known(context.settings.version)
    for policy, _, _, _, port in places.ports(context):
        if port.protocol and port.protocol not in known:
            where = (*port.path, "protocol")
            meant = _meant(port.protocol, known)
            yield context.finding(
                policy,
                where,
                _message(port.protocol),
                why=WHY,
                help=_help(port.protocol, known),
                fix=_fix(context, policy, where, port.protocol, meant) if meant else None,
            )


def _fix(context: Context, policy: Policy, where: Path, written: str, meant: str) -> Fix | None:
    """Writes *meant*, and behind it the comment that was glued to it; where there is no place for one, it is lost."""
    _, glued, comment = written.partition("#")
    kept = context.rewrite_plain(policy, where, meant, Safety.SAFE, f"{glued}{comment}")
    return kept or context.rewrite_plain(policy, where, meant, Safety.UNSAFE)


def _known(version: Version) -> frozenset[str]:
    known = WITH_PORTS
    if version >= Version(1, 19):
        known |= SINCE_1_19
    return known | SINCE_1_20 if version >= Version(1, 20) else known


def _meant(protocol: str, known: frozenset[str]) -> str:
    """The one protocol that *protocol* can stand for, or ""."""
    word = protocol.partition("#")[0].strip().upper()
    return word if word in known else ""


def _message(protocol: str) -> str:
    if "#" in protocol:
        return f"`{protocol}` is no protocol: a comment needs a blank before its `#`"
    return f"`{protocol}` is no protocol that this version of Cilium knows"


def _help(protocol: str, known: frozenset[str]) -> str:
    if protocol.upper().startswith("ICMP"):
        return "write `icmps` instead of `toPorts` for ICMP"
    meant = _meant(protocol, known)
    return f"write `{meant}`" if meant else f"write one of {', '.join(sorted(known))}"
