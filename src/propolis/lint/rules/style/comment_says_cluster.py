"""A comment says cluster where the policy says namespace.

## What it does

Finds a comment such as 'from within the cluster' at an empty selector of a namespaced policy.

## Why it is bad

In a CiliumNetworkPolicy `fromEndpoints: [{}]` means the pods of its own namespace. Pods of other namespaces
are cut, though the comment says that they are let in.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  # from anywhere within the cluster
  - fromEndpoints: [{}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  # from anywhere within the cluster
  - fromEndpoints: [{matchExpressions: [{key: "k8s:io.kubernetes.pod.namespace", operator: Exists}]}]
```

## Fix

None: either of the two may be meant.

## Source

Cilium semantics §3.2, S49; cilium-facts part 4, item 11 (47 documents).

## Versions

All supported.
"""

import re
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.comments import comments
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.labels import Selector
from propolis.model.policy import EndpointsPeer, Kind

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.LOW
NEEDS = Needs.DOCUMENT

_WORDS = re.compile(
    r"\b((in|within|inside|from|across|to|of) (the |this |our )?(whole |entire )?cluster(?! dns)|cluster-?wide"
    r"|(all|any|every|other) namespaces?)\b",
    re.IGNORECASE,
)
EMPTY = EndpointsPeer(Selector())
WHY = "in a namespaced policy an empty selector means the pods of its own namespace"
HELP = "ask for `k8s:io.kubernetes.pod.namespace` with `Exists` for every namespace, or mend the comment"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item, listed in places.peer_lists(context):
        if policy.kind is not Kind.CNP or listed.peers != (EMPTY,):
            continue
        document = context.document(policy)
        first, last = document.span(item.path).line, document.span((*listed.path, 0)).line
        for comment in comments([document], _WORDS):
            # On the item's own lines, or alone on the line above it.
            if first - 1 <= comment.span.line <= last and (comment.alone or comment.span.line >= first):
                words = _WORDS.search(comment.text)
                assert words
                message = f"the comment says `{words[0]}`, and this is the policy's own namespace"
                yield context.finding(policy, (*listed.path, 0), message, why=WHY, help=HELP)
                break
