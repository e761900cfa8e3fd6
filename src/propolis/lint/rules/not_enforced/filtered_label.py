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

import re
from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.labels import ANY, K8S, Operator, Requirement
from propolis.model.settings import Version

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

EXCLUDED = re.compile(
    r"io[.]kubernetes|kubernetes[.]io|statefulset[.]kubernetes[.]io/pod-name|apps[.]kubernetes[.]io/pod-index"
    r"|batch[.]kubernetes[.]io/job-completion-index|batch[.]kubernetes[.]io/controller-uid|.*beta[.]kubernetes[.]io"
    r"|k8s[.]io|pod-template-generation|pod-template-hash|controller-revision-hash|controller-uid|annotation.*|etcd_node"
)
EXCLUDED_SINCE_1_20 = re.compile(r"topology[.]kubernetes[.]io")
INCLUDED = re.compile(r"io[.]kubernetes[.]pod[.]namespace|app[.]kubernetes[.]io|io[.]cilium[.]k8s[.]")
WHY = "policies see identity labels only, and Cilium's default label filter keeps this one out of them"


def findings(context: Context) -> Iterator[Finding]:
    for policy, selector, path in places.selectors(context):
        for requirement in selector.requirements:
            if requirement.source in (K8S, ANY) and is_filtered(requirement.key, context.settings.version):
                yield context.finding(
                    policy,
                    path,
                    f"no identity has the label `{requirement.key}`, so this selector {_effect(requirement)}",
                    why=WHY,
                    help="select by a label of the workload itself, such as `app`",
                )


def is_filtered(key: str, version: Version) -> bool:
    """Whether the default label filter keeps the pod label *key* out of identities."""
    if INCLUDED.match(key):
        return False
    later = version >= Version(1, 20) and EXCLUDED_SINCE_1_20.match(key)
    return bool(EXCLUDED.match(key) or later)


def _effect(requirement: Requirement) -> str:
    positive = requirement.operator in (Operator.IN, Operator.EXISTS)
    return "selects nobody" if positive else "excludes nobody by it"
