"""A host policy does nothing while the host firewall is off.

## What it does

Finds a `nodeSelector` while the settings say that the host firewall is off.

## Why it is bad

The policy is accepted and shown as valid, but the agent enforces it only with `hostFirewall.enabled`, which
is off by default.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec:
  nodeSelector: {matchLabels: {role: worker}}
  ingress:
  - fromEntities: [cluster]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec:
  endpointSelector: {matchLabels: {role: worker}}
  ingress:
  - fromEntities: [cluster]
```

## Fix

None: it is a setting of the cluster.

## Source

Cilium semantics §8.3, S94.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the agent enforces policies for nodes only with `hostFirewall.enabled`, which is off by default"


def findings(context: Context) -> Iterator[Finding]:
    if context.settings.host_firewall:
        return
    for policy, spec in places.specs(context):
        if spec.node_selector is not None:
            yield context.finding(
                policy,
                (*spec.path, "nodeSelector"),
                "this policy for nodes is not enforced while the host firewall is off",
                why=WHY,
                help="turn the host firewall on in Cilium's Helm values, and tell the settings so",
            )
