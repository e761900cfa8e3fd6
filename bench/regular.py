"""How long the regular algebra takes next to greenery and interegular, on the same pairs in the same run.

    python bench/regular.py (pip install -c constraints.txt '.[bench]' first)

Ratios above 1 mean that the other library takes longer. The other libraries are measured only on the
patterns that both take and mean alike, because most RE2 syntax is refused or read differently by them.

Our states are shared by all languages and results are remembered, so a second round would only look them up.
Before each single operation everything is forgotten (`forget`, then a garbage collection, outside of the time that is
taken): results, partitions of characters, and all states but those of the operands themselves.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from importlib import import_module
from itertools import product
from operator import and_, sub
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from propolis.algebra.regular import forget, pattern

PATTERNS = [
    "/healthz",
    "/public(/[a-z]*)?",
    "/api/v[0-9]+/users/[a-z0-9]+",
    "/api/v1/[a-z/]*",
    "(GET|HEAD|POST)",
    "[a-z0-9]+[.]example[.]com(:[0-9]+)?",
]
ROUNDS = 5


class Engine(NamedTuple):
    """The three operations of one library."""

    compiled: Callable[[str], Any]
    intersection: Callable[[Any, Any], Any] = and_
    difference: Callable[[Any, Any], Any] = sub


class Times(NamedTuple):
    """Median milliseconds for one pattern or one pair."""

    compiled: float
    intersection: float
    difference: float


OURS = Engine(pattern)


def engine(library: str) -> Engine:
    """The operations of another library."""
    module = import_module(library)
    read = module.parse if library == "greenery" else module.parse_pattern
    return Engine(lambda text: read(text).to_fsm())


def milliseconds(action: Callable[..., object], operands: list[tuple[Any, ...]]) -> float:
    """The median over some rounds of the mean time of *action*, every time from scratch."""
    rounds = []
    for _ in range(ROUNDS):
        taken = 0.0
        for each in operands:
            forget()
            gc.collect()
            start = perf_counter()
            action(*each)
            taken += perf_counter() - start
        rounds.append(taken * 1_000 / len(operands))
    return median(rounds)


def times(of: Engine) -> Times:
    """What the operations of *of* take on PATTERNS and on all their pairs."""
    texts = [(text,) for text in PATTERNS]
    pairs = list(product([of.compiled(text) for text in PATTERNS], repeat=2))
    return Times(
        milliseconds(of.compiled, texts),
        milliseconds(of.intersection, pairs),
        milliseconds(of.difference, pairs),
    )


def report() -> None:
    """Print our times and the ratios of the others'."""
    ours = times(OURS)
    print(f"{'':12} {'compile':>10} {'A & B':>10} {'A - B':>10}")
    print(f"{'propolis':12} " + " ".join(f"{value:7.3f} ms" for value in ours))
    for library in ("greenery", "interegular"):
        ratios = [theirs / mine for theirs, mine in zip(times(engine(library)), ours, strict=True)]
        print(f"{library:12} " + " ".join(f"{ratio:9.1f}×" for ratio in ratios))


if __name__ == "__main__":
    report()
