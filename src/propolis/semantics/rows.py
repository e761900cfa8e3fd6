"""The rows of a scene, made one by one as they are asked for."""

from functools import cached_property

import msgspec

from propolis.algebra.flows import Row
from propolis.model.policy import Direction
from propolis.semantics.ruleset import Ruleset
from propolis.semantics.symbolic import Scene, forced, side


class Rows:
    """The rows of a scene, made when they are asked for."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._known: dict[object, tuple[Row, Row]] = {}

    def row(self, position: int, direction: Direction) -> tuple[Row, Row]:
        """What the endpoint at *position* surely lets pass in *direction*, and what it may let pass."""
        scene = self.scene
        subject = scene.universe.endpoints[position]
        rules = scene.selecting(position, direction)
        clash = scene.clash(scene.every(position))
        names = scene.own_names(subject, direction)
        key = (direction, tuple(map(id, rules)), clash, subject.role, forced(subject, scene.ruleset), names)
        if key not in self._known:
            self._known[key] = side(scene, subject, direction, rules, clash)
        return self._known[key]

    def between(self, source: int, destination: int) -> Ruleset:
        """The ruleset without the rules that select neither end: it says the same of flows from one to the other."""
        ends = {id(rule): rule for end in (source, destination) for rule in self.scene.every(end)}
        rules = tuple(sorted(ends.values(), key=lambda rule: self._order[id(rule)]))
        return msgspec.structs.replace(self.scene.ruleset, rules=rules)

    @cached_property
    def _order(self) -> dict[int, int]:
        return {id(rule): number for number, rule in enumerate(self.scene.ruleset.rules)}
