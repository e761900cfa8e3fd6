"""RE2's spelling of single characters and of character classes → characters."""

from __future__ import annotations

from string import ascii_letters, digits, hexdigits, octdigits
from typing import Final, Generic, NamedTuple, TypeVar

from propolis.algebra.regular.charsets import (
    LAST,
    PERL_CLASSES,
    POSIX_CLASSES,
    CharSet,
    charset,
    complement,
    folded,
    unicode_class,
)
from propolis.algebra.regular.errors import InvalidPattern

Value = TypeVar("Value")

CONTROL: Final = {"a": 0x07, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09, "v": 0x0B}
# RE2 takes an escaped character for itself when it is ASCII and neither letter nor digit.
ITSELF: Final = frozenset(map(chr, range(128))) - frozenset(ascii_letters + digits)


class Taken(NamedTuple, Generic[Value]):
    """What was read from a pattern, and the position after it."""

    value: Value
    end: int


def cased(chars: CharSet, *, fold: bool) -> CharSet:
    """*chars*, closed under case when *fold*."""
    return folded(chars) if fold else chars


def escaped_character(text: str, at: int) -> Taken[int]:
    """The code point that the escape at *at* stands for, as inside and outside of brackets.

    Errors: InvalidPattern.
    Source: RE2 parse.cc UnescapeCharacter.
    """
    if at + 1 >= len(text):
        raise InvalidPattern("trailing backslash", at)
    letter, end = text[at + 1], at + 2
    if letter in ITSELF:
        return Taken(ord(letter), end)
    if letter in CONTROL:
        return Taken(CONTROL[letter], end)
    if letter == "x":
        return _hexadecimal(text, at)
    # A digit from 1 to 7 alone would be a backreference.
    if letter == "0" or (letter in octdigits and text[end : end + 1] and text[end] in octdigits):
        while end < min(at + 4, len(text)) and text[end] in octdigits:
            end += 1
        return Taken(int(text[at + 1 : end], 8), end)
    raise InvalidPattern(f"invalid escape sequence `\\{letter}`", at)


def _hexadecimal(text: str, at: int) -> Taken[int]:
    start = at + 2
    if text[start : start + 1] == "{":
        start += 1
        stop = text.find("}", start)
        end = stop + 1
    else:
        stop = end = start + 2
    spelled = text[start:stop] if stop <= len(text) else ""
    if stop < 0 or not spelled or not set(spelled) <= set(hexdigits) or int(spelled, 16) > LAST:
        raise InvalidPattern(r"invalid escape sequence `\x`", at)
    return Taken(int(spelled, 16), end)


def class_escape(text: str, at: int, *, fold: bool) -> Taken[CharSet] | None:
    """The class named by an escape such as `\\d` or `\\p{Greek}` at *at*, or None if there is none.

    Errors: InvalidPattern for a Unicode class that RE2 does not know.
    """
    letter = text[at + 1 : at + 2]
    if letter in ("p", "P"):
        return _unicode_escape(text, at, fold=fold)
    if not letter or letter.lower() not in PERL_CLASSES:
        return None
    chars = cased(PERL_CLASSES[letter.lower()], fold=fold)
    return Taken(complement(chars) if letter.isupper() else chars, at + 2)


def _unicode_escape(text: str, at: int, *, fold: bool) -> Taken[CharSet]:
    if text[at + 2 : at + 3] == "{":
        stop = text.find("}", at)
        name, end = text[at + 3 : max(stop, 0)], stop + 1
    else:
        name, end = text[at + 2 : at + 3], at + 3
    known = unicode_class(name.removeprefix("^"))
    if known is None:
        raise InvalidPattern(f"unknown character class `{text[at : max(end, at + 2)]}`", at)
    chars = cased(known, fold=fold)
    negated = (text[at + 1] == "P") != name.startswith("^")
    return Taken(complement(chars) if negated else chars, end)


def bracket(text: str, at: int, *, fold: bool) -> Taken[CharSet]:
    """The characters of the bracket expression that opens at *at*.

    Errors: InvalidPattern.
    Source: RE2 parse.cc ParseCharClass.
    """
    negated = text[at + 1 : at + 2] == "^"
    start = end = at + 1 + negated
    ranges: list[tuple[int, int]] = []
    while text[end : end + 1] != "]" or end == start:
        if end >= len(text):
            raise InvalidPattern("missing `]`", at)
        part = _bracket_class(text, end, fold=fold)
        if part is None:
            low_high = _bracket_range(text, end, opened=at)
            part = Taken(cased(charset([low_high.value]), fold=fold), low_high.end)
        ranges += part.value
        end = part.end
    chars = charset(ranges)
    return Taken(complement(chars) if negated else chars, end + 1)


def _bracket_class(text: str, at: int, *, fold: bool) -> Taken[CharSet] | None:
    if text[at] == "\\":
        return class_escape(text, at, fold=fold)
    stop = text.find(":]", at + 2) if text.startswith("[:", at) else -1
    if stop < 0:
        return None
    name = text[at + 2 : stop]
    if name.removeprefix("^") not in POSIX_CLASSES:
        raise InvalidPattern(f"unknown character class `[:{name}:]`", at)
    chars = cased(POSIX_CLASSES[name.removeprefix("^")], fold=fold)
    return Taken(complement(chars) if name.startswith("^") else chars, stop + 2)


def _bracket_range(text: str, at: int, *, opened: int) -> Taken[tuple[int, int]]:
    low = _bracket_character(text, at, opened=opened)
    # In `[a-]` the minus stands for itself.
    if text[low.end : low.end + 1] != "-" or text[low.end + 1 : low.end + 2] in ("", "]"):
        return Taken((low.value, low.value), low.end)
    high = _bracket_character(text, low.end + 1, opened=opened)
    if high.value < low.value:
        raise InvalidPattern(f"range `{text[at : high.end]}` runs backwards", at)
    return Taken((low.value, high.value), high.end)


def _bracket_character(text: str, at: int, *, opened: int) -> Taken[int]:
    if at >= len(text):
        raise InvalidPattern("missing `]`", opened)
    return escaped_character(text, at) if text[at] == "\\" else Taken(ord(text[at]), at + 1)
