"""The entity `all` is everyone, the internet included.

## What it does

Finds an allow item with the entity `all`, unless the policy denies something in the same direction.

## Why it is bad

It covers pods, nodes and the whole internet. Where the cluster is meant, `cluster` says so; other allow
rules for the direction become pointless.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEntities: [all]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEntities: [cluster]
```

## Fix

None: who is meant is not said.

## Source

Cilium semantics §3.4.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction, Effect, EntityPeer, Item, Spec

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

WHY = "it covers pods, nodes and the whole internet"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec, item, peer, path in places.peers(context):
        is_all = isinstance(peer, EntityPeer) and peer.name == "all" and item.effect is Effect.ALLOW
        if is_all and not _is_beside_denies(spec, item):
            word = "from" if item.direction is Direction.INGRESS else "to"
            yield context.finding(
                policy,
                path,
                f"the entity `all` allows flows {word} everyone, the internet included",
                why=WHY,
                help="name the peers; `cluster` is every endpoint of the cluster, `world` what is outside",
            )


def _is_beside_denies(spec: Spec, item: Item) -> bool:
    """Whether *spec* denies something in the same direction: then it means everyone but those."""
    return any(
        o.effect is Effect.DENY and o.direction is item.direction and not places.is_empty(o)
        for o in spec.items()
    )
