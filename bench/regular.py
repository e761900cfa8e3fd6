"""How long the regular algebra takes next to greenery and interegular, on the same pairs in the same run.

    python bench/regular.py

Ratios above 1 mean that the other library takes longer. The other libraries are measured only on the
patterns that both take and mean alike, because most RE2 syntax is refused or read differently by them.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from propolis.algebra.regular import DEFAULT
from propolis.algebra.regular.automaton import Automaton, flipped
from propolis.algebra.regular.automaton import product as both
from propolis.algebra.regular.derivatives import automaton_of
from propolis.algebra.regular.syntax import program

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
    """The three operations of one library, without any cache."""

    compiled: Callable[[str], Any]
    intersection: Callable[[Any, Any], Any]
    difference: Callable[[Any, Any], Any]


class Times(NamedTuple):
    """Median milliseconds for one pattern or one pair."""

    compiled: float
    intersection: float
    difference: float


def difference(one: Automaton, other: Automaton) -> Automaton:
    """The automaton of *one* without *other*."""
    return both(one, flipped(other), DEFAULT)


OURS = Engine(
    lambda text: automaton_of(program(text), DEFAULT),
    lambda one, other: both(one, other, DEFAULT),
    difference,
)


def engine(library: str) -> Engine:
    """The operations of another library."""
    if library == "greenery":
        parse = import_module("greenery").parse
        return Engine(lambda text: parse(text).to_fsm(), lambda a, b: a & b, lambda a, b: a - b)
    parse = import_module("interegular").parse_pattern
    return Engine(lambda text: parse(text).to_fsm(), lambda a, b: a & b, lambda a, b: a - b)


def milliseconds(action: Callable[[], object], per: int) -> float:
    """The median time of *action* over some rounds, divided among its *per* parts."""
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        action()
        taken.append(perf_counter() - start)
    return median(taken) * 1_000 / per


def times(of: Engine) -> Times:
    """What the operations of *of* take on PATTERNS and on all their pairs."""
    values = [of.compiled(text) for text in PATTERNS]
    pairs = list(product(values, repeat=2))
    return Times(
        milliseconds(lambda: [of.compiled(text) for text in PATTERNS], len(PATTERNS)),
        milliseconds(lambda: [of.intersection(a, b) for a, b in pairs], len(pairs)),
        milliseconds(lambda: [of.difference(a, b) for a, b in pairs], len(pairs)),
    )


def report() -> None:
    """Print our times and the ratios of the others'."""
    ours = times(OURS)
    print(f"{'':12} {'compile':>10} {'A & B':>10} {'A - B':>10}")
    print(f"{'propolis':12} " + " ".join(f"{value:7.3f} ms" for value in ours))
    for library in ("greenery", "interegular"):
        if find_spec(library) is None:
            print(f"{library:12} skipped: not installed")
            continue
        ratios = [theirs / mine for theirs, mine in zip(times(engine(library)), ours, strict=True)]
        print(f"{library:12} " + " ".join(f"{ratio:9.1f}×" for ratio in ratios))


if __name__ == "__main__":
    report()
