"""A label with a misspelt source selects nobody.

## What it does

Finds a selector key whose part before the colon is no label source of Cilium, such as `k8:app`.

## Why it is bad

The part before the colon says where a label comes from. No label comes from an unknown source, so the
selector selects nobody, and nothing reports an error.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {"k8:app": frontend}}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {"k8s:app": frontend}}]
```

## Fix

None: which source is meant is shown in the help.

## Source

Cilium semantics §3.1, S55.

## Versions

All supported.
"""

import difflib
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Kind

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

SOURCES = frozenset(
    (
        "any",
        "k8s",
        "reserved",
        "cidr",
        "cidrgroup",
        "fqdn",
        "node",
        "container",
        "mesos",
        "unspec",
        "directory",
    )
)
WHY = "no label comes from an unknown source: the selector selects nobody, and nothing says so"


def findings(context: Context) -> Iterator[Finding]:
    for policy, selector, path in places.selectors(context):
        if policy.kind is Kind.NP:
            continue
        for requirement in selector.requirements:
            if requirement.source not in SOURCES:
                close = difflib.get_close_matches(requirement.source, ("k8s", "any", "reserved"), 1)
                meant = close[0] if close else "k8s"
                yield context.finding(
                    policy,
                    path,
                    f"`{requirement.source}` in `{requirement.source}:{requirement.key}` is no source of labels",
                    why=WHY,
                    help=f"write `{meant}:{requirement.key}`",
                )
