"""A label that Cilium keeps out of identities is never matched.

## What it does

Finds a selector on a label that the default label filter excludes, such as `pod-template-hash` or
`kubernetes.io/…`.

## Why it is bad

Policies see identity labels only. A filtered label is on no identity, so a selector that asks for it
selects nobody, and one that excludes it excludes nobody.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {"statefulset.kubernetes.io/pod-name": web-0}}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {"app.kubernetes.io/name": web}}]
```

## Fix

None: select by a label of the workload that is part of its identity.

## Source

Cilium semantics §3.1, S54.

## Versions

`topology.kubernetes.io/…` is filtered since 1.20. Clusters with a label filter of their own may differ.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.labels import ANY, K8S, NAMESPACE, Operator, Requirement
from propolis.model.settings import Settings
from propolis.semantics.endpoints import is_identity_label

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

# Pods cannot set these, but Cilium puts them on every identity.
OWN_LABELS = (NAMESPACE, "io.cilium.k8s")
WHY = "policies see identity labels only, and Cilium's default label filter keeps this one out of them"


def findings(context: Context) -> Iterator[Finding]:
    for policy, selector, path in places.selectors(context):
        for requirement in selector.requirements:
            if requirement.source in (K8S, ANY) and _is_filtered(requirement.key, context.settings):
                yield context.finding(
                    policy,
                    path,
                    f"no identity has the label `{requirement.key}`, so this selector {_effect(requirement)}",
                    why=WHY,
                    help="select by a label of the workload itself, such as `app`",
                )


def _is_filtered(key: str, settings: Settings) -> bool:
    return not key.startswith(OWN_LABELS) and not is_identity_label(key, settings)


def _effect(requirement: Requirement) -> str:
    positive = requirement.operator not in (Operator.NOT_IN, Operator.DOES_NOT_EXIST)
    return "selects nobody" if positive else "excludes nobody by it"
