"""A fault of the running release lets more through than the policy says.

## What it does

Finds items that a known defect of the Cilium release changes, as `--cilium` or the setting `defect` names it.

## Why it is bad

The policy is right and is not what is enforced. Only an update of Cilium, or other words in the policy, close
the gap.

## Avoid

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {matchLabels: {app: backend}}
  policyTypes: [Ingress]
  ingress:
  - from: [{ipBlock: {cidr: 192.0.2.0/24}}]
```

## Prefer

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {matchLabels: {app: backend}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}]
```

## Fix

None: it is the release that is to be updated.

## Source

Cilium semantics §0.3 and §9, S101.

## Versions

The faults are those of the Cilium version, down to its patch release: 1.19.0 to 1.19.4 and 1.20 have one.
"""

from collections.abc import Iterator

from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.WORLD

WHY = "the release has a fault that is known, and enforces something else than the policy"
HELP = "update Cilium, or say it in a way that the fault does not touch"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    changed = [(rule.origin, rule.defect) for rule in engine.ruleset.rules if rule.defect is not None]
    for origin, defect in dict.fromkeys(changed):
        policy = engine.written(origin).policy
        message = f"a fault of Cilium {context.settings.version} changes this item: {defect}"
        yield context.finding(policy, origin.path, message, why=WHY, help=HELP)
