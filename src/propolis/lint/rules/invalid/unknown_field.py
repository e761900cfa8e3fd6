"""A field that the schema does not know is dropped without an error.

## What it does

Finds fields that the API server does not know, with the name that is probably meant.

## Why it is bad

The API server removes such a field and keeps the rest, which may then mean something else: a misspelt peer
leaves ports that are open to everyone. kubectl's strict validation refuses the object instead.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoint: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
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
```

## Fix

Safe for `metadata` itself, without which nothing is accepted; proposed (unsafe) elsewhere, where a known
name is alike.

## Source

Cilium semantics §10, S43; Kubernetes structural schemas.

## Versions

The known fields are those of the Cilium version.
"""

import re
from collections.abc import Iterator

import msgspec

from propolis.lint import edits, places
from propolis.lint.context import Context, fix
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Fix, Safety, Severity
from propolis.model.span import Problem

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

_MEANT = re.compile(r"did you mean `(\w+)`")
WHY = "the API server removes it and keeps the rest, which may then mean something else"


def findings(context: Context) -> Iterator[Finding]:
    for problem in context.problems:
        if problem.code == "unknown-field" and problem.span is not None:
            found = context.remark(problem.span, problem.message, why=WHY, help=problem.help)
            yield msgspec.structs.replace(found, fix=_renamed(context, problem))


def _renamed(context: Context, problem: Problem) -> Fix | None:
    meant = _MEANT.search(problem.help)
    assert problem.span is not None
    document = places.document_at(context, problem.span)
    path = places.path_of_key(document, problem.span) if document else None
    if meant is None or document is None or path is None:
        return None
    safety = Safety.SAFE if meant[1] == "metadata" and len(path) == 1 else Safety.UNSAFE
    return fix(f"write `{meant[1]}`", safety, edits.key_replacement(document, path, meant[1]))
