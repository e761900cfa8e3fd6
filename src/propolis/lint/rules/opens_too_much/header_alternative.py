"""A header that is a list item of its own opens every path to whoever sends it.

## What it does

Finds an item of `rules.http` that names only headers, beside items that name a method, a path or a host.

## Why it is bad

Items of `http` are alternatives, only the fields inside one item are joined. The item with the headers lets
any method on any path through, so the other items restrict nobody who sends the header.

## Avoid

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
      rules:
        http:
        - {method: GET, path: /api/public}
        - headers: ["X-API-KEY: s3cret"]
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
      rules:
        http:
        - {method: GET, path: /api/public, headers: ["X-API-KEY: s3cret"]}
```

## Fix

Proposed (unsafe, because some requests may be meant to pass without the header): move the headers into
every other item.

## Source

Cilium semantics §5.2, S01.

## Versions

All supported.
"""

import json
from collections.abc import Iterator

from propolis.lint import edits, places
from propolis.lint.context import Context, fix
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Fix, Safety, Severity
from propolis.model.policy import HttpRule, Policy
from propolis.model.span import Path

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

WHY = (
    "items of `http` are alternatives: whoever sends the header may use every method on every path, "
    "and the other items restrict nobody who does"
)
HELP = "write `headers` inside each item that has the method and the path"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, _, port_rule in places.port_rules(context):
        items = (port_rule.rules.http if port_rule.rules else None) or ()
        bound = tuple(item for item in items if item.path or item.method or item.host)
        for item in items:
            if bound and item not in bound and (item.headers or item.header_matches):
                yield context.finding(
                    policy,
                    item.where,
                    f"this item lets every method and every path through for whoever sends {_named(item)}",
                    why=WHY,
                    help=HELP,
                    fix=_moved(context, policy, item, bound),
                    related=[other.where for other in bound],
                )


def _named(item: HttpRule) -> str:
    names = [line.split(" ")[0].rstrip(":") for line in item.headers]
    names += [header.name for header in item.header_matches]
    return " and ".join(f"`{name}`" for name in names)


def _moved(context: Context, policy: Policy, item: HttpRule, bound: tuple[HttpRule, ...]) -> Fix | None:
    """The item's headers, moved into the other items; None where one of them has headers already."""
    if item.header_matches or any(other.headers or other.header_matches for other in bound):
        return None
    document = context.document(policy)
    headers = json.dumps(list(item.headers), ensure_ascii=False)
    added = [edits.entry_after(document, _last_entry(other), "headers", headers) for other in bound]
    return fix("ask for the header in every item", Safety.UNSAFE, *added, edits.removal(document, item.where))


def _last_entry(item: HttpRule) -> Path:
    fields = (("path", item.path), ("method", item.method), ("host", item.host))
    return (*item.where, next(name for name, value in fields if value))
