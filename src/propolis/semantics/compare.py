"""Two rulesets over the same endpoints: which flows one of them lets through and the other does not."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from propolis.algebra.flows import Bitset, FlowSet, bits, product
from propolis.model.labels import CLUSTER, K8S, Label
from propolis.model.policy import Direction, HttpRule, IcmpRule, L7Rules, PortRule
from propolis.model.rule import Origin, Rule
from propolis.model.world import Endpoint, Role
from propolis.semantics import ports
from propolis.semantics.endpoints import endpoints
from propolis.semantics.imagined import Draft, impossible, strangers
from propolis.semantics.ruleset import Ruleset
from propolis.semantics.symbolic import EVERYTHING, Decided, Scene, decided

ANOTHER_CLUSTER = "another-cluster"
_NOWHERE = Origin("", 0, ())


class Compared(msgspec.Struct, frozen=True):
    """The flows whose verdict is another one, over endpoints that stand at the same position on both sides.

    *allowed*: surely denied before and surely allowed now; *denied* the other way round. *undecided*: the verdict
    may be another one, because one side at least cannot be decided. Every other flow has the same verdict.

    *void_names*: names of ports in changed rules that no endpoint declares, so that these rules let nothing through.
    *whole*: whether every pod that could be created was looked at.
    """

    old: Decided
    new: Decided
    allowed: FlowSet
    denied: FlowSet
    undecided: FlowSet
    void_names: tuple[str, ...]
    whole: bool


def compared(old: Ruleset, new: Ruleset) -> Compared:
    """What changes between *old* and *new*, whose worlds hold the same workloads and namespaces in the same order.

    Errors: ValueError when the worlds are not aligned; BudgetExceeded of `algebra.regular`.
    Law:    compared(x, x) is empty; compared(b, a) is compared(a, b) with *allowed* and *denied* exchanged.
    """
    changed = _changed(old, new)
    # in the order of what they say, so that both directions of comparing draw the same pods
    imagined = strangers(sorted((old, new), key=lambda rules: rules.settings.version))
    before, after = (_endpoints(side, other, imagined.pods) for side, other in ((old, new), (new, old)))
    if [e.name for e in before] != [e.name for e in after]:
        raise ValueError("the two worlds do not hold the same workloads and namespaces in the same order")
    first, second = decided(old, before), decided(new, after)
    # an undecided flow stays what it is where nothing that bears on it has changed
    doubtful = first.unknown & second.unknown
    if doubtful:
        doubtful &= _concerned(Scene(old, before), Scene(new, after))
    undecided = (first.unknown - second.unknown) | (second.unknown - first.unknown) | doubtful
    apart = impossible(before)
    return Compared(
        old=first,
        new=second,
        allowed=second.allowed - first.allowed - first.unknown - apart,
        denied=first.allowed - second.allowed - second.unknown - apart,
        undecided=undecided - apart,
        void_names=_void_names(changed, (*before, *after)),
        whole=imagined.whole,
    )


def _endpoints(rules: Ruleset, other: Ruleset, imagined: Sequence[Draft]) -> tuple[Endpoint, ...]:
    """The endpoints of *rules* that exist, with everything that *other* tells apart, and those *imagined*."""
    found = tuple(endpoint for endpoint in endpoints(rules, other) if endpoint.existing)
    return (*found, *(draft.endpoint(rules) for draft in imagined), *_abroad(found, rules, other))


def _void_names(changed: Iterable[Rule], endpoints_: Iterable[Endpoint]) -> tuple[str, ...]:
    written = {
        ports.meaning(port.port)
        for rule in changed
        for clause in rule.ports or ()
        if isinstance(clause, PortRule)
        for port in clause.ports or ()
    }
    declared = {port.name for endpoint in endpoints_ for port in endpoint.ports}
    return tuple(sorted(name for name in written if isinstance(name, str) and name not in declared))


def _abroad(found: Sequence[Endpoint], rules: Ruleset, other: Ruleset) -> tuple[Endpoint, ...]:
    """The pods of *found* once more in another cluster of the mesh, where the sides differ in looking there.

    The policies of this cluster say nothing about what those pods themselves may do.
    """
    if rules.settings.scopes_peers_to_cluster == other.settings.scopes_peers_to_cluster:
        return ()
    here, there = Label(K8S, CLUSTER, rules.settings.cluster), Label(K8S, CLUSTER, ANOTHER_CLUSTER)
    return tuple(
        Endpoint(
            name=f"{pod.namespace}/(pod of another cluster labelled like {pod.name})",
            role=Role.UNMANAGED,
            labels=(pod.labels - {here}) | {there},
            namespace=pod.namespace,
            ports=pod.ports,
            existing=False,
        )
        for pod in found
        if pod.role is Role.POD and pod.existing
    )


def _changed(rules: Ruleset, other: Ruleset) -> tuple[Rule, ...]:
    """The rules that only one side has; all of them when the settings differ, which can change any rule's meaning."""
    mine, theirs = _said(rules.rules), _said(other.rules)
    if rules.settings != other.settings:
        return tuple(mine | theirs)
    return tuple(mine ^ theirs)


def _concerned(old: Scene, new: Scene) -> FlowSet:
    """Every flow from a source, or to a destination, whose own rules are not the same on both sides."""
    everyone = old.universe.everything
    sources, destinations = (_differing(old, new, Direction.EGRESS), _differing(old, new, Direction.INGRESS))
    return product(sources, everyone, EVERYTHING) | product(everyone, destinations, EVERYTHING)


def _differing(old: Scene, new: Scene, direction: Direction) -> Bitset:
    told_alike = old.universe.endpoints == new.universe.endpoints
    if (
        not told_alike
        or old.ruleset.settings != new.ruleset.settings
        or old.ruleset.port_names != new.ruleset.port_names
    ):
        return old.universe.everything
    return bits(
        position
        for position in range(len(old.universe.endpoints))
        if _said(old.selecting(position, direction)) != _said(new.selecting(position, direction))
    )


def _said(rules: Sequence[Rule]) -> frozenset[Rule]:
    """*rules* without the places where they are written, and with lists in one order."""
    return frozenset(
        msgspec.structs.replace(
            rule, origin=_NOWHERE, peers=_any_order(rule.peers), ports=_any_order(_clauses(rule.ports))
        )
        for rule in rules
    )


_Listed = TypeVar("_Listed", bound=msgspec.Struct)


def _any_order(listed: tuple[_Listed, ...] | None) -> tuple[_Listed, ...] | None:
    return listed if listed is None or len(listed) < 2 else tuple(sorted(listed, key=repr))


def _clauses(clauses: tuple[PortRule | IcmpRule, ...] | None) -> tuple[PortRule | IcmpRule, ...] | None:
    return None if clauses is None else tuple(_clause(clause) for clause in clauses)


def _clause(clause: PortRule | IcmpRule) -> PortRule | IcmpRule:
    replace = msgspec.structs.replace
    if isinstance(clause, IcmpRule):
        fields = clause.fields and tuple(replace(field, path=()) for field in clause.fields)
        return replace(clause, fields=fields, path=())
    ports = clause.ports and tuple(replace(port, path=()) for port in clause.ports)
    return replace(clause, ports=ports, rules=clause.rules and _layer7(clause.rules), path=())


def _layer7(rules: L7Rules) -> L7Rules:
    http: tuple[HttpRule, ...] | None = rules.http and tuple(
        msgspec.structs.replace(rule, where=()) for rule in rules.http
    )
    dns = rules.dns and tuple(msgspec.structs.replace(rule, where=()) for rule in rules.dns)
    return L7Rules(http, dns, rules.others, ())
