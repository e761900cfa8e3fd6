"""An empty deny item denies nothing.

## What it does

Finds `{}` as an item of `ingressDeny` or `egressDeny`.

## Why it is bad

An item without peers and ports selects nothing, in a deny as in an allow. It only switches the direction to
default deny, which an `ingress` or `egress` section does as well; any other policy that allows a flow wins.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{}]
  egressDeny:
  - {}
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
```

## Fix

Safe where the direction keeps its default deny by another item: the section, or the item, is removed.

## Source

Cilium semantics §1.4, S23.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import edits, places
from propolis.lint.context import Context, fix
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Fix, Safety, Severity
from propolis.model.policy import Effect, Item, Policy, Spec

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = (
    "an item without peers and ports selects nothing: default deny alone keeps flows out, and any allow wins"
)
HELP = "leave it out: what no policy allows is denied by default"


def findings(context: Context) -> Iterator[Finding]:
    for policy, spec, item in places.deny_items(context):
        if places.is_empty(item):
            yield context.finding(
                policy,
                item.path,
                f"this empty item of `{item.direction}Deny` denies nothing",
                why=WHY,
                help=HELP,
                fix=_removed(context, policy, spec, item),
            )


def _removed(context: Context, policy: Policy, spec: Spec, item: Item) -> Fix | None:
    """Removes the section where all of it is empty, else the item; None where default deny would go with it."""
    others = [other for other in spec.items() if other.direction is item.direction and other != item]
    if not others:
        return None
    section = [other for other in others if other.effect is Effect.DENY]
    if not section:
        edit = edits.removal(context.document(policy), item.path[:-1])
        return fix(f"remove the section `{item.direction}Deny`", Safety.SAFE, edit)
    return fix("remove the empty item", Safety.SAFE, edits.removal(context.document(policy), item.path))
