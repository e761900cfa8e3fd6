"""Which of many conditions can hold together: every set of them that some point of a space meets, and no other.

A point has one value, or none, on each axis. A condition is a box: it says of some axes which values it admits.
The points that meet the same conditions are a class; one point stands for all of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from propolis.algebra.flows import Bitset, indexes
from propolis.algebra.patience import checkpoint

Value = str | None
"""None: a point has nothing on this axis."""


class Values(msgspec.Struct, frozen=True):
    """The values of one axis that a condition admits: those *listed*, or all but those; and perhaps none at all."""

    listed: frozenset[str]
    inside: bool
    absent: bool

    def admits(self, value: Value) -> bool:
        return self.absent if value is None else (value in self.listed) is self.inside

    def __and__(self, other: "Values") -> "Values":
        absent = self.absent and other.absent
        if self.inside and other.inside:
            return Values(self.listed & other.listed, True, absent)
        if self.inside or other.inside:
            one, rest = (self, other) if self.inside else (other, self)
            return Values(one.listed - rest.listed, True, absent)
        return Values(self.listed | other.listed, False, absent)


Box = Mapping[str, Values]
"""A condition: axis → the values that it admits there; every value on the other axes."""


class Axis:
    """One axis, and which of the conditions each of its values meets. INVARIANT: condition *i* is bit *i*."""

    def __init__(self, name: str, boxes: Sequence[Box], concerned: Iterable[int]) -> None:
        self.name = name
        self.concerned: Bitset = 0
        self._absent = self._outside = 0
        self._inside: dict[str, Bitset] = {}
        self._but: dict[str, Bitset] = {}
        self.lists: dict[int, frozenset[str]] = {}
        for number in concerned:
            values, bit = boxes[number][name], 1 << number
            self.concerned |= bit
            self.lists[number] = values.listed
            self._absent |= bit if values.absent else 0
            self._outside |= 0 if values.inside else bit
            table = self._inside if values.inside else self._but
            for value in values.listed:
                table[value] = table.get(value, 0) | bit
        self.values = sorted(self._inside.keys() | self._but.keys())

    def met(self, value: Value, among: Bitset) -> Bitset:
        """The conditions of *among* that *value* meets on this axis."""
        if value is None:
            return among & (~self.concerned | self._absent)
        allowed = ~self.concerned | self._outside
        if value in self._but:
            allowed &= ~self._but[value]
        if value in self._inside:
            allowed |= self._inside[value]
        return among & allowed


def axes(boxes: Sequence[Box]) -> dict[str, Axis]:
    """The axes that *boxes* say something about, the one that most of them name first."""
    concerned: dict[str, list[int]] = {}
    for number, box in enumerate(boxes):
        for name in box:
            concerned.setdefault(name, []).append(number)
    ordered = sorted(concerned, key=lambda name: (-len(concerned[name]), name))
    return {name: Axis(name, boxes, concerned[name]) for name in ordered}


class Space(msgspec.Struct, frozen=True, eq=False):
    """The points to look at: *alive* are the conditions that may still hold, *offered* the values of each free axis.

    The first value offered on an axis is the plainest; points on which nothing depends get it.
    """

    alive: Bitset
    free: tuple[Axis, ...]
    offered: Callable[[Axis], Sequence[Value]]


class Classes(msgspec.Struct, frozen=True):
    """One point (axis → value, axes on which nothing depends left out) for each set of conditions that can hold.

    *whole*: whether these are all such sets, or the first ones only.
    """

    points: Mapping[Bitset, Mapping[str, Value]]
    whole: bool


Finder = Callable[[Space, int], Classes]
"""What finds at most so many classes of a space. Law: all finders find the same sets of conditions."""


def classes(space: Space, most: int) -> Classes:
    """At most *most* classes of *space*, axis by axis; what meets the same conditions so far goes on as one.

    Law:   a set of conditions is found exactly if some point meets these and no others (tests/laws/algebra).
    """
    reached: dict[Bitset, _Trail] = {space.alive: None}
    whole = True
    for axis in space.free:
        further: dict[Bitset, _Trail] = {}
        offered = space.offered(axis)
        for alive, trail in reached.items():
            checkpoint()
            if not alive & axis.concerned:
                further.setdefault(alive, trail)
                continue
            for value in _worth_trying(axis, alive, offered):
                met = axis.met(value, alive)
                if met not in further:
                    further[met] = (trail, axis.name, value)
            if len(further) > most:
                whole = False
                break
        reached = further
    kept = list(reached.items())[:most]
    return Classes({met: _point(trail) for met, trail in kept}, whole and len(kept) == len(reached))


_Trail = tuple[Any, str, Value] | None


def _worth_trying(axis: Axis, alive: Bitset, offered: Sequence[Value]) -> Sequence[Value]:
    """The values of *offered* that *alive* tells apart: those that it lists, and of the others the first two kinds."""
    concerned = alive & axis.concerned
    if concerned.bit_count() * 2 > len(offered):
        return offered
    named: set[Value] = {value for number in indexes(concerned) for value in axis.lists[number]}
    others = [value for value in offered if value is not None and value not in named]
    chosen = named | set(others[:1]) | {None}
    return [value for value in offered if value in chosen]


def _point(trail: _Trail) -> Mapping[str, Value]:
    point: dict[str, Value] = {}
    while trail is not None:
        trail, name, value = trail
        point[name] = value
    return point
