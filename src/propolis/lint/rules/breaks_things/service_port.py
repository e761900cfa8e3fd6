"""The port of a Service where the port of its pods is meant.

## What it does

Finds egress to pods on the port of their Service, whose `targetPort` is another one.

## Why it is bad

Cilium decides after the Service is resolved, by the port that the pod listens on. An allow for the Service's
port lets nothing through.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  egress:
  - toEndpoints: [{matchLabels: {app: db}}]
    toPorts: [{ports: [{port: "80", protocol: TCP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: db, ports: [{containerPort: 8080}]}]}
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
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: backend, namespace: shop, labels: {app: backend}}
spec: {containers: [{name: main, image: backend}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: db, ports: [{containerPort: 8080}]}]}
```

## Fix

None: the same pods may listen on both ports.

## Source

Cilium semantics §3.5 and §3.8, S68.

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import connections, places
from propolis.lint.context import Context
from propolis.lint.engine import Engine
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.policy import Direction, EndpointsPeer, Item
from propolis.model.rule import Rule
from propolis.model.world import Endpoint, Service, ServicePort
from propolis.semantics.ports import meaning

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.WORKLOADS

WHY = "policy sees the port that the pod listens on, behind the Service"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    for policy, _, item in places.allow_items(context):
        if item.direction is not Direction.EGRESS:
            continue
        for rule in engine.rules_at(item.path, policy.document):
            pods = _pods(engine, rule)
            for port_rule in item.to_ports or ():
                for port in port_rule.ports or ():
                    number = meaning(port.port) if port.port and not port.end_port else None
                    found = _service(engine, item, pods, number) if isinstance(number, int) else None
                    if found:
                        service, target = found
                        yield context.finding(
                            policy,
                            (*port.path, "port"),
                            f"port {number} is that of the Service `{service.namespace}/{service.name}`; "
                            f"its pods listen on {target}",
                            why=WHY,
                            help=f"write `{target}`",
                        )


def _pods(engine: Engine, rule: Rule) -> tuple[Endpoint, ...]:
    return engine.matching_pods(peer.selector for peer in rule.peers or () if isinstance(peer, EndpointsPeer))


def _service(
    engine: Engine, item: Item, pods: tuple[Endpoint, ...], number: int
) -> tuple[Service, str] | None:
    """A Service of *pods* with the port *number*, which none of its pods has; None where one of them may have it."""
    if not pods or any(port.number == number for pod in pods for port in engine.workload(pod).ports):
        return None
    for service in engine.world.services:
        behind = [pod for pod in pods if _is_behind(engine, pod, service)]
        for port in service.ports if behind else ():
            target = _number(engine, behind, port)
            if (
                port.number == number
                and target not in (None, number)
                and not _allows(item, port, int(target or 0))
            ):
                return service, str(target)
    return None


def _is_behind(engine: Engine, pod: Endpoint, service: Service) -> bool:
    labels = dict(engine.workload(pod).labels)
    wanted = dict(service.selector or ())
    return bool(wanted) and pod.namespace == service.namespace and wanted.items() <= labels.items()


def _number(engine: Engine, pods: list[Endpoint], port: ServicePort) -> int | None:
    """The port of *pods* that the Service's *port* leads to; None where it cannot be told."""
    if port.target.isdigit():
        return int(port.target)
    named = {own.number for pod in pods for own in engine.workload(pod).ports if own.name == port.target}
    return named.pop() if len(named) == 1 else None


def _allows(item: Item, port: ServicePort, number: int) -> bool:
    """Whether *item* allows *number* besides."""
    ports = (own for port_rule in item.to_ports or () for own in port_rule.ports or ())
    return any(connections.covers(own, port.protocol, number) for own in ports)
