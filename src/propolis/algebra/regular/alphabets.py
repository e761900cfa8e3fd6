"""Partitions of all characters into classes that a language does not tell apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from propolis.algebra.regular.charsets import LAST, CharSet


@dataclass(frozen=True)
class Alphabet:
    """Consecutive intervals of characters, each with the number of its class.

    Shape:  interval i runs from cuts[i] to before cuts[i + 1]; cuts[0] = 0; classes number from 0 in the
            order in which they first occur.
    """

    cuts: tuple[int, ...]
    classes: tuple[int, ...]

    @cached_property
    def size(self) -> int:
        """The number of classes."""
        return max(self.classes) + 1

    @cached_property
    def ascii(self) -> tuple[int, ...]:
        """The class of every ASCII character, because nearly all characters asked for are ASCII."""
        return tuple(self.class_of(code) for code in range(128))

    def class_of(self, code: int) -> int:
        """The class of the character with code point *code*."""
        return self.classes[bisect_right(self.cuts, code) - 1]

    def intervals(self) -> list[tuple[int, int, int]]:
        """Every interval as (first code point, last code point, class), ascending."""
        ends = [cut - 1 for cut in self.cuts[1:]]
        return list(zip(self.cuts, [*ends, LAST], self.classes, strict=True))


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
    classes = tuple(numbers.setdefault(member, len(numbers)) for member in members)
    masks = {
        chars: sum(1 << index for member, index in numbers.items() if member >> number & 1)
        for number, chars in enumerate(sets)
    }
    return Split(Alphabet(tuple(cuts), classes), masks)


class Joint(NamedTuple):
    """The coarsest alphabet finer than two others, and for each of its classes the class in either."""

    alphabet: Alphabet
    pairs: tuple[tuple[int, int], ...]


def joint(one: Alphabet, other: Alphabet) -> Joint:
    """The meet of two alphabets."""
    cuts = sorted({*one.cuts, *other.cuts})
    numbers: dict[tuple[int, int], int] = {}
    classes = tuple(
        numbers.setdefault((one.class_of(cut), other.class_of(cut)), len(numbers)) for cut in cuts
    )
    return Joint(Alphabet(tuple(cuts), classes), tuple(numbers))
