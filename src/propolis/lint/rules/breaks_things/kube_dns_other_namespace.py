"""The cluster's DNS is looked for in the policy's own namespace.

## What it does

Finds a `toEndpoints` entry of a namespaced policy that selects the DNS pods without naming their namespace.

## Why it is bad

A peer without a namespace label means the policy's namespace. There are no DNS pods there, so names do not
resolve and nothing that needs a name works.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {k8s-app: kube-dns}}]
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}]
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
```

## Fix

Proposed (unsafe): the namespace `kube-system`.

## Source

Cilium semantics §3.2, S47.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import edits, places
from propolis.lint.context import Context, fix
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Safety, Severity
from propolis.model.labels import NAMESPACE, NAMESPACE_LABELS, RESERVED
from propolis.model.policy import Direction, EndpointsPeer, Kind, Policy
from propolis.model.span import Path

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.DOCUMENT

DNS_NAMES = frozenset({"kube-dns", "coredns", "rke2-coredns", "node-local-dns"})
DNS_KEYS = frozenset({"k8s-app", "k8s:k8s-app", "any:k8s-app"})
WHY = "a peer without a namespace label means the policy's own namespace, where there are no DNS pods"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item, peer, path in places.peers(context):
        if (
            policy.kind is not Kind.CNP
            or policy.namespace == "kube-system"
            or item.direction is Direction.INGRESS
        ):
            continue
        if isinstance(peer, EndpointsPeer) and not _names_namespace(peer):
            labels = context.written(policy, (*path, "matchLabels"))
            for key in sorted(DNS_KEYS & set(labels if isinstance(labels, dict) else ())):
                if labels[key] in DNS_NAMES:
                    yield _finding(context, policy, (*path, "matchLabels", key), labels[key])


def _names_namespace(peer: EndpointsPeer) -> bool:
    selector = peer.selector
    return (
        selector.has_key(NAMESPACE)
        or selector.has_key_prefix(NAMESPACE_LABELS)
        or selector.has_source(RESERVED)
    )


def _finding(context: Context, policy: Policy, where: Path, name: str) -> Finding:
    edit = edits.entry_after(context.document(policy), where, f'"k8s:{NAMESPACE}"', "kube-system")
    return context.finding(
        policy,
        where,
        f"`{name}` is looked for in the namespace `{policy.namespace}`, not in `kube-system`",
        why=WHY,
        help=f"add `k8s:{NAMESPACE}: kube-system` to the labels",
        fix=fix("name the namespace `kube-system`", Safety.UNSAFE, edit),
    )
