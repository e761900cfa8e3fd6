"""A comment that says one policy overrides another is wrong.

## What it does

Finds a comment with words such as 'override' or 'takes precedence' in a document that is a Cilium policy. One that
speaks of a deny is left alone: a deny wins over every allow.

## Why it is bad

Policies add up: what any of them allows is open, what any of them denies is closed. There is no order and
no priority between them, so a narrower policy never takes away what a wider one allows.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  # applies everywhere unless a namespaced policy overrides it
  endpointSelector: {}
  egress:
  - toEndpoints: [{}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  # applies everywhere; namespaced policies add to it
  endpointSelector: {}
  egress:
  - toEndpoints: [{}]
```

## Fix

None: it is the comment that is wrong, or the policy that relies on it.

## Source

Cilium semantics §2.1, S26.

## Versions

All supported.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from propolis.lint.comments import Comment, comments
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.manifest.yaml import Document
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.LOW
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

_WORDS = re.compile(
    r"\b(overrid\w*|overrule\w*|takes? precedence|has priority|higher priority)\b", re.IGNORECASE
)
_OF_A_DENY = re.compile(r"\b(den(y|ies|ied|ying)\b|\w+Deny\b)", re.IGNORECASE)
WHY = "policies add up: none takes away what another one allows, and a deny wins over every allow"
KINDS = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "NetworkPolicy")


def findings(context: Context) -> Iterator[Finding]:
    by_file = groupby(
        sorted(context.documents, key=lambda document: document.file), lambda document: document.file
    )
    for _, of_file in by_file:
        documents = tuple(of_file)
        for comment in comments(documents, _WORDS):
            found = _WORDS.search(comment.text)
            if found and not _OF_A_DENY.search(comment.text) and _is_policy(_around(documents, comment)):
                yield context.remark(
                    comment.span,
                    f"the comment says `{found[0]}`, but no policy overrides another",
                    why=WHY,
                    help="say what the policy adds; to take something away, narrow the policy that allows it",
                )


def _around(documents: tuple[Document, ...], comment: Comment) -> Document | None:
    return next((d for d in documents if d.start <= comment.span.start < d.end), None)


def _is_policy(document: Document | None) -> bool:
    return document is not None and isinstance(document.value, dict) and document.value.get("kind") in KINDS
