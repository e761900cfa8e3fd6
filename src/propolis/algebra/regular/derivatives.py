"""A program → a graph of states, by derivatives: what is left to match after one more character.

Terms are numbered and shared, so equal remainders are one state. Counts are never unrolled.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from propolis.algebra.patience import checkpoint
from propolis.algebra.regular import looks
from propolis.algebra.regular.alphabets import Alphabet, Split, split
from propolis.algebra.regular.budget import TERMS_PER_STATE, Budget, BudgetExceeded
from propolis.algebra.regular.charsets import NEWLINE, WORD, CharSet
from propolis.algebra.regular.states import Node, S
from propolis.algebra.regular.syntax import Chars, Choice, Look, Program, Repeat, Sequence


class _OneOf(NamedTuple):
    """One character out of the classes of a mask."""

    classes: int


class _Gap(NamedTuple):
    """The empty string, where the neighbours permit it."""

    mask: int


class _Then(NamedTuple):
    first: int
    rest: int


class _Either(NamedTuple):
    terms: tuple[int, ...]


class _Times(NamedTuple):
    term: int
    least: int
    most: int | None


_Term = _OneOf | _Gap | _Then | _Either | _Times
# A new step costs about as much as looking at this many terms again.
NEW_STEP: Final = 10
NEVER: Final = 0
EMPTY: Final = 1


def graph_of(program: Program, budget: Budget) -> list[Node[S]]:
    """The graph of the strings that *program* matches in full; no node leads to a state.

    Errors:  BudgetExceeded.
    Law:     agrees with google-re2 on every string (tests/laws/regular).
    """
    sets: dict[CharSet, None] = {step.chars: None for step in program if isinstance(step, Chars)}
    if any(isinstance(step, Look) for step in program):
        sets |= {NEWLINE: None, WORD: None}
    letters = split(tuple(sets))
    terms = _Terms(letters, budget)
    return _explored(terms, terms.of(program), letters.alphabet, budget)


def _explored(terms: _Terms, root: int, alphabet: Alphabet, budget: Budget) -> list[Node[S]]:
    """The graph whose nodes are the remainders of *root*, each with the kind of the last character."""
    start = (root, looks.EDGE if terms.looking[root] else looks.OTHER)
    numbers = {start: 0}
    todo = [start]

    def number_of(rest: int, before: int) -> int:
        state = (rest, before if terms.looking[rest] else looks.OTHER)
        number = numbers.setdefault(state, len(todo))
        if number == len(todo):
            if number >= budget.states:
                raise BudgetExceeded(budget.states, number + 1)
            todo.append(state)
        return number

    graph: list[Node[S]] = []
    for term, before in todo:
        checkpoint()
        step = terms.step(term, before)
        # Most classes of a long pattern lead nowhere; only the others are looked at one by one.
        row: list[int | S] = [
            number_of(NEVER, looks.OTHER) if len(step) < alphabet.size else 0
        ] * alphabet.size
        for letter, rest in step.items():
            row[letter] = number_of(rest, terms.kinds[letter])
        graph.append(Node(bool(terms.nullable[term] & looks.bit(before, looks.EDGE)), alphabet, row))
    return graph


class _Terms:
    """All terms met so far, by number, with what is known of each."""

    def __init__(self, letters: Split, budget: Budget) -> None:
        self.masks = letters.masks
        self.kinds = _kinds(letters)
        self.budget = budget
        self.looked_at = 0
        # Keyed by type too: named tuples of different types are equal when their fields are.
        self.numbers: dict[tuple[type, _Term], int] = {}
        self.terms: list[_Term] = []
        # Where the term matches the empty string: a mask of `looks`.
        self.nullable: list[int] = []
        # Whether the term asks for its neighbours at all; if not, the character before is no part of a state.
        self.looking: list[bool] = []
        self.steps: dict[tuple[int, int], dict[int, int]] = {}
        self._add(_OneOf(0), looks.NOWHERE, looking=False)
        self._add(_Gap(looks.EVERYWHERE), looks.EVERYWHERE, looking=False)

    def of(self, program: Program) -> int:
        """The number of the term that *program* describes."""
        stack: list[int] = []
        for step in program:
            match step:
                case Chars(chars):
                    stack.append(self.one_of(self.masks[chars]))
                case Look(mask):
                    stack.append(self.gap(mask))
                case Repeat(least, most):
                    stack.append(self.times(stack.pop(), least, most))
                case Sequence(count):
                    whole = EMPTY
                    for _ in range(count):
                        whole = self.then(stack.pop(), whole)
                    stack.append(whole)
                case Choice(count):
                    stack[len(stack) - count :] = [self.either(stack[len(stack) - count :])]
        return stack.pop()

    # --- terms in their simplest form

    def _add(self, term: _Term, nullable: int, *, looking: bool) -> int:
        number = self.numbers.get((type(term), term))
        if number is None:
            number = self.numbers[type(term), term] = len(self.terms)
            self.terms.append(term)
            self.nullable.append(nullable)
            self.looking.append(looking)
        return number

    def one_of(self, classes: int) -> int:
        return self._add(_OneOf(classes), looks.NOWHERE, looking=False)

    def gap(self, mask: int) -> int:
        if mask == looks.NOWHERE:
            return NEVER
        return self._add(_Gap(mask), mask, looking=mask != looks.EVERYWHERE)

    def then(self, first: int, rest: int) -> int:
        if NEVER in (first, rest):
            return NEVER
        if first == EMPTY:
            return rest
        if rest == EMPTY:
            return first
        nullable = self.nullable[first] & self.nullable[rest]
        return self._add(_Then(first, rest), nullable, looking=self.looking[first] or self.looking[rest])

    def either(self, numbers: Iterable[int]) -> int:
        members: set[int] = set()
        classes = mask = 0
        for number in numbers:
            term = self.terms[number]
            for member in term.terms if isinstance(term, _Either) else (number,):
                part = self.terms[member]
                if isinstance(part, _OneOf):
                    classes |= part.classes
                elif isinstance(part, _Gap):
                    mask |= part.mask
                else:
                    members.add(member)
        members |= {self.one_of(classes), self.gap(mask)} - {NEVER}
        self._look_at(len(members))
        if len(members) < 2:
            return members.pop() if members else NEVER
        nullable = 0
        for member in members:
            nullable |= self.nullable[member]
        looking = any(self.looking[member] for member in members)
        return self._add(_Either(tuple(sorted(members))), nullable, looking=looking)

    def times(self, number: int, least: int, most: int | None) -> int:
        if self.nullable[number] == looks.EVERYWHERE:
            least = 0
        if most == 0 or number == EMPTY or (number == NEVER and least == 0):
            return EMPTY
        term = self.terms[number]
        if number == NEVER or (least, most) == (1, 1):
            return number
        if (
            isinstance(term, _Times)
            and term.least == 0
            and (term.most is None or (least == 0 and term.most == 1))
        ):
            # (x*){m,n} = x* and (x?){0,n} = x{0,n}
            return number if term.most is None else self.times(term.term, 0, most)
        nullable = looks.EVERYWHERE if least == 0 else self.nullable[number]
        return self._add(_Times(number, least, most), nullable, looking=self.looking[number])

    # --- one character further

    def step(self, number: int, before: int) -> dict[int, int]:
        """What is left of term *number* after each class of character; a missing class leaves nothing.

        *before* is the kind of the character before the term.
        """
        stack = [number]
        while stack:
            term = stack[-1]
            if self._known(term, before) is not None:
                stack.pop()
                continue
            unknown = [part for part in self._parts(term, before) if self._known(part, before) is None]
            if unknown:
                stack += unknown
            else:
                self.steps[self._key(term, before)] = self._step(term, before)
                stack.pop()
        return self.steps[self._key(number, before)]

    def _key(self, number: int, before: int) -> tuple[int, int]:
        return (number, before if self.looking[number] else looks.OTHER)

    def _known(self, number: int, before: int) -> dict[int, int] | None:
        return self.steps.get(self._key(number, before))

    def _parts(self, number: int, before: int) -> tuple[int, ...]:
        """The terms whose steps make up the step of term *number*."""
        match self.terms[number]:
            case _Then(first, rest):
                return (first, rest) if self.nullable[first] else (first,)
            case _Either(terms):
                return terms
            case _Times(term):
                return (term,)
            case _:
                return ()

    def _step(self, number: int, before: int) -> dict[int, int]:
        term = self.terms[number]
        self._look_at(NEW_STEP)
        match term:
            case _OneOf(classes):
                return {letter: EMPTY for letter in range(classes.bit_length()) if classes >> letter & 1}
            case _Gap():
                return {}
            case _Then(first, rest):
                return self._step_then(first, rest, before)
            case _Either(terms):
                return self._merged([self._step_of(part, before) for part in terms])
            case _Times(part, least, most):
                return self._step_times(part, least, most, before)

    def _step_of(self, number: int, before: int) -> dict[int, int]:
        return self.steps[self._key(number, before)]

    def _step_then(self, first: int, rest: int, before: int) -> dict[int, int]:
        ahead = {letter: self.then(left, rest) for letter, left in self._step_of(first, before).items()}
        if not self.nullable[first]:
            return ahead
        skipped = {
            letter: left
            for letter, left in self._step_of(rest, before).items()
            if self._is_empty_at(first, before, letter)
        }
        return self._merged([ahead, skipped])

    def _step_times(self, part: int, least: int, most: int | None, before: int) -> dict[int, int]:
        fewer = None if most is None else most - 1
        left_over = self.times(part, max(least - 1, 0), fewer)
        # Where the part matches the empty string, it does so as often as is still asked for.
        any_left_over = self.times(part, 0, fewer)
        return {
            letter: self.then(left, any_left_over if self._is_empty_at(part, before, letter) else left_over)
            for letter, left in self._step_of(part, before).items()
        }

    def _is_empty_at(self, number: int, before: int, letter: int) -> bool:
        return bool(self.nullable[number] & looks.bit(before, self.kinds[letter]))

    def _merged(self, steps: list[dict[int, int]]) -> dict[int, int]:
        merged: dict[int, list[int]] = {}
        for step in steps:
            for letter, left in step.items():
                merged.setdefault(letter, []).append(left)
        self._look_at(sum(map(len, merged.values())))
        return {
            letter: lefts[0] if len(lefts) == 1 else self.either(lefts) for letter, lefts in merged.items()
        }

    def _look_at(self, terms: int) -> None:
        self.looked_at += terms
        if self.looked_at > self.budget.terms:
            raise BudgetExceeded(self.budget.states, self.looked_at // TERMS_PER_STATE + 1)


def _kinds(letters: Split) -> list[int]:
    """The kind of neighbour that each class of characters is."""
    feeds, words = letters.masks.get(NEWLINE, 0), letters.masks.get(WORD, 0)
    return [
        looks.LINE_FEED
        if feeds >> letter & 1
        else looks.WORD_CHARACTER
        if words >> letter & 1
        else looks.OTHER
        for letter in range(letters.alphabet.size)
    ]
