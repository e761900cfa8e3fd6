"""A database without any ingress rule.

## What it does

Finds workloads with a well-known port of a database that no ingress rule selects, and names one source that
reaches it.

## Why it is bad

A rule that lets the application out to its database does not close the database. Every pod that may leave,
and every node, reaches it as well.

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
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: db, ports: [{containerPort: 5432}]}]}
```

## Prefer

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: backend}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: db, ports: [{containerPort: 5432}]}]}
```

## Fix

None: write an ingress rule for the database that names who may reach it.

## Source

Cilium semantics §1.2; S92.

## Versions

All supported.
"""

from collections.abc import Iterator
from typing import NamedTuple

from propolis.lint.context import Context
from propolis.lint.engine import Engine
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.flow import TCP
from propolis.model.policy import Direction, Effect, EndpointsPeer, PortRule
from propolis.model.rule import Rule
from propolis.model.verdict import Outcome, Why
from propolis.model.world import Endpoint, Role
from propolis.semantics.ports import meaning
from propolis.semantics.witness import DATA_PORTS

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.WORLD

WHY = "a rule that lets the application out to its database does not close the database for the others"
HELP = "write a policy for the database that names who may reach it under `ingress`"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    # Without any policy in force everything is open, and nobody asks why the database is.
    for name, found in _databases(engine).items() if engine.ruleset.rules else ():
        pod = found.pod
        source = "" if engine.selecting(pod, Direction.INGRESS) else _source(engine, pod, found.port)
        if source:
            message = f"{name} has no ingress rule, so {source} reaches its port {found.port}"
            yield _placed(context, found, message)


class Found(NamedTuple):
    """A pod, the port that makes it a database, and the egress rule that names it, if one does."""

    pod: Endpoint
    port: int
    rule: Rule | None


def _databases(engine: Engine) -> dict[str, Found]:
    """Every database by its name: pods that an egress rule names with such a port, or that declare one."""
    found: dict[str, Found] = {}
    for rule in engine.ruleset.rules:
        if rule.direction is Direction.EGRESS and rule.effect is Effect.ALLOW:
            for port in sorted(DATA_PORTS & _numbers(rule)):
                selectors = (peer.selector for peer in rule.peers or () if isinstance(peer, EndpointsPeer))
                for pod in engine.matching_pods(selectors):
                    found.setdefault(engine.named(pod), Found(pod, port, rule))
    for pod in engine.pods:
        declared = DATA_PORTS & {port.number for port in engine.workload(pod).ports}
        if declared:
            found.setdefault(engine.named(pod), Found(pod, min(declared), None))
    return found


def _numbers(rule: Rule) -> set[int]:
    clauses = (clause for clause in rule.ports or () if isinstance(clause, PortRule))
    meanings = {meaning(port.port) for clause in clauses for port in clause.ports or ()}
    return {number for number in meanings if isinstance(number, int)}


def _source(engine: Engine, pod: Endpoint, port: int) -> str:
    """Somebody who reaches *pod* although no rule names them; "" when nobody surely does."""
    for source in engine.pods:
        if source is not pod:
            egress = engine.side(source, pod, Direction.EGRESS, TCP, port)
            if egress.outcome is Outcome.ALLOW and egress.why is not Why.RULE:
                return engine.named(source)
    for node in engine.endpoints:
        if node.role is Role.REMOTE_NODE:
            sides = (
                engine.side(node, pod, Direction.EGRESS, TCP, port),
                engine.side(pod, node, Direction.INGRESS, TCP, port),
            )
            if all(side.outcome is Outcome.ALLOW for side in sides):
                return "every process in the network of another node"
    return ""


def _placed(context: Context, found: Found, message: str) -> Finding:
    engine = context.engine
    if found.rule is not None:
        policy = engine.written(found.rule.origin).policy
        return context.finding(policy, found.rule.origin.path, message, why=WHY, help=HELP)
    workload = engine.workload(found.pod)
    document = context.documents[workload.document]
    return context.remark(document.span((*workload.base, "metadata", "name")), message, why=WHY, help=HELP)
