"""Members of a language for people to read: the shortest ones, spelled as legibly as they can be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final, NamedTuple

from propolis.algebra.regular.alphabets import Alphabet
from propolis.algebra.regular.automaton import Automaton
from propolis.algebra.regular.charsets import SURROGATES, scalars

LETTERS: Final = ascii_lowercase + digits + ascii_uppercase
# Visible ASCII from the most to the least legible; the rest of ASCII punctuation follows in code order.
LEGIBLE: Final = (
    LETTERS + "/-._" + "".join(c for c in map(chr, range(0x21, 0x7F)) if c not in LETTERS + "/-._")
)
PER_CLASS: Final = 3


class _Letter(NamedTuple):
    """A character that stands for its class; smaller is more legible."""

    effort: int
    rank: int
    character: str
    letter: int


def shortest(automaton: Automaton) -> str | None:
    """The shortest string that *automaton* accepts, or None; of several, the most legible."""
    far = _distances(automaton)
    if far[0] is None:
        return None
    letters = [samples[0] for samples in _samples(automaton.alphabet)]
    best: dict[int, tuple[int, _Letter | None]] = {}
    for state in sorted((s for s, steps in enumerate(far) if steps is not None), key=lambda s: far[s] or 0):
        best[state] = (
            (0, None) if automaton.accepting[state] else _best_step(automaton, state, letters, far, best)
        )
    text, state = "", 0
    while (step := best[state][1]) is not None:
        text += step.character
        state = automaton.rows[state][step.letter]
    return text


def _best_step(
    automaton: Automaton,
    state: int,
    letters: list[_Letter],
    far: list[int | None],
    best: dict[int, tuple[int, _Letter | None]],
) -> tuple[int, _Letter | None]:
    row, steps = automaton.rows[state], far[state] or 0
    ahead = [letter for letter in letters if far[row[letter.letter]] == steps - 1]
    choices = [(letter.effort + best[row[letter.letter]][0], letter.rank, letter) for letter in ahead]
    effort, _, letter = min(choices)
    return effort, letter


def _distances(automaton: Automaton) -> list[int | None]:
    """For every state, how many characters it is from acceptance."""
    before = _before(automaton)
    far: list[int | None] = [0 if accepts else None for accepts in automaton.accepting]
    todo = [state for state, accepts in enumerate(automaton.accepting) if accepts]
    for state in todo:
        for earlier in before[state]:
            if far[earlier] is None:
                far[earlier] = (far[state] or 0) + 1
                todo.append(earlier)
    return far


def _before(automaton: Automaton) -> list[set[int]]:
    """For every state, the states that step into it."""
    before: list[set[int]] = [set() for _ in automaton.rows]
    for state, row in enumerate(automaton.rows):
        for target in row:
            before[target].add(state)
    return before


def _samples(alphabet: Alphabet) -> list[list[_Letter]]:
    """For every class, its most legible characters, at most PER_CLASS and at least one."""
    samples: list[list[_Letter]] = [[] for _ in range(alphabet.size)]
    for rank, character in enumerate(LEGIBLE):
        letter = alphabet.ascii[ord(character)]
        if len(samples[letter]) < PER_CLASS:
            effort = 0 if rank < len(LETTERS) else 1 if character in "/-._" else 3
            samples[letter].append(_Letter(effort, rank, character, letter))
    for low, high, letter in alphabet.intervals():
        # What is not visible ASCII: the space, then everything from U+00A1, then control characters.
        for start, stop, effort in ((0x20, 0x20, 20), (0xA1, high, 30), (0, 0x1F, 100), (0x7F, 0xA0, 100)):
            inside = range(max(low, start), min(high, stop) + 1)
            for code in islice((code for code in inside if code not in SURROGATES), PER_CLASS):
                samples[letter].append(_Letter(effort, 0x80 + code, chr(code), letter))
    return [sorted(candidates)[:PER_CLASS] for candidates in samples]


def by_length(automaton: Automaton) -> Iterator[str]:
    """Distinct members, shortest first, that use up to PER_CLASS characters of each class.

    Two members of which one swaps a character for another that the language never tells apart from it
    teach nothing new, hence the limit. Finite languages run out, others do not.
    """
    letters = [letter for samples in _samples(automaton.alphabet) for letter in samples]
    letters.sort()
    before = _before(automaton)
    # can[n]: the states that accept something of exactly n characters.
    can = [{state for state, accepts in enumerate(automaton.accepting) if accepts}]
    while can[-1]:
        if 0 in can[-1]:
            yield from _of_length(automaton, letters, can)
        can.append({earlier for state in can[-1] for earlier in before[state]})


def _of_length(automaton: Automaton, letters: list[_Letter], can: list[set[int]]) -> Iterator[str]:
    """The members of exactly len(can) − 1 characters."""
    states, text = [0], ""
    choices = [iter(letters)]
    if len(can) == 1:
        yield text
        return
    while choices:
        step = next(choices[-1], None)
        if step is None:
            choices.pop()
            states.pop()
            text = text[:-1]
            continue
        target = automaton.rows[states[-1]][step.letter]
        left = len(can) - 1 - len(states)
        if target not in can[left]:
            continue
        if left == 0:
            yield text + step.character
        else:
            states.append(target)
            text += step.character
            choices.append(iter(letters))


def all_members(automaton: Automaton, limit: int) -> tuple[str, ...] | None:
    """Every member, shortest first and then by code point, or None if there are more than *limit*."""
    live = {state for state, steps in enumerate(_distances(automaton)) if steps is not None}
    intervals = automaton.alphabet.intervals()
    texts: dict[int, list[str]] = {0: [""]} if 0 in live else {}
    found: list[str] = []
    # A live state that is met after as many characters as there are live states lies on a loop.
    for _ in range(len(live)):
        found += sorted(
            text for state, reached in texts.items() if automaton.accepting[state] for text in reached
        )
        ahead: dict[int, list[str]] = {}
        for state, reached in texts.items():
            for low, high, letter in intervals:
                target = automaton.rows[state][letter]
                if target not in live:
                    continue
                if high - low >= limit + len(SURROGATES):
                    return None
                characters = scalars(low, high)
                if len(reached) * len(characters) > limit:
                    return None
                ahead.setdefault(target, []).extend(
                    text + character for text in reached for character in characters
                )
        texts = ahead
        # Every text that has been begun is the beginning of at least one member of its own.
        if len(found) + sum(map(len, texts.values())) > limit:
            return None
    return None if texts else tuple(found)


def is_finite(automaton: Automaton) -> bool:
    """Whether *automaton* accepts finitely many strings: no loop leads to acceptance."""
    live = {state for state, steps in enumerate(_distances(automaton)) if steps is not None}
    ahead = {state: live.intersection(automaton.rows[state]) for state in live}
    before: dict[int, set[int]] = {state: set() for state in live}
    for state, targets in ahead.items():
        for target in targets:
            before[target].add(state)
    ends = [state for state, targets in ahead.items() if not targets]
    for state in ends:
        for earlier in before[state]:
            ahead[earlier].discard(state)
            if not ahead[earlier]:
                ends.append(earlier)
    return len(ends) == len(live)
