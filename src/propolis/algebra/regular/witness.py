"""Members of a language for people to read: the shortest ones, spelled as legibly as they can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache, reduce
from itertools import islice
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final, NamedTuple

from propolis.algebra.regular.alphabets import Alphabet, meet
from propolis.algebra.regular.charsets import SURROGATES, scalars
from propolis.algebra.regular.states import State

LETTERS: Final = ascii_lowercase + digits + ascii_uppercase
# Visible ASCII from the most to the least legible; the rest of ASCII punctuation follows in code order.
LEGIBLE: Final = (
    LETTERS + "/-._" + "".join(c for c in map(chr, range(0x21, 0x7F)) if c not in LETTERS + "/-._")
)
PER_CLASS: Final = 3
# One alphabet serves most states of a language.
REMEMBERED: Final = 256


class _Letter(NamedTuple):
    """A character that stands for its class; smaller is more legible."""

    effort: int
    rank: int
    character: str
    letter: int


def shortest(start: State) -> str | None:
    """The shortest string that *start* accepts, or None; of several, the most legible."""
    far = _distances(start)
    if start not in far:
        return None
    best: dict[State, tuple[int, _Letter | None]] = {}
    for state in far:
        best[state] = (0, None) if state.accepting else _best_step(state, far, best)
    text, state = "", start
    while (step := best[state][1]) is not None:
        text += step.character
        state = state.row[step.letter]
    return text


def _best_step(
    state: State, far: Mapping[State, int], best: Mapping[State, tuple[int, _Letter | None]]
) -> tuple[int, _Letter | None]:
    steps = far[state]
    letters = (samples[0] for samples in _samples(state.alphabet))
    ahead = [letter for letter in letters if far.get(state.row[letter.letter]) == steps - 1]
    choices = [(letter.effort + best[state.row[letter.letter]][0], letter.rank, letter) for letter in ahead]
    effort, _, letter = min(choices)
    return effort, letter


def _distances(start: State) -> dict[State, int]:
    """For every state from which something is accepted, how many characters it is from that; nearest first."""
    before = _before(start)
    far = {state: 0 for state in before if state.accepting}
    todo = list(far)
    for state in todo:
        for earlier in before[state]:
            if earlier not in far:
                far[earlier] = far[state] + 1
                todo.append(earlier)
    return far


def _before(start: State) -> dict[State, list[State]]:
    """For every state that is reachable, the states that step into it."""
    before: dict[State, list[State]] = {state: [] for state in start.reachable()}
    for state in before:
        for target in state.row:
            before[target].append(state)
    return before


@lru_cache(REMEMBERED)
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


def by_length(start: State) -> Iterator[str]:
    """Distinct members, shortest first, that use up to PER_CLASS characters of each class.

    Two members of which one swaps a character for another that the language never tells apart from it
    teach nothing new, hence the limit. Finite languages run out, others do not.
    """
    before = _before(start)
    whole = reduce(meet, dict.fromkeys(state.alphabet for state in before))
    letters = sorted(letter for samples in _samples(whole) for letter in samples)
    # can[n]: the states that accept something of exactly n characters.
    can = [{state for state in before if state.accepting}]
    while can[-1]:
        if start in can[-1]:
            yield from _of_length(start, [letter.character for letter in letters], can)
        can.append({earlier for state in can[-1] for earlier in before[state]})


def _of_length(start: State, letters: list[str], can: list[set[State]]) -> Iterator[str]:
    """The members of exactly len(can) − 1 characters."""
    states, text = [start], ""
    choices = [iter(letters)]
    if len(can) == 1:
        yield text
        return
    while choices:
        character = next(choices[-1], None)
        if character is None:
            choices.pop()
            states.pop()
            text = text[:-1]
            continue
        target = states[-1].after(ord(character))
        left = len(can) - 1 - len(states)
        if target not in can[left]:
            continue
        if left == 0:
            yield text + character
        else:
            states.append(target)
            text += character
            choices.append(iter(letters))


def all_members(start: State, limit: int) -> tuple[str, ...] | None:
    """Every member, shortest first and then by code point, or None if there are more than *limit*."""
    live = _distances(start).keys()
    texts: dict[State, list[str]] = {start: [""]} if start in live else {}
    found: list[str] = []
    # A live state that is met after as many characters as there are live states lies on a loop.
    for _ in range(len(live)):
        found += sorted(text for state, reached in texts.items() if state.accepting for text in reached)
        ahead: dict[State, list[str]] = {}
        for state, reached in texts.items():
            for low, high, letter in state.alphabet.intervals():
                target = state.row[letter]
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
