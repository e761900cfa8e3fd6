"""Work stops when its time is up, wherever it is, and what it leaves behind is as good as before."""

from collections.abc import Callable, Iterator

import pytest

from propolis.algebra.patience import TimeUp, checkpoint, never, patience
from propolis.algebra.records import Field, box
from propolis.algebra.regular import pattern

FIELD = Field(0, "path", pattern("(?s).*"))


def after(checks: int) -> Callable[[], bool]:
    """Says that the time is up from the given question on."""
    left = iter(range(checks))
    return lambda: next(left, None) is None


def test_without_a_limit_nothing_stops() -> None:
    checkpoint()
    with patience(never):
        checkpoint()


def test_inside_it_stops_and_outside_it_does_not() -> None:
    with pytest.raises(TimeUp), patience(after(2)):
        for _ in range(3):
            checkpoint()
    checkpoint()


def work(number: int) -> Iterator[object]:
    one, other = pattern(f"/a{number}/[a-z]+"), pattern(f"/a{number}/[m-z0-9]+|/b")
    yield one & other
    yield box({FIELD: one}) - box({FIELD: other})
    yield box({FIELD: other}) | box({FIELD: one})


def test_what_was_interrupted_can_be_done_again_with_the_same_answer() -> None:
    """Wherever it stops: the same sets come out as for whoever was never interrupted."""
    stopped = 0
    for number in range(30):
        try:
            with patience(after(number)):
                list(work(number))
        except TimeUp:
            stopped += 1
        again = list(work(number))
        assert again == list(work(number))
        assert again[0].witness() == f"/a{number}/m"  # type: ignore[attr-defined]
    assert stopped > 5
