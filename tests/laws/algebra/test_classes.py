"""A set of conditions is found exactly if some point meets these and no others: held against every point."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from propolis.algebra.classes import Axis, Box, Space, Value, Values, axes, classes

AXES = ("a", "b", "c")
VALUES = ("1", "2", "3")
OFFERED: tuple[Value, ...] = (None, "other", *VALUES)
values = st.builds(Values, st.frozensets(st.sampled_from(VALUES), max_size=3), st.booleans(), st.booleans())
boxes = st.lists(st.dictionaries(st.sampled_from(AXES), values, max_size=3), max_size=6)


def space(found: list[Box], offered: tuple[Value, ...] = OFFERED) -> Space:
    return Space((1 << len(found)) - 1, tuple(axes(found).values()), lambda axis: offered)


def met(found: list[Box], point: dict[str, Value]) -> int:
    return sum(
        1 << number
        for number, box in enumerate(found)
        if all(admitted.admits(point.get(name)) for name, admitted in box.items())
    )


@given(boxes, st.sets(st.sampled_from(OFFERED), min_size=1))
@settings(deadline=None)
def test_every_set_that_a_point_meets_is_found_and_no_other(found: list[Box], some: set[Value]) -> None:
    offered = tuple(value for value in OFFERED if value in some)
    result = classes(space(found, offered), 10_000)
    every = {met(found, dict(zip(AXES, point, strict=True))) for point in product(offered, repeat=3)}
    assert result.whole
    assert set(result.points) == every
    for wanted, point in result.points.items():
        assert met(found, {name: point.get(name, offered[0]) for name in AXES}) == wanted


@given(values, values, st.sampled_from(OFFERED))
@settings(deadline=None)
def test_both_admit_what_each_admits(one: Values, other: Values, value: Value) -> None:
    assert (one & other).admits(value) == (one.admits(value) and other.admits(value))


@given(boxes, st.sampled_from(OFFERED), st.integers(min_value=0, max_value=63))
@settings(deadline=None)
def test_an_axis_knows_what_each_value_meets(found: list[Box], value: Value, among: int) -> None:
    among &= (1 << len(found)) - 1
    for axis in axes(found).values():
        wanted = sum(
            1 << n
            for n, box in enumerate(found)
            if among >> n & 1 and (axis.name not in box or box[axis.name].admits(value))
        )
        assert axis.met(value, among) == wanted


def test_beyond_the_limit_it_says_so() -> None:
    found: list[Box] = [{name: Values(frozenset({"1"}), True, False)} for name in AXES]
    assert classes(space(found), 8).whole
    fewer = classes(space(found), 7)
    assert not fewer.whole
    assert len(fewer.points) == 7
    assert isinstance(next(iter(axes(found).values())), Axis)
