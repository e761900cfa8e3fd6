"""Halves: work on what is all at hand, done by this process and a fork of it side by side."""

import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import msgspec

from propolis.lint.alone import Findings, one_by_one

_Part = Callable[[], Findings]
_MOST = 255
"""Parts: each is one byte in the queue."""
_ANSWER = msgspec.msgpack.Decoder(dict[int, Findings])


def made(parts: Sequence[_Part]) -> list[Findings]:
    """What each of *parts* makes, in their order. Whoever of the two is free takes the next one.

    A part that the fork could not make, for whatever reason, is made here.

    Errors:  those of *parts*.
    """
    if sys.platform != "linux" or len(parts) > _MOST:  # elsewhere a fork may inherit what must not be forked
        return one_by_one(parts)
    queue, back = os.pipe()
    os.write(back, bytes(range(len(parts))))
    os.close(back)
    answer, said = os.pipe()
    child = _fork()
    if child == 0:
        _answer(queue, said, parts)
    os.close(said)
    try:
        found = dict(_taken(queue, parts))
        with open(answer, "rb", closefd=False) as stream:
            data = stream.read()
    finally:
        os.close(queue)
        os.close(answer)
        if child is not None:
            os.kill(child, signal.SIGKILL)  # it has ended, unless this process was interrupted
            os.waitpid(child, 0)
    with suppress(msgspec.DecodeError):  # the fork did not come to its end
        found |= _ANSWER.decode(data)
    return [found[number] if number in found else part() for number, part in enumerate(parts)]


def _fork() -> int | None:
    """The process id of a fork, 0 in it, and None where no more processes are to be had."""
    with warnings.catch_warnings():
        # Python warns of locks that other threads hold: the only other one ticks on stderr, where the fork is silent.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return os.fork()
        except OSError:
            return None


def _taken(queue: int, parts: Sequence[_Part]) -> Iterator[tuple[int, Findings]]:
    """The parts that this process was the first to take, made."""
    while number := os.read(queue, 1):
        yield number[0], parts[number[0]]()


def _answer(queue: int, said: int, parts: Sequence[_Part]) -> None:
    """What the fork does: nothing of this process may run in it besides, not even its end."""
    try:
        data = msgspec.msgpack.encode(dict(_taken(queue, parts)))
        with open(said, "wb") as stream:
            stream.write(data)
    finally:
        os._exit(0)
