"""Classes of a space by a SAT solver: for spaces in which too many values go on as one only at the last axes.

Needs the extra `sat` (python-sat); `algebra.classes` finds the same sets of conditions without it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import combinations, count
from operator import and_

from pysat.solvers import Solver

from propolis.algebra.classes import Axis, Classes, Space, Value
from propolis.algebra.flows import Bitset, bits, indexes
from propolis.algebra.patience import checkpoint

_SOLVER = "cadical153"
_MOST_AT_ONCE = 6
"""Up to so many values of an axis, that only one of them is taken is said pair by pair."""


class _Option:
    """A value of an axis: its variable, and the conditions that it meets."""

    def __init__(self, axis: Axis, value: Value, met: Bitset, variable: int) -> None:
        self.axis, self.value, self.met, self.variable = axis, value, met, variable


def classes(space: Space, most: int) -> Classes:
    """At most *most* classes of *space*, one model of the solver after the other.

    Law: finds the sets of conditions that `algebra.classes` finds (tests/laws/algebra/test_sat.py).
    """
    numbers = count(1)
    options = [
        chosen for axis in space.free if (chosen := _options(axis, space.offered(axis), space.alive, numbers))
    ]
    holds = {condition: next(numbers) for condition in indexes(space.alive)}
    points: dict[Bitset, Mapping[str, Value]] = {}
    with Solver(name=_SOLVER, bootstrap_with=list(_clauses(options, holds, numbers))) as solver:
        while len(points) <= most and solver.solve():
            checkpoint()
            true = {literal for literal in solver.get_model() if literal > 0}
            met = bits(condition for condition, variable in holds.items() if variable in true)
            points[met] = _plainest(options, true, met, space.alive)
            solver.add_clause([-v if v in true else v for v in holds.values()])
    kept = sorted(points.items())[:most]
    return Classes(dict(kept), len(kept) == len(points))


def _options(axis: Axis, offered: Sequence[Value], alive: Bitset, numbers: Iterator[int]) -> list[_Option]:
    """The plainest value for each set of conditions that values of *axis* meet; none if the axis decides nothing."""
    found: dict[Bitset, Value] = {}
    for value in offered:
        found.setdefault(axis.met(value, alive), value)
    if len(found) == 1 and alive in found:
        return []
    return [_Option(axis, value, met, next(numbers)) for met, value in found.items()]


def _clauses(
    axes: Sequence[Sequence[_Option]], holds: Mapping[int, int], numbers: Iterator[int]
) -> Iterator[list[int]]:
    """One value on each axis; a condition holds exactly if the value on every axis meets it."""
    for options in axes:
        variables = [option.variable for option in options]
        yield variables
        yield from _at_most_one(variables, numbers)
    for condition, variable in holds.items():
        missing = []
        for options in axes:
            meeting = [option.variable for option in options if option.met >> condition & 1]
            if len(meeting) < len(options):
                yield [-variable, *meeting]
                missing += [option.variable for option in options if not option.met >> condition & 1]
        yield [variable, *missing]


def _at_most_one(variables: Sequence[int], numbers: Iterator[int]) -> Iterator[list[int]]:
    if len(variables) <= _MOST_AT_ONCE:
        yield from ([-one, -other] for one, other in combinations(variables, 2))
        return
    before = None
    for variable in variables:  # a ladder: `taken` says that this one or one before it is taken
        taken = next(numbers)
        yield [-variable, taken]
        if before is not None:
            yield [-before, taken]
            yield [-before, -variable]
        before = taken


def _plainest(
    axes: Sequence[Sequence[_Option]], true: set[int], met: Bitset, alive: Bitset
) -> Mapping[str, Value]:
    """A point that meets exactly *met*, with plainer values than the model's where they do as well."""
    taken = [next(option for option in options if option.variable in true) for options in axes]
    for place, options in enumerate(axes):
        others = reduce(and_, (o.met for n, o in enumerate(taken) if n != place), alive)
        taken[place] = next(option for option in options if others & option.met == met)
    return {option.axis.name: option.value for option in taken}
