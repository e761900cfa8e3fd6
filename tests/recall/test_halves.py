"""Parts that a fork makes are those that are made here, whatever becomes of the fork."""

import os
import select
from collections.abc import Callable
from functools import partial

import pytest

from propolis.model.finding import Finding, Severity
from propolis.model.span import Span
from propolis.recall import halves

SPAN = Span("p.yaml", 1, 1, 1, 2, 0, 1)
PATIENCE = 60
"""Seconds for the other process."""


def finding(message: str) -> Finding:
    return Finding("rule", Severity.NOTE, message, SPAN)


def said(message: str) -> tuple[Finding, ...]:
    return (finding(message),)


def messages(parts: list[Callable[[], tuple[Finding, ...]]]) -> list[str]:
    return [one.message for found in halves.made(parts) for one in found]


def has_no_child() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def test_findings_come_in_the_order_of_the_parts() -> None:
    numbers = [str(number) for number in range(40)]
    assert messages([partial(said, number) for number in numbers]) == numbers
    assert messages([]) == []
    assert has_no_child()


def test_more_parts_than_bytes_are_made_too() -> None:
    numbers = [str(number) for number in range(300)]
    assert messages([partial(said, number) for number in numbers]) == numbers


def test_two_processes_work_at_a_time() -> None:
    here, there = os.pipe(), os.pipe()

    def met(mine: tuple[int, int], other: tuple[int, int]) -> tuple[Finding, ...]:
        os.write(mine[1], b"!")
        ready, _, _ = select.select([other[0]], [], [], PATIENCE)
        return said(str(os.getpid()) if ready else "nobody came")

    first, second = messages([partial(met, here, there), partial(met, there, here)])
    assert "nobody came" not in (first, second)
    assert first != second
    assert str(os.getpid()) in (first, second)


def test_what_the_fork_cannot_make_is_made_here() -> None:
    parent = os.getpid()

    def gone(message: str) -> tuple[Finding, ...]:
        if os.getpid() != parent:
            os._exit(1)
        return said(message)

    assert messages([partial(gone, "a"), partial(gone, "b")]) == ["a", "b"]
    odd = "\ud800"  # cannot be encoded
    assert messages([partial(said, odd)] * 20) == [odd] * 20


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_an_error_is_raised_and_no_fork_stays_behind(error: type[BaseException]) -> None:
    def broken() -> tuple[Finding, ...]:
        raise error

    with pytest.raises(error):
        halves.made([broken, *[partial(said, "a")] * 20])
    assert has_no_child()
