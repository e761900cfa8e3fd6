"""Partitions of all characters into classes that are not told apart; equal partitions are one object."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from weakref import WeakValueDictionary

from propolis.algebra.regular.charsets import LAST, CharSet

# Partitions that single states make are few, and asked for again at every step.
REMEMBERED: Final = 1 << 14


class Alphabet:
    """Consecutive intervals of characters, each with the number of its class.

    Shape:  interval i runs from cuts[i] to before cuts[i + 1]; cuts[0] = 0; classes number from 0 in the
            order in which they first occur; neighbours are of different classes.
    """

    __slots__ = ("__weakref__", "_ascii", "classes", "cuts", "size")
    cuts: tuple[int, ...]
    classes: tuple[int, ...]
    size: int
    _ascii: tuple[int, ...]

    @property
    def ascii(self) -> tuple[int, ...]:
        """The class of every ASCII character, because nearly all characters asked for are ASCII."""
        if not self._ascii:
            self._ascii = tuple(self.class_of(code) for code in range(128))
        return self._ascii

    def class_of(self, code: int) -> int:
        """The class of the character with code point *code*."""
        return self.classes[bisect_right(self.cuts, code) - 1]

    @property
    def samples(self) -> list[int]:
        """The first character of each class."""
        return [self.cuts[self.classes.index(letter)] for letter in range(self.size)]

    def intervals(self) -> list[tuple[int, int, int]]:
        """Every interval as (first code point, last code point, class), ascending."""
        ends = [cut - 1 for cut in self.cuts[1:]]
        return list(zip(self.cuts, [*ends, LAST], self.classes, strict=True))


_interned: WeakValueDictionary[tuple[tuple[int, ...], tuple[int, ...]], Alphabet] = WeakValueDictionary()


def _alphabet(cuts: tuple[int, ...], classes: tuple[int, ...]) -> Alphabet:
    known = _interned.get((cuts, classes))
    if known is None:
        known = _interned[cuts, classes] = Alphabet()
        known.cuts, known.classes, known.size, known._ascii = cuts, classes, max(classes) + 1, ()
    return known


ONE_CLASS: Final = _alphabet((0,), (0,))
"""The alphabet that tells no two characters apart."""


class Split(NamedTuple):
    """An alphabet that tells some sets apart, and each of these sets as a mask of its classes."""

    alphabet: Alphabet
    masks: dict[CharSet, int]


def split(sets: Sequence[CharSet]) -> Split:
    """The coarsest alphabet in which every set of *sets* is a union of classes."""
    cuts = sorted(
        {0, *(low for chars in sets for low, _ in chars), *(high + 1 for chars in sets for _, high in chars)}
    )
    if cuts[-1] > LAST:
        cuts.pop()
    place = {cut: index for index, cut in enumerate(cuts)}
    members = [0] * len(cuts)
    for number, chars in enumerate(sets):
        for low, high in chars:
            for index in range(place[low], place.get(high + 1, len(cuts))):
                members[index] |= 1 << number
    numbers: dict[int, int] = {}
    classes = [numbers.setdefault(member, len(numbers)) for member in members]
    masks = {
        chars: sum(1 << index for member, index in numbers.items() if member >> number & 1)
        for number, chars in enumerate(sets)
    }
    return Split(_joined(cuts, classes), masks)


def _joined(cuts: Sequence[int], classes: Sequence[int]) -> Alphabet:
    """The alphabet of these intervals, neighbours of one class made one."""
    kept = [index for index, letter in enumerate(classes) if not index or letter != classes[index - 1]]
    return _alphabet(tuple([cuts[index] for index in kept]), tuple([classes[index] for index in kept]))


@lru_cache(REMEMBERED)
def merged(alphabet: Alphabet, numbers: tuple[int, ...]) -> Alphabet:
    """*alphabet* with some classes made one: class i becomes numbers[i], which number from 0 as they occur."""
    return _joined(alphabet.cuts, [numbers[letter] for letter in alphabet.classes])


class Joint(NamedTuple):
    """The coarsest alphabet finer than two others, and for each of its classes the class in either."""

    alphabet: Alphabet
    pairs: tuple[tuple[int, int], ...]


@lru_cache(REMEMBERED)
def joint(one: Alphabet, other: Alphabet) -> Joint:
    """The meet of two alphabets."""
    cuts = sorted({*one.cuts, *other.cuts})
    numbers: dict[tuple[int, int], int] = {}
    classes = [numbers.setdefault((one.class_of(cut), other.class_of(cut)), len(numbers)) for cut in cuts]
    return Joint(_alphabet(tuple(cuts), tuple(classes)), tuple(numbers))


def meet(one: Alphabet, other: Alphabet) -> Alphabet:
    """The coarsest alphabet finer than two others."""
    return one if one is other else joint(one, other).alphabet
