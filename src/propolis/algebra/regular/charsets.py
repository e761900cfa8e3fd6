"""Sets of characters as sorted ranges, and the classes that RE2 gives names to.

The alphabet is the Unicode scalar values: every code point but the surrogates. Surrogates stay inside
the ranges and follow U+D7FF, so that a range across them is one range and equal sets are equal tuples.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain
from typing import Final

from propolis.algebra.regular.unicode_tables import CATEGORIES, ORBITS, SCRIPTS

# Inclusive ranges of code points: ascending, apart by at least one code point.
CharSet = tuple[tuple[int, int], ...]

LAST: Final = 0x10FFFF
SURROGATES: Final = range(0xD800, 0xE000)


def charset(ranges: Iterable[tuple[int, int]]) -> CharSet:
    """The canonical set of all characters in *ranges* (inclusive, any order, may overlap)."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(map(_with_whole_gap, ranges)):
        if low > high:
            continue
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def _with_whole_gap(pair: tuple[int, int]) -> tuple[int, int]:
    low, high = pair
    if low in SURROGATES:
        low = SURROGATES.stop
    if SURROGATES.start - 1 <= high < SURROGATES.stop:
        high = SURROGATES.stop - 1
    return low, high


def scalars(low: int, high: int) -> list[str]:
    """The characters from *low* to *high*, without the surrogates."""
    return [chr(code) for code in range(low, high + 1) if code not in SURROGATES]


def complement(chars: CharSet) -> CharSet:
    """Every character that is not in *chars*."""
    gaps: list[tuple[int, int]] = []
    start = 0
    for low, high in chars:
        if low > start:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        gaps.append((start, LAST))
    return tuple(gaps)


ANY: Final[CharSet] = ((0, LAST),)
NEWLINE: Final[CharSet] = charset([(0x0A, 0x0A)])
ANY_BUT_NEWLINE: Final = complement(NEWLINE)


def _ascii(ranges: str) -> CharSet:
    """The set written as two-character words, first and last of each range."""
    return charset((ord(word[0]), ord(word[1])) for word in ranges.split())


DIGIT: Final = _ascii("09")
LOWER: Final = _ascii("az")
UPPER: Final = _ascii("AZ")
WORD: Final = _ascii("09 AZ az __")
PUNCTUATION: Final = _ascii("!/ :@ [` {~")
TAB_AND_SPACE: Final = charset([(0x09, 0x09), (0x20, 0x20)])

PERL_CLASSES: Final[dict[str, CharSet]] = {
    "d": DIGIT,
    "w": WORD,
    "s": charset([(0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)]),  # RE2 leaves the vertical tab out
}
POSIX_CLASSES: Final[dict[str, CharSet]] = {
    "alnum": _ascii("09 AZ az"),
    "alpha": _ascii("AZ az"),
    "ascii": charset([(0x00, 0x7F)]),
    "blank": TAB_AND_SPACE,
    "cntrl": charset([(0x00, 0x1F), (0x7F, 0x7F)]),
    "digit": DIGIT,
    "graph": _ascii("!~"),
    "lower": LOWER,
    "print": charset([(0x20, 0x7E)]),
    "punct": PUNCTUATION,
    "space": charset([(0x09, 0x0D), (0x20, 0x20)]),
    "upper": UPPER,
    "word": WORD,
    "xdigit": _ascii("09 AF af"),
}


@lru_cache(maxsize=512)
def unicode_class(name: str) -> CharSet | None:
    """The characters of `\\p{name}`, or None if RE2 knows no such class (names are case-sensitive).

    Source: the tables of google-re2, so a newer or older Unicode in Python changes nothing.
    """
    if name == "Any":
        return ANY
    if name == "Cs":
        return ()
    if len(name) == 1:
        members = [unicode_class(long) or () for long in CATEGORIES if long.startswith(name)]
        return charset(chain.from_iterable(members)) if members else None
    words = CATEGORIES.get(name) or SCRIPTS.get(name)
    return None if words is None else charset(_unpacked(words))


def _unpacked(words: str) -> Iterable[tuple[int, int]]:
    last = 0
    for word in words.split():
        gap, _, more = word.partition("+")
        low = last + int(gap, 36)
        last = low + (int(more, 36) if more else 0)
        yield low, last


@lru_cache(maxsize=4096)
def folded(chars: CharSet) -> CharSet:
    """*chars* and every character that `(?i)` treats as one of them."""
    orbit_of, cased = _orbits()
    more: list[tuple[int, int]] = []
    for low, high in chars:
        for code in cased[bisect_left(cased, low) : bisect_left(cased, high + 1)]:
            more += ((other, other) for other in orbit_of[code])
    return charset((*chars, *more)) if more else chars


@cache
def _orbits() -> tuple[dict[int, tuple[int, ...]], list[int]]:
    orbit_of: dict[int, tuple[int, ...]] = {}
    for word in ORBITS.split():
        orbit = tuple(int(code, 36) for code in word.split(","))
        orbit_of.update(dict.fromkeys(orbit, orbit))
    return orbit_of, sorted(orbit_of)
