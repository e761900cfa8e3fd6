"""Two kinds of peers in one item make Cilium refuse the whole policy.

## What it does

Finds an item with two or more filled peer lists, such as `toEndpoints` and `toEntities`.

## Why it is bad

Peers of different kinds cannot be joined in one item, neither as 'and' nor as 'or'. The agent rejects the
object: it exists, and nothing in it is in force.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{}]
    toEntities: [host]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{}]
  - toEntities: [host]
```

## Fix

None: write one item for each kind; peers of items add up.

## Source

Cilium semantics §3.3, S44.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = "the agent rejects the policy: it exists, but is not in force"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item in places.items(context):
        filled = [listed for listed in item.peers if listed.peers]
        if len(filled) > 1:
            names = " and ".join(f"`{listed.field}`" for listed in filled)
            yield context.finding(
                policy,
                filled[1].path,
                f"one item cannot combine {names}",
                why=WHY,
                help="write one item for each kind of peer; items add up",
                related=[filled[0].path],
            )
