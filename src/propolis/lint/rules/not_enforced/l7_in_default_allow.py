"""Rules for requests filter nothing where the direction is open anyway.

## What it does

Finds HTTP and DNS rules of a policy with `enableDefaultDeny: false`, where no other policy puts the selected
pods into default deny.

## Why it is bad

For such pods Cilium adds a wildcard to every list of requests: all of them pass, and are only seen.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  enableDefaultDeny: {ingress: false}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
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
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, path: "/api(/.*)?"}]}
```

## Fix

None: closing the direction cuts what is not allowed.

## Source

Cilium semantics §1.2 and §6.2, S18.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.engine import Engine
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Effect
from propolis.model.rule import Rule

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.WORLD

WHY = "where nothing else switches default deny on, Cilium lets every request pass and only looks at it"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    for policy, _, item, port_rule in places.port_rules(context):
        if item.effect is not Effect.ALLOW or port_rule.rules is None:
            continue
        if not (port_rule.rules.http or port_rule.rules.dns):
            continue
        if any(_filters_nothing(engine, rule) for rule in engine.rules_at(item.path, policy.document)):
            yield context.finding(
                policy,
                port_rule.rules.path,
                "these rules filter no request: the direction is open for every pod that they select",
                why=WHY,
                help="drop `enableDefaultDeny: false`, or the rules",
            )


def _filters_nothing(engine: Engine, rule: Rule) -> bool:
    """Whether *rule* selects pods, and each of them only by rules that leave the direction open."""
    pods = engine.matching_pods([rule.subject]) if not rule.default_deny else ()
    return bool(pods) and not any(
        other.default_deny for pod in pods for other in engine.selecting(pod, rule.direction)
    )
