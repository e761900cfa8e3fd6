"""The type of regular languages, its operations, and what makes one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache, reduce
from itertools import islice
from typing import Final

from propolis.algebra.regular import witness
from propolis.algebra.regular.alphabets import ONE_CLASS, joint, merged
from propolis.algebra.regular.budget import DEFAULT, Budget
from propolis.algebra.regular.charsets import SURROGATES, charset
from propolis.algebra.regular.derivatives import graph_of
from propolis.algebra.regular.product import Operation, chained, has_member, product
from propolis.algebra.regular.states import Node, State, canonical
from propolis.algebra.regular.syntax import Chars, Choice, Program, Sequence, program

# The patterns of ten thousand policies, and the pairs of states that their unions meet, several times over.
REMEMBERED: Final = 1 << 14
REMEMBERED_PAIRS: Final = 1 << 16


class Language(State):
    """A set of strings of Unicode scalar values that a regular expression can describe.

    It is the state from which just these strings are accepted.

    Law:     languages with the same strings are one object, however they were made; `==` and `hash` are
             those of objects.
    Errors:  `|`, `&`, `-` and `includes` raise BudgetExceeded above the default budget, which counts the
             pairs of states that were not combined before.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Language of {self.states} states, e.g. {self.witness()!r}>"

    def __invert__(self) -> Language:
        """All other strings."""
        return _combined(_MINUS, EVERYTHING, self)

    def __and__(self, other: Language) -> Language:
        return _combined(_AND, *_ordered(self, other))

    def __or__(self, other: Language) -> Language:
        return _combined(_OR, *_ordered(self, other))

    def __sub__(self, other: Language) -> Language:
        return _combined(_MINUS, self, other)

    def includes(self, other: Language) -> bool:
        """Whether every string of *other* is in this language."""
        return not _is_some(_MINUS, other, self)

    def overlaps(self, other: Language) -> bool:
        """Whether some string is in both."""
        return _is_some(_AND, *_ordered(self, other))

    @property
    def is_empty(self) -> bool:
        """Whether no string is in it."""
        return self is NOTHING

    @property
    def is_universal(self) -> bool:
        """Whether every string is in it."""
        return self is EVERYTHING

    @property
    def is_finite(self) -> bool:
        """Whether finitely many strings are in it: no loop leads to acceptance."""
        return all(not state.loop or state is NOTHING for state in self.reachable())

    @property
    def states(self) -> int:
        """The number of states of its minimal complete automaton."""
        return len(self.reachable())

    def witness(self) -> str | None:
        """The shortest string in it, None if it is empty.

        Among the shortest: fewest odd characters (letters and digits are best), then first in legible order.
        """
        return _shortest(self)

    def witnesses(self, limit: int) -> Iterator[str]:
        """At most *limit* strings in it, shortest first, distinct, made as they are asked for.

        Of characters that it never tells apart a few are tried; `literals` lists a finite language in full.
        """
        return islice(witness.by_length(self), limit)

    def literals(self, limit: int = 64) -> tuple[str, ...] | None:
        """All strings in it, shortest first and then by code point; None if there are more than *limit*."""
        return witness.all_members(self, limit)


def _loop_of_one(*, accepting: bool) -> Language:
    return canonical([Node(accepting, ONE_CLASS, [0])], Language)[0]


NOTHING: Final = _loop_of_one(accepting=False)
EVERYTHING: Final = _loop_of_one(accepting=True)


# --- operations


def _ordered(one: Language, other: Language) -> tuple[Language, Language]:
    """The two in an order of their own, so that one result serves both orders."""
    return (one, other) if one.number <= other.number else (other, one)


def _either(one: Language, other: Language) -> Language | None:
    if one is other or one is EVERYTHING or other is NOTHING:
        return one
    return other if one is NOTHING or other is EVERYTHING else None


def _both(one: Language, other: Language) -> Language | None:
    if one is other or one is NOTHING or other is EVERYTHING:
        return one
    return other if one is EVERYTHING or other is NOTHING else None


def _first_only(one: Language, other: Language) -> Language | None:
    if one is other or one is NOTHING or other is EVERYTHING:
        return NOTHING
    return one if other is NOTHING else None


_OR: Final = Operation(lambda one, other: one or other, _either, {})
_AND: Final = Operation(lambda one, other: one and other, _both, {})
_MINUS: Final = Operation(lambda one, other: one and not other, _first_only, {})


def _combined(operation: Operation[Language], one: Language, other: Language) -> Language:
    found = operation.known(one, other) or operation.remembered.get((one, other))
    if found is None:
        made = product(operation, one, other, DEFAULT)
        states = canonical(made.graph, Language)
        if len(operation.remembered) > REMEMBERED_PAIRS:
            operation.remembered.clear()
        operation.remembered.update(zip(made.pairs, states, strict=True))
        found = states[0]
    return found


@lru_cache(REMEMBERED)
def _is_some(operation: Operation[Language], one: Language, other: Language) -> bool:
    found = operation.known(one, other) or operation.remembered.get((one, other))
    return has_member(operation, one, other, NOTHING, DEFAULT) if found is None else found is not NOTHING


def forget() -> None:
    """Forget every result; languages that are in use stay what they are, and states that nobody uses are freed.

    What is remembered has a bound without this; a process that turns to another cluster need not wait for it.
    """
    for operation in (_OR, _AND, _MINUS):
        operation.remembered.clear()
    for function in (_is_some, _shortest, pattern, joint, merged):
        function.cache_clear()


@lru_cache(REMEMBERED)
def _shortest(language: Language) -> str | None:
    return witness.shortest(language)


# --- what makes one


@lru_cache(REMEMBERED)
def pattern(regex: str, *, budget: Budget = DEFAULT) -> Language:
    """The strings that RE2 matches against *regex* in full.

    Errors:  InvalidPattern if RE2 refuses it, UnsupportedPattern if it is not decided here, BudgetExceeded.
    Law:     `text in pattern(regex)` ⇔ `re2.fullmatch(regex, text)` (tests/laws/regular).
    Source:  RE2 syntax in its default mode: `.` is no newline, `\\d \\w \\s` are ASCII, `$` is the very end.
    """
    return _described(program(regex), budget)


def literal(text: str) -> Language:
    """The language of exactly one string.

    Errors: ValueError if *text* has lone surrogates; BudgetExceeded if it is longer than the budget.
    """
    return literals((text,))


def literals(texts: Iterable[str]) -> Language:
    """The language of exactly these strings.

    Errors: ValueError if one has lone surrogates; BudgetExceeded.
    """
    steps: list[Chars | Sequence | Choice] = []
    distinct = sorted(set(texts))
    for text in distinct:
        if any(ord(character) in SURROGATES for character in text):
            raise ValueError(f"`{text!a}` has a lone surrogate")
        steps += [Chars(charset([(ord(character), ord(character))])) for character in text]
        steps.append(Sequence(len(text)))
    return _described((*steps, Choice(len(distinct))), DEFAULT)


def concat(*languages: Language, budget: Budget = DEFAULT) -> Language:
    """The strings that are one of each language, in this order; of no language, the empty string.

    Errors: BudgetExceeded.
    """

    def then(one: Language, other: Language) -> Language:
        return canonical(chained(one, other, NOTHING, budget), Language)[0]

    return reduce(then, languages, literal(""))


def _described(steps: Program, budget: Budget) -> Language:
    return canonical(graph_of(steps, budget), Language)[0]
