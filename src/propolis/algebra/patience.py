"""How long set algebra may take: it asks now and then whether its time is up, and stops there.

Nobody here looks at a clock: who starts the work says when it is over.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

IsOver = Callable[[], bool]


class TimeUp(RuntimeError):  # noqa: N818 - named after what happened
    """The time for an operation is up; its answer is unknown. Whatever was made so far is whole."""


def never() -> bool:
    """No limit."""
    return False


_is_over: ContextVar[IsOver] = ContextVar("_is_over", default=never)


@contextmanager
def patience(is_over: IsOver) -> Iterator[None]:
    """Inside, every `checkpoint` raises TimeUp once *is_over* says so."""
    token = _is_over.set(is_over)
    try:
        yield
    finally:
        _is_over.reset(token)


def checkpoint() -> None:
    """Stop here if the time is up; called where nothing is half made.

    Errors: TimeUp.
    """
    if _is_over.get()():
        raise TimeUp("the time is up")
