"""The type of regular languages, its operations, and what makes one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import islice
from typing import Final

from propolis.algebra.regular import automaton as automata
from propolis.algebra.regular import witness
from propolis.algebra.regular.automaton import Automaton
from propolis.algebra.regular.budget import DEFAULT, Budget
from propolis.algebra.regular.charsets import ANY, SURROGATES, charset
from propolis.algebra.regular.derivatives import automaton_of
from propolis.algebra.regular.syntax import STAR, Chars, Choice, Program, Sequence, program

# The same few hundred patterns are combined over and over; one entry is some ten kilobytes.
REMEMBERED: Final = 2048


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A set of strings of Unicode scalar values that a regular expression can describe.

    Law:     languages with the same strings are equal and hash alike, however they were made.
    Errors:  `|`, `&`, `-` and `includes` raise BudgetExceeded above the default budget.
    """

    automaton: Automaton

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Language):
            return NotImplemented
        return self is other or self.automaton == other.automaton

    def __hash__(self) -> int:
        return self.automaton.fingerprint

    def __repr__(self) -> str:
        return f"<Language of {self.states} states, e.g. {self.witness()!r}>"

    def __contains__(self, text: str) -> bool:
        return automata.accepts(self.automaton, text)

    def __invert__(self) -> Language:
        """All other strings."""
        return _complement(self)

    def __and__(self, other: Language) -> Language:
        return _intersection(*_ordered(self, other))

    def __or__(self, other: Language) -> Language:
        return _union(*_ordered(self, other))

    def __sub__(self, other: Language) -> Language:
        return _difference(self, other)

    def includes(self, other: Language) -> bool:
        """Whether every string of *other* is in this language."""
        return not _overlap(*_ordered(other, ~self))

    def overlaps(self, other: Language) -> bool:
        """Whether some string is in both."""
        return _overlap(*_ordered(self, other))

    @property
    def is_empty(self) -> bool:
        """Whether no string is in it."""
        return self.states == 1 and not self.automaton.accepting[0]

    @property
    def is_universal(self) -> bool:
        """Whether every string is in it."""
        return self.states == 1 and self.automaton.accepting[0]

    @property
    def is_finite(self) -> bool:
        """Whether finitely many strings are in it."""
        return witness.is_finite(self.automaton)

    @property
    def states(self) -> int:
        """The number of states of its minimal complete automaton."""
        return len(self.automaton.rows)

    def witness(self) -> str | None:
        """The shortest string in it, None if it is empty.

        Among the shortest: fewest odd characters (letters and digits are best), then first in legible order.
        """
        return _shortest(self.automaton)

    def witnesses(self, limit: int) -> Iterator[str]:
        """At most *limit* strings in it, shortest first, distinct, made as they are asked for.

        Of characters that it never tells apart a few are tried; `literals` lists a finite language in full.
        """
        return islice(witness.by_length(self.automaton), limit)

    def literals(self, limit: int = 64) -> tuple[str, ...] | None:
        """All strings in it, shortest first and then by code point; None if there are more than *limit*."""
        return witness.all_members(self.automaton, limit)


def _ordered(one: Language, other: Language) -> tuple[Language, Language]:
    """The two in an order of their own, so that one entry of a cache serves both orders."""
    return (one, other) if hash(one) <= hash(other) else (other, one)


@lru_cache(REMEMBERED)
def _complement(one: Language) -> Language:
    return Language(automata.flipped(one.automaton))


@lru_cache(REMEMBERED)
def _intersection(one: Language, other: Language) -> Language:
    if one == other or one.is_empty or other.is_universal:
        return one
    if other.is_empty or one.is_universal:
        return other
    return Language(automata.product(one.automaton, other.automaton, DEFAULT))


@lru_cache(REMEMBERED)
def _union(one: Language, other: Language) -> Language:
    return ~(~one & ~other)


@lru_cache(REMEMBERED)
def _difference(one: Language, other: Language) -> Language:
    return one & ~other


@lru_cache(REMEMBERED)
def _overlap(one: Language, other: Language) -> bool:
    return automata.meet(one.automaton, other.automaton, DEFAULT)


@lru_cache(REMEMBERED)
def _shortest(automaton: Automaton) -> str | None:
    return witness.shortest(automaton)


@lru_cache(REMEMBERED)
def pattern(regex: str, *, budget: Budget = DEFAULT) -> Language:
    """The strings that RE2 matches against *regex* in full.

    Errors:  InvalidPattern if RE2 refuses it, UnsupportedPattern if it is not decided here, BudgetExceeded.
    Law:     `text in pattern(regex)` ⇔ `re2.fullmatch(regex, text)` (tests/laws/regular).
    Source:  RE2 syntax in its default mode: `.` is no newline, `\\d \\w \\s` are ASCII, `$` is the very end.
    """
    return Language(automaton_of(program(regex), budget))


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
    return _described((*steps, Choice(len(distinct))))


def concat(*languages: Language, budget: Budget = DEFAULT) -> Language:
    """The strings that are one of each language, in this order; of no language, the empty string.

    Errors: BudgetExceeded.
    """
    return Language(
        reduce(
            lambda one, other: automata.chained(one, other, budget),
            [language.automaton for language in languages],
            literal("").automaton,
        )
    )


def _described(steps: Program) -> Language:
    return Language(automaton_of(steps, DEFAULT))


NOTHING: Final = _described((Choice(0),))
EVERYTHING: Final = _described((Chars(ANY), STAR))
