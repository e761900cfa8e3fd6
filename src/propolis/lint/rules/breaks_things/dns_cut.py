"""Pods that may reach others by name, and may not ask for the name.

## What it does

Finds workloads in egress default deny that may reach pods or names, while no rule lets them out on port 53.

## Why it is bad

A Service or a host name has to be resolved first. Without DNS the connection is never tried, and the policy
that allows it is of no use.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {app: db}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {app: db}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
  - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
```

## Fix

None: where the cluster's DNS runs is not in the policy.

## Source

Cilium semantics §6.2 and §6.3, S47.

## Versions

All supported. Says something only with workloads, as DNS is often allowed by another policy.
"""

from collections.abc import Iterator, Sequence

from propolis.lint import connections
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.flow import TCP, UDP
from propolis.model.labels import K8S, NAMESPACE, Operator, Requirement
from propolis.model.policy import Direction, Effect, EndpointsPeer, FqdnPeer, PortRule
from propolis.model.rule import Rule
from propolis.model.span import Path

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.WORKLOADS

WHY = "Services and hosts are reached by name, and a name that cannot be asked for is never reached"
HELP = "allow port 53 towards the cluster's DNS, here or in a policy for the whole namespace"
# Where the DNS of clusters listens: its own port, and that of OpenShift's pods.
PORTS = (53, 5353)
HOME = "kube-system"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    told: set[tuple[int, Path]] = set()
    for pod in engine.pods:
        rules = engine.selecting(pod, Direction.EGRESS)
        origins = [rule.origin for rule in rules if _needs_names(rule)] if _is_cut(rules) else []
        for origin in engine.one_for_each_spec(origins)[:1]:
            policy, part, subject = engine.written(origin)
            if (policy.document, part) not in told:
                told.add((policy.document, part))
                message = (
                    f"no rule lets {engine.named(pod)} out to any DNS, and here it is to reach others by name"
                )
                yield context.finding(policy, subject, message, why=WHY, help=HELP)


def _is_cut(rules: Sequence[Rule]) -> bool:
    """Whether *rules*, all of one pod's egress, close it, need names, and let no question for one out."""
    return (
        any(rule.default_deny for rule in rules)
        and any(_needs_names(rule) for rule in rules)
        and not any(_may_ask(rule) for rule in rules)
    )


def _needs_names(rule: Rule) -> bool:
    named = any(isinstance(peer, EndpointsPeer | FqdnPeer) for peer in rule.peers or ())
    return rule.effect is Effect.ALLOW and named


def _may_ask(rule: Rule) -> bool:
    """Whether *rule* may let a question to some DNS through: by its port, or by its peers where it has no ports."""
    if rule.effect is not Effect.ALLOW or rule.peers is None:
        return False
    if rule.ports is not None:
        clauses = (clause for clause in rule.ports if isinstance(clause, PortRule))
        named = [port for clause in clauses for port in clause.ports or ()]
        return any(
            not port.port.isdigit() or any(connections.covers(port, protocol, number) for number in PORTS)
            for port in named
            for protocol in (UDP, TCP)
        )
    return any(
        not isinstance(peer, EndpointsPeer) or _may_be_dns(peer.selector.requirements) for peer in rule.peers
    )


def _may_be_dns(requirements: Sequence[Requirement]) -> bool:
    """Whether pods of the namespace of the cluster's DNS may be among those that are asked for."""
    namespaces = [r for r in requirements if r.key == NAMESPACE and r.source in (K8S, "any")]
    return all(
        HOME in r.values if r.operator in (Operator.EQUALS, Operator.IN) else HOME not in r.values
        for r in namespaces
    )
