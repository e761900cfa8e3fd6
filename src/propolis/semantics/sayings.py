"""What rules say, wherever they are written: which of them only one of two rulesets has."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from propolis.model.policy import HttpRule, IcmpRule, L7Rules, PortRule
from propolis.model.rule import Origin, Rule
from propolis.semantics.ruleset import Ruleset

_NOWHERE = Origin("", 0, ())


class Sayings:
    """What the rules of two rulesets say, wherever they are written.

    *changed*: the rules that only one side has; all of them when the settings differ, which can change any rule's
    meaning. Rules are known by their id(): the rulesets keep them, so that no other object is given one.
    """

    def __init__(self, old: Ruleset, new: Ruleset, twins: Mapping[int, Rule]) -> None:
        """*twins*: rules of *new*, by id(), that are known to say what the rule of *old* says."""
        self._twins = {rule_id: id(twin) for rule_id, twin in twins.items()}
        paired = set(self._twins.values())
        mine = [rule for rule in old.rules if id(rule) not in paired]
        theirs = [rule for rule in new.rules if id(rule) not in self._twins]
        self._said = {id(rule): said(rule) for rule in (*mine, *theirs)}
        alone = {self._said[id(rule)] for rule in mine} ^ {self._said[id(rule)] for rule in theirs}
        subjects = {rule.subject for rule in alone}
        for rule in old.rules:  # what is said once more than before may be what a pair of twins says
            if id(rule) in paired and rule.subject in subjects:
                self._said[id(rule)] = said(rule)
                alone.discard(self._said[id(rule)])
        self._said.update(
            (one, self._said[other]) for one, other in self._twins.items() if other in self._said
        )
        if old.settings != new.settings:
            alone = {said(rule) for rules in (old, new) for rule in rules.rules}
        self.changed = tuple(alone)

    def are_twins(self, old: Sequence[Rule], new: Sequence[Rule]) -> bool:
        """Whether *new* are the twins of *old*, in the same order."""
        twins = self._twins
        return [id(rule) for rule in old] == [twins.get(id(rule)) for rule in new]

    def of(self, rules: Iterable[Rule]) -> frozenset[object]:
        """What *rules* say, as values that are equal on both sides if rules say the same."""
        return frozenset(self._said.get(id(rule), self._twins.get(id(rule), id(rule))) for rule in rules)


def said(rule: Rule) -> Rule:
    """*rule* without the place where it is written, and with lists in one order."""
    return msgspec.structs.replace(
        rule, origin=_NOWHERE, peers=_any_order(rule.peers), ports=_any_order(_clauses(rule.ports))
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
    return msgspec.structs.replace(rules, http=http, dns=dns, path=())
