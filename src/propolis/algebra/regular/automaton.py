"""Minimal automata in one canonical form, so that equal languages are equal values; their product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from propolis.algebra.regular.alphabets import Alphabet, Joint, joint
from propolis.algebra.regular.budget import Budget, BudgetExceeded
from propolis.algebra.regular.charsets import SURROGATES

Rows = Sequence[Sequence[int]]
DEAD: Final = -1


@dataclass(frozen=True, slots=True)
class Automaton:
    """A complete deterministic automaton that starts in state 0.

    Shape:  rows[state][class] is the next state.
    """

    # INVARIANT: made by `minimal` or `flipped` only: no two states accept the same strings, no two classes
    # of the alphabet act alike, states are numbered in breadth-first order over the classes.

    # Computed once and compared first: automata are keys of every cache.
    fingerprint: int
    alphabet: Alphabet = field(hash=False)
    rows: tuple[tuple[int, ...], ...] = field(hash=False)
    accepting: tuple[bool, ...] = field(hash=False)


def _sealed(alphabet: Alphabet, rows: tuple[tuple[int, ...], ...], accepting: tuple[bool, ...]) -> Automaton:
    fingerprint = hash((alphabet.cuts, alphabet.classes, rows, accepting))
    return Automaton(fingerprint, alphabet, rows, accepting)


def flipped(automaton: Automaton) -> Automaton:
    """The automaton of all other strings."""
    return _sealed(automaton.alphabet, automaton.rows, tuple(not accepts for accepts in automaton.accepting))


def accepts(automaton: Automaton, text: str) -> bool:
    """Whether *automaton* accepts *text*; a text with lone surrogates is no string of scalar values."""
    rows, alphabet, ascii_class = automaton.rows, automaton.alphabet, automaton.alphabet.ascii
    state = 0
    for character in text:
        code = ord(character)
        if code < 128:
            state = rows[state][ascii_class[code]]
        elif code in SURROGATES:
            return False
        else:
            state = rows[state][alphabet.class_of(code)]
    return automaton.accepting[state]


# --- canonical form


def minimal(alphabet: Alphabet, rows: Rows, accepting: Sequence[bool]) -> Automaton:
    """The canonical automaton of what state 0 accepts; every state must be reachable."""
    blocks = _blocks(rows, accepting)
    sample: dict[int, int] = {}
    for state, block in enumerate(blocks):
        sample.setdefault(block, state)
    columns = {
        letter: tuple([blocks[rows[s][letter]] for s in sample.values()]) for letter in range(alphabet.size)
    }
    merged = _merged(alphabet, columns)
    place = {block: index for index, block in enumerate(sample)}
    order = [blocks[0]]
    number = {blocks[0]: 0}
    numbered: list[tuple[int, ...]] = []
    for block in order:
        targets = [columns[letter][place[block]] for letter in merged.letters]
        for target in targets:
            if target not in number:
                number[target] = len(order)
                order.append(target)
        numbered.append(tuple([number[target] for target in targets]))
    return _sealed(merged.alphabet, tuple(numbered), tuple(bool(accepting[sample[block]]) for block in order))


@dataclass(frozen=True, slots=True)
class _Merged:
    """An alphabet without needless classes, and one old class for each new one."""

    alphabet: Alphabet
    letters: tuple[int, ...]


def _merged(alphabet: Alphabet, columns: Mapping[int, tuple[int, ...]]) -> _Merged:
    """*alphabet* with classes of equal columns made one, and without cuts inside a class."""
    numbers: dict[tuple[int, ...], int] = {}
    letters: list[int] = []
    cuts: list[int] = []
    classes: list[int] = []
    for cut, letter in zip(alphabet.cuts, alphabet.classes, strict=True):
        number = numbers.setdefault(columns[letter], len(numbers))
        if number == len(letters):
            letters.append(letter)
        if not classes or classes[-1] != number:
            cuts.append(cut)
            classes.append(number)
    return _Merged(Alphabet(tuple(cuts), tuple(classes)), tuple(letters))


def _blocks(rows: Rows, accepting: Sequence[bool]) -> list[int]:
    """For every state, the number of its block: the states that accept the same strings.

    Splits {accepting, other} until all states of a block step into the same blocks. The largest part of
    a block keeps its number, so a state changes number at most log₂(states) times, and only states that
    step into one that did are looked at again.
    """
    numbers: dict[bool, int] = {}
    block = [numbers.setdefault(bool(accepts), len(numbers)) for accepts in accepting]
    members: list[set[int]] = [set() for _ in numbers]
    before: list[list[int]] = [[] for _ in rows]
    for state, row in enumerate(rows):
        members[block[state]].add(state)
        for target in set(row):
            before[target].append(state)
    dirty = set(range(len(rows)))
    while dirty:
        touched: dict[int, set[int]] = {}
        for state in dirty:
            touched.setdefault(block[state], set()).add(state)
        parts = [
            part
            for number, states in touched.items()
            for part in _parts(rows, block, members[number], states)
        ]
        dirty = set()
        for part in parts:
            members[block[next(iter(part))]] -= part
            for state in part:
                block[state] = len(members)
                dirty.update(before[state])
            members.append(part)
    return block


def _parts(rows: Rows, block: Sequence[int], whole: set[int], touched: set[int]) -> list[set[int]]:
    """What splits off the block *whole*, of which only *touched* states may step elsewhere than before."""

    def steps(state: int) -> tuple[int, ...]:
        return tuple([block[target] for target in rows[state]])

    parts: dict[tuple[int, ...], set[int]] = {}
    for state in touched:
        parts.setdefault(steps(state), set()).add(state)
    if len(touched) < len(whole):
        like_rest = parts.pop(steps(next(state for state in whole if state not in touched)), set())
        rest_size = len(whole) - len(touched) + len(like_rest)
        if all(len(part) <= rest_size for part in parts.values()):
            return list(parts.values())
        rest = whole.difference(*parts.values())
        return sorted([rest, *parts.values()], key=len)[:-1]
    return sorted(parts.values(), key=len)[:-1]


# --- product


def product(one: Automaton, other: Automaton, budget: Budget) -> Automaton:
    """The automaton of the strings that both accept.

    Errors: BudgetExceeded.
    """
    letters = joint(one.alphabet, other.alphabet)
    states = list(_pairs(one, other, letters, budget))
    return minimal(letters.alphabet, [state.row for state in states], [state.accepting for state in states])


def meet(one: Automaton, other: Automaton, budget: Budget) -> bool:
    """Whether some string is accepted by both; stops at the first.

    Errors: BudgetExceeded.
    """
    letters = joint(one.alphabet, other.alphabet)
    return any(state.accepting for state in _pairs(one, other, letters, budget))


class _Pair(NamedTuple):
    accepting: bool
    row: list[int]


def _pairs(one: Automaton, other: Automaton, letters: Joint, budget: Budget) -> Iterator[_Pair]:
    """The pairs of states that are reachable together, in breadth-first order.

    A pair is one number, `one's state · width + other's state`; all pairs from which nothing can be
    accepted are DEAD, which keeps products of long patterns small.
    """
    width = len(other.rows)
    dead_one, dead_other = _dead(one), _dead(other)

    def named(pair: int) -> int:
        state, other_state = divmod(pair, width)
        return DEAD if state == dead_one or other_state == dead_other else pair

    todo = [named(0)]
    numbers = {todo[0]: 0}
    for pair in todo:
        if pair == DEAD:
            yield _Pair(accepting=False, row=[numbers[DEAD]] * len(letters.pairs))
            continue
        state, other_state = divmod(pair, width)
        row, other_row = one.rows[state], other.rows[other_state]
        targets: list[int] = []
        for letter, other_letter in letters.pairs:
            target = row[letter] * width + other_row[other_letter]
            number = numbers.get(target)
            if number is None:
                number = numbers[target] = numbers.setdefault(named(target), len(todo))
                if number == len(todo):
                    todo.append(named(target))
                    if number >= budget.states:
                        raise BudgetExceeded(budget.states, number + 1)
            targets.append(number)
        yield _Pair(one.accepting[state] and other.accepting[other_state], targets)


def _dead(automaton: Automaton) -> int:
    """The state that accepts nothing, or -1: in a canonical automaton there is at most one."""
    for state, row in enumerate(automaton.rows):
        if not automaton.accepting[state] and all(target == state for target in row):
            return state
    return -1


def chained(one: Automaton, other: Automaton, budget: Budget) -> Automaton:
    """The automaton of every string of *one* followed by a string of *other*.

    A state is one's state and the set of states in which *other* may be.

    Errors: BudgetExceeded.
    """
    letters = joint(one.alphabet, other.alphabet)
    dead_other = _dead(other)

    def entered(state: int, others: Iterable[int]) -> tuple[int, frozenset[int]]:
        begun = (0,) if one.accepting[state] else ()
        return state, frozenset((*others, *begun)) - {dead_other}

    todo = [entered(0, ())]
    numbers = {todo[0]: 0}
    rows: list[list[int]] = []
    for state, others in todo:
        row = []
        for letter, other_letter in letters.pairs:
            target = entered(one.rows[state][letter], (other.rows[place][other_letter] for place in others))
            number = numbers.setdefault(target, len(todo))
            if number == len(todo):
                todo.append(target)
                if number >= budget.states:
                    raise BudgetExceeded(budget.states, number + 1)
            row.append(number)
        rows.append(row)
    accepting = [any(other.accepting[place] for place in others) for _, others in todo]
    return minimal(letters.alphabet, rows, accepting)
