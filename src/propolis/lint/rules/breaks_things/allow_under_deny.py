"""An allow item that a deny takes away entirely.

## What it does

Finds an allow item of which nothing is left, because deny items that select the same pods cover all of it.

## Why it is bad

A deny wins over every allow, however specific the allow is and whichever policy it stands in. An exception
from a deny cannot be written as an allow.

## Avoid

```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
  ingressDeny:
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
  - fromEndpoints: [{matchLabels: {app: frontend}}]
```

## Fix

None: except the peers from the deny, or leave the deny out and rely on default deny.

## Source

Cilium semantics §2.1 and §2.3, S25 and S27.

## Versions

All supported.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from propolis.lint import connections, places
from propolis.lint.context import Context
from propolis.lint.engine import Engine
from propolis.lint.rule import Confidence, Needs, Persona
from propolis.model.finding import Finding, Severity
from propolis.model.policy import FqdnPeer
from propolis.model.rule import Origin, Rule
from propolis.model.verdict import Outcome, Why
from propolis.model.world import Endpoint

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERSONA = Persona.REGULAR
NEEDS = Needs.WORLD

MOST_CONNECTIONS = 20_000
"""Looked at for one item where the engine must be asked about each. Beyond, nothing is said."""
WHY = "a deny wins over every allow, however specific the allow is and whichever policy it stands in"
HELP = "except these peers from the deny, or leave the deny out and rely on default deny"


def findings(context: Context) -> Iterator[Finding]:
    engine = context.engine
    for policy, _, item in places.allow_items(context):
        for rule in engine.rules_at(item.path, policy.document):
            denying = _denying(engine, rule)
            if denying:
                title = engine.written(denying).policy.title
                message = f"`{title}` denies everything that this item allows"
                yield context.finding(policy, item.path, message, why=WHY, help=HELP)


def _denying(engine: Engine, rule: Rule) -> Origin | None:
    """One of the rules that deny what *rule* allows, if they deny all of it; else None."""
    # `deny-over-fqdns` speaks of names; which address a name has is not known here.
    if not engine.is_under_deny(rule) or any(isinstance(peer, FqdnPeer) for peer in rule.peers or ()):
        return None
    first, looked_at = None, 0
    for subject in engine.matching_pods([rule.subject]):
        denies = engine.denying(subject, rule.direction)
        beyond = engine.beyond(subject, rule)
        if beyond:
            return None
        if beyond == 0 and first:
            continue
        classes = connections.of(rule, denies, engine.ruleset)
        allowed = _peers(engine, rule)
        if classes is None:
            return None
        if beyond is None:
            looked_at += len(allowed) * len(classes)
        if looked_at > MOST_CONNECTIONS:
            return None
        connected = ((peer, *one) for peer in allowed if peer is not subject for one in classes)
        # where none is beyond the denies, what holds for one connection holds for all
        for peer, protocol, port in connected if beyond is None else islice(connected, 1):
            side = engine.side(subject, peer, rule.direction, protocol, port)
            if side.outcome is not Outcome.DENY or side.why is not Why.RULE:
                return None
            first = first or side.rules[0]
    return first


def _peers(engine: Engine, rule: Rule) -> Sequence[Endpoint]:
    if rule.peers == ():
        return engine.everyone if rule.ports is not None else ()
    return engine.peers(rule)
