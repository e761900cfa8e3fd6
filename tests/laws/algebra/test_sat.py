"""The solver and the search by axis find the same sets of conditions, and both say when they did not find all."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from test_classes import AXES, boxes, met, space

from propolis import wiring
from propolis.algebra.classes import Box, Values, classes

sat = pytest.importorskip("propolis.algebra.sat", reason="needs the extra `sat`", exc_type=ImportError)


@given(boxes)
@settings(deadline=None)
def test_both_find_the_same(found: list[Box]) -> None:
    asked = space(found)
    result = sat.classes(asked, 10_000)
    assert result.whole
    assert set(result.points) == set(classes(asked, 10_000).points)
    for wanted, point in result.points.items():
        assert met(found, {name: point.get(name) for name in AXES}) == wanted


@given(boxes)
@settings(deadline=None)
def test_both_stop_at_the_same_number(found: list[Box]) -> None:
    asked = space(found)
    number = len(classes(asked, 10_000).points)
    assert sat.classes(asked, number).whole
    if number > 1:
        fewer = sat.classes(asked, number - 1)
        assert not fewer.whole
        assert len(fewer.points) == number - 1


def in_each_others_way(number: int) -> list[Box]:
    """Conditions of which any two exclude each other, each pair on an axis of its own: no axis shows much."""
    pairs = list(combinations(range(number), 2))
    return [
        {f"{a}-{b}": Values(frozenset({str(one)}), True, False) for a, b in pairs if one in (a, b)}
        for one in range(number)
    ]


def test_the_solver_finds_all_where_the_search_by_axis_gives_up() -> None:
    found = in_each_others_way(14)
    asked = space(found, (None, *(str(number) for number in range(14))))
    assert not classes(asked, 1000).whole
    whole = wiring.finder()(asked, 1000)
    assert whole.whole
    assert set(whole.points) == {0, *(1 << number for number in range(14))}
