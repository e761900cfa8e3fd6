"""A host without room for its port refuses clients that send one.

## What it does

Finds a `host` that matches no text with a port behind the name, on a port other than 80 and 443.

## Why it is bad

On any port that is not the default of its scheme, clients send `Host: name:port`. The whole text is compared,
so an expression for the name alone refuses them all.

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
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, path: "/api(/.*)?", host: "api[.]example[.]com"}]}
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
      rules: {http: [{method: GET, path: "/api(/.*)?", host: "api[.]example[.]com(:8080)?"}]}
```

## Fix

None: a Service may map a default port to this one, and then clients send none.

## Source

Cilium semantics §5.1, S09.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.algebra.regular import pattern
from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.languages import Meeting, meeting
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import PortRule
from propolis.semantics.ports import meaning

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

WITH_PORT = pattern(".*:[0-9]+")
OF_SCHEMES = frozenset((80, 443))
WHY = (
    "on a port that is not its scheme's own, clients send the port behind the name, and the whole is compared"
)


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, port_rule, http in places.http_rules(context):
        if http.host and _on_other_ports(port_rule) and meeting(http.host, WITH_PORT) is Meeting.NONE:
            yield context.finding(
                policy,
                (*http.where, "host"),
                f"`{http.host}` matches no host that has its port behind it",
                why=WHY,
                help="leave room for the port: `(:[0-9]+)?`",
            )


def _on_other_ports(port_rule: PortRule) -> bool:
    """Whether every port of *port_rule* is a number that no scheme has for its own."""
    numbers = [meaning(port.port) for port in port_rule.ports or () if port.port]
    return bool(numbers) and all(isinstance(n, int) and n not in OF_SCHEMES for n in numbers)
