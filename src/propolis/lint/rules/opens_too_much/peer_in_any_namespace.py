"""In a policy of the cluster, a peer without a namespace is one of any namespace.

## What it does

Finds an ingress peer of a CiliumClusterwideNetworkPolicy that names labels and no namespace.

## Why it is bad

Whoever may create a pod in some namespace can give it the label, and is let in. The same words in a
namespaced policy mean its own namespace only.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: backend}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: backend}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend, "k8s:io.kubernetes.pod.namespace": shop}}]
```

## Fix

None: which namespaces are meant is not certain.

## Source

Cilium semantics §3.2, S48.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.labels import NAMESPACE, NAMESPACE_LABELS, RESERVED, Selector
from propolis.model.policy import Direction, Effect, EndpointsPeer, Kind

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

WHY = "whoever may create a pod anywhere can give it these labels"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item, peer, path in places.peers(context):
        is_allow = item.effect is Effect.ALLOW and item.direction is Direction.INGRESS
        if (
            policy.kind is Kind.CCNP
            and is_allow
            and isinstance(peer, EndpointsPeer)
            and _is_anywhere(peer.selector)
        ):
            yield context.finding(
                policy,
                path,
                "this peer may be in any namespace",
                why=WHY,
                help="add `k8s:io.kubernetes.pod.namespace`, or a label of the namespace",
            )


def _is_anywhere(selector: Selector) -> bool:
    """Whether *selector* asks for labels, and for nothing that only some namespaces have."""
    keys = [requirement.key for requirement in selector.requirements]
    reserved = any(requirement.source == RESERVED for requirement in selector.requirements)
    return (
        bool(keys)
        and not reserved
        and not any(key == NAMESPACE or key.startswith(NAMESPACE_LABELS) for key in keys)
    )
