"""A subject that selects none of the workloads.

## What it does

Finds a policy whose subject selects no workload, although workloads of its namespace were read.

## Why it is bad

One letter in a label is enough, and nothing reports an error: the pods that are meant stay open.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: back-end}}
  ingress:
  - fromEndpoints: [{}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Fix

None: the label that is meant is not certain.

## Source

Cilium semantics §1.1.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.WORKLOADS

WHY = "nothing reports an error: the pods that are meant stay as open as they are"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    read = {"", *(pod.namespace for pod in engine.pods)}
    for policy, spec in places.specs(context):
        rules = [rule for item in spec.items() for rule in engine.rules_at(item.path, policy.document)]
        if not rules or spec.endpoint_selector is None:
            continue
        if policy.namespace in read and not engine.matching(rules[0].subject):
            where = f" in `{policy.namespace}`" if policy.namespace else ""
            yield context.finding(
                policy,
                (*spec.path, "endpointSelector"),
                f"this subject selects none of the workloads{where}",
                why=WHY,
                help="compare its labels with those of the pod templates",
            )
