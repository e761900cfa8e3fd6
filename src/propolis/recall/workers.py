"""Workers: other processes of the same Propolis that make beside this one what is made of texts."""

import subprocess
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from subprocess import DEVNULL, PIPE

import msgspec

from propolis.recall.bundles import Bundle, stamp
from propolis.recall.makings import Making, package

MUCH = 2_000_000
"""Code points of texts from which on a second process pays: it starts in the time that a tenth of them takes."""
_MOST = 8
"""Processes. Reading stays ahead of what the verbs do next long before."""


class Request(msgspec.Struct, frozen=True, array_like=True):
    """*stamp*: of the one who asks; a worker that is of other code does not answer."""

    stamp: bytes
    making: Making
    bundles: tuple[tuple[str, ...], ...]


Answer = tuple[bytes | None, ...]
"""For each bundle what was made of it, packed; None where it cannot be packed."""


def answer(data: bytes) -> bytes | None:
    """What a worker answers to the request *data*; None when it is not the one to ask."""
    request = msgspec.msgpack.decode(data, type=Request)
    making = request.making
    if request.stamp != stamp(making.rooms):
        return None
    return msgspec.msgpack.encode([package(making, texts) for texts in request.bundles])


def shares(bundles: Sequence[Bundle], processes: int, much: int = MUCH) -> list[tuple[Bundle, ...]]:
    """*bundles* in order, cut into parts that end at about the same time: one for this process, one for each worker.

    Shape:   at least one part, perhaps empty; only one unless there are *much* code points.
    """
    sizes = [sum(map(len, bundle.texts)) for bundle in bundles]
    total = sum(sizes)
    parts = min(processes, _MOST) if total >= much and sys.executable else 1
    found: list[list[Bundle]] = [[] for _ in range(parts)]
    starting = much // 10
    share = (total + starting * (parts - 1)) / parts
    ends = [share + number * (share - starting) for number in range(parts - 1)]
    before = 0
    for bundle, size in zip(bundles, sizes, strict=True):
        found[bisect_right(ends, before)].append(bundle)
        before += size
    return [tuple(part) for part in found]


@contextmanager
def working(shares: Sequence[Sequence[Bundle]], making: Making) -> Iterator[list[Future[Answer]]]:
    """The answer to come for each of *shares*, from a worker of its own; no worker outlives the context."""
    # -P: the current folder may hold somebody else's `propolis` or `yaml`.
    command = [sys.executable, "-P", "-m", "propolis.recall"]
    with ThreadPoolExecutor(max(len(shares), 1)) as threads, ExitStack() as ends:
        answers = []
        for share in shares:
            try:
                process = subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)  # noqa: S603
            except OSError:  # no more processes are to be had
                answers.append(threads.submit(_nothing, share))
                continue
            ends.enter_context(process)
            ends.callback(process.kill)
            answers.append(threads.submit(_answer, process, share, making))
        yield answers


def _answer(process: subprocess.Popen[bytes], share: Sequence[Bundle], making: Making) -> Answer:
    """What *process* says about *share*: nothing if it failed, for whatever reason."""
    try:
        texts = tuple(bundle.texts for bundle in share)
        request = msgspec.msgpack.encode(Request(stamp(making.rooms), making, texts))
    except UnicodeEncodeError:
        return _nothing(share)
    assert process.stdin is not None and process.stdout is not None
    try:
        # Not `communicate`: it writes 4 KiB at a time, and waits before each while this process is busy.
        process.stdin.write(request)
        process.stdin.close()
        data = process.stdout.read()
        return _nothing(share) if process.wait() else msgspec.msgpack.decode(data, type=Answer)
    except (OSError, msgspec.DecodeError):  # it has gone
        return _nothing(share)


def _nothing(share: Sequence[Bundle]) -> Answer:
    return (None,) * len(share)
