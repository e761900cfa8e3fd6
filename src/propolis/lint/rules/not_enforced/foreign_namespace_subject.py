"""A namespaced policy cannot select pods of another namespace.

## What it does

Finds an `endpointSelector` of a CiliumNetworkPolicy that names another namespace than the policy's.

## Why it is bad

With the prefix `k8s:` the value is replaced by the policy's namespace, so other pods are selected than it
says. Without it both namespaces are asked for, and nothing is selected.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {"k8s:io.kubernetes.pod.namespace": bank}}
  ingress:
  - fromEndpoints: [{}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: bank}
spec:
  endpointSelector: {}
  ingress:
  - fromEndpoints: [{}]
```

## Fix

None: put the policy into that namespace, or write a CiliumClusterwideNetworkPolicy.

## Source

Cilium semantics §3.2, S51.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.labels import K8S, NAMESPACE, Operator, Requirement
from propolis.model.policy import Kind

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "a CiliumNetworkPolicy is about pods of its own namespace only"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec in places.specs(context):
        if policy.kind is not Kind.CNP or spec.endpoint_selector is None:
            continue
        for requirement in spec.endpoint_selector.requirements:
            if requirement.key == NAMESPACE and _excludes(requirement, policy.namespace):
                replaced = requirement.source == K8S and requirement.operator is Operator.EQUALS
                effect = (
                    f"pods of `{policy.namespace}` are selected instead" if replaced else "no pod is selected"
                )
                yield context.finding(
                    policy,
                    (*spec.path, "endpointSelector"),
                    f"the subject asks for another namespace than the policy's, so {effect}",
                    why=WHY,
                    help="move the policy into that namespace, or write a CiliumClusterwideNetworkPolicy",
                )


def _excludes(requirement: Requirement, namespace: str) -> bool:
    return requirement.operator in (Operator.EQUALS, Operator.IN) and namespace not in requirement.values
