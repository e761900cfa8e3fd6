"""RE2 pattern text → a flat program in postfix order, or the reason why there is none.

Postfix and an explicit stack of groups, not a tree: no pattern can exhaust Python's call stack.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from string import ascii_letters, digits
from typing import Final, NamedTuple

from propolis.algebra.regular import looks
from propolis.algebra.regular.charsets import ANY, ANY_BUT_NEWLINE, CharSet, charset, unicode_class
from propolis.algebra.regular.errors import InvalidPattern, UnsupportedPattern
from propolis.algebra.regular.escapes import bracket, cased, class_escape, escaped_character


class Chars(NamedTuple):
    """Push: one character out of a set."""

    chars: CharSet


class Look(NamedTuple):
    """Push: nothing, at a place that the mask permits (see `looks`)."""

    mask: int


class Sequence(NamedTuple):
    """Pop some items, push them one after the other; of none, the empty string."""

    items: int


class Choice(NamedTuple):
    """Pop some items, push any one of them."""

    items: int


class Repeat(NamedTuple):
    """Pop one item, push at least *least* and at most *most* of it (None: no upper end)."""

    least: int
    most: int | None


Program = tuple[Chars | Look | Sequence | Choice | Repeat, ...]

# RE2 refuses a count, and a product of nested counts, above this.
COUNT_LIMIT: Final = 1000
# RE2 reads a count of more digits as literal text; Go refuses it.
COUNT_DIGITS: Final = 9
# Go refuses deeper nesting, RE2 does not.
NESTING_LIMIT: Final = 1000
# RE2 gives up on memory, not on length; no policy comes near this.
LENGTH_LIMIT: Final = 100_000

STAR, PLUS, OPTIONAL = Repeat(0, None), Repeat(1, None), Repeat(0, 1)
SIMPLE_REPEATS: Final = {"*": STAR, "+": PLUS, "?": OPTIONAL}


class _Flags(NamedTuple):
    """The flags that change what a pattern matches; `U` (lazy) changes only which match is preferred."""

    fold: bool = False
    lines: bool = False
    dot_all: bool = False


NO_FLAGS: Final = _Flags()
FLAG_FIELDS: Final = {"i": "fold", "m": "lines", "s": "dot_all", "U": None}


@dataclass(slots=True)
class _Group:
    """A group that is still open."""

    opened: int
    outer_flags: _Flags
    items: int = 0
    choices: int = 0
    # The largest product of nested counts in the last item, and in all items so far.
    last_count: int = 1
    largest_count: int = 1


def program(pattern: str) -> Program:
    """The program of *pattern*, read as RE2 and Go do in their default (Perl-like) mode.

    Shape:   at most three instructions for each character of *pattern*.
    Errors:  InvalidPattern if RE2 refuses it; UnsupportedPattern if RE2 takes it but it is not decided here,
             or if Go, which the Cilium agent checks patterns with, disagrees with RE2 about it.
    Source:  RE2 parse.cc; both are compared with google-re2 in tests/laws/regular.
    """
    if len(pattern) > LENGTH_LIMIT:
        raise UnsupportedPattern(f"pattern is longer than {LENGTH_LIMIT} characters", LENGTH_LIMIT)
    for position, character in enumerate(pattern):
        if "\ud800" <= character <= "\udfff":
            raise InvalidPattern("lone surrogate", position)
    return _Reader(pattern).read()


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    flags: _Flags = NO_FLAGS
    repeat_end: int = -1
    instructions: list[Chars | Look | Sequence | Choice | Repeat] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=lambda: [_Group(0, NO_FLAGS)])

    def read(self) -> Program:
        while self.at < len(self.text):
            match self.text[self.at]:
                case "(":
                    self._open()
                case ")":
                    self._close()
                case "|":
                    self._end_choice()
                    self.at += 1
                case "*" | "+" | "?" as sign:
                    self._repeat(SIMPLE_REPEATS[sign], self.at + 1)
                case "{":
                    self._counted()
                case "[":
                    self._push_chars(bracket(self.text, self.at, fold=self.flags.fold))
                case ".":
                    self._push(Chars(ANY if self.flags.dot_all else ANY_BUT_NEWLINE), self.at + 1)
                case "^":
                    self._push(Look(looks.LINE_START if self.flags.lines else looks.TEXT_START), self.at + 1)
                case "$":
                    self._push(Look(looks.LINE_END if self.flags.lines else looks.TEXT_END), self.at + 1)
                case "\\":
                    self._escape()
                case character:
                    self._push_character(ord(character), self.at + 1)
        if len(self.groups) > 1:
            raise InvalidPattern("missing `)`", self.groups[-1].opened)
        self._finish_group()
        return tuple(self.instructions)

    # --- items

    def _push(self, item: Chars | Look, end: int) -> None:
        self.instructions.append(item)
        group = self.groups[-1]
        group.items += 1
        group.last_count = 1
        self.at = end

    def _push_chars(self, taken: tuple[CharSet, int]) -> None:
        self._push(Chars(taken[0]), taken[1])

    def _push_character(self, code: int, end: int) -> None:
        self._push(Chars(cased(charset([(code, code)]), fold=self.flags.fold)), end)

    def _escape(self) -> None:
        letter = self.text[self.at + 1 : self.at + 2]
        if letter == "Q":
            self._quoted()
        elif letter == "C":
            raise UnsupportedPattern("`\\C` matches a byte, not a character", self.at)
        elif letter in looks.ESCAPES:
            self._push(Look(looks.ESCAPES[letter]), self.at + 2)
        elif taken := class_escape(self.text, self.at, fold=self.flags.fold):
            self._push_chars(taken)
        else:
            self._push_character(*escaped_character(self.text, self.at))

    def _quoted(self) -> None:
        """`\\Q…\\E`: everything up to `\\E`, or to the end, stands for itself."""
        start = self.at + 2
        stop = self.text.find("\\E", start)
        end = len(self.text) if stop < 0 else stop + 2
        for character in self.text[start : len(self.text) if stop < 0 else stop]:
            self._push_character(ord(character), end)
        self.at = end

    # --- repetition

    def _counted(self) -> None:
        end = self.text.find("}", self.at)
        least, comma, most = self.text[self.at + 1 : max(end, 0)].partition(",")
        if end < 0 or not _is_count(least) or (most and not _is_count(most)):
            self._push_character(ord("{"), self.at + 1)
            return
        if max(len(least), len(most)) > COUNT_DIGITS:
            raise UnsupportedPattern("RE2 and Go read this count differently", self.at)
        upper = int(most) if most else None
        self._repeat(Repeat(int(least), upper if comma else int(least)), end + 1)

    def _repeat(self, repeat: Repeat, end: int) -> None:
        start, group = self.at, self.groups[-1]
        if end < len(self.text) and self.text[end] == "?":  # lazy: another match is preferred, none is added
            end += 1
        spelled = self.text[start:end]
        if self.repeat_end == start:
            raise InvalidPattern(f"repetition `{spelled}` of a repetition", start)
        largest = repeat.least if repeat.most is None else repeat.most
        if max(largest, repeat.least) > COUNT_LIMIT or largest < repeat.least:
            raise InvalidPattern(f"invalid repetition count `{spelled}`", start)
        if group.items == 0:
            raise InvalidPattern(f"nothing to repeat before `{spelled}`", start)
        if largest >= 2:
            group.last_count *= largest
            if group.last_count > COUNT_LIMIT:
                raise InvalidPattern(f"nested repetition count above {COUNT_LIMIT}", start)
        self._note_count(group)
        self.instructions.append(repeat)
        self.at = self.repeat_end = end

    @staticmethod
    def _note_count(group: _Group) -> None:
        group.largest_count = max(group.largest_count, group.last_count)

    # --- groups

    def _open(self) -> None:
        start = self.at
        if self.text.startswith("(?", start):
            if self.text.startswith(("(?P<", "(?<"), start) and self.text[start + 3 : start + 4] not in (
                "=",
                "!",
            ):
                self._skip_name()
            else:
                return self._open_with_flags()
        else:
            self.at += 1
        return self._enter(start, self.flags)

    def _enter(self, opened: int, inner: _Flags) -> None:
        if len(self.groups) > NESTING_LIMIT:
            raise UnsupportedPattern(f"nested deeper than {NESTING_LIMIT} groups", opened)
        self.groups.append(_Group(opened, self.flags))
        self.flags = inner

    def _skip_name(self) -> None:
        begin = self.text.index("<", self.at) + 1
        end = self.text.find(">", begin)
        name = self.text[begin : max(end, 0)]
        if not name or not all(_is_name_character(character) for character in name):
            raise InvalidPattern(f"invalid group name `{name}`", begin)
        if not set(name) <= set(ascii_letters + digits + "_"):
            raise UnsupportedPattern(f"RE2 takes the group name `{name}` and Go refuses it", begin)
        self.at = end + 1

    def _open_with_flags(self) -> None:
        """`(?flags)` changes the rest of the group; `(?flags:…)` opens a group."""
        start, at = self.at, self.at + 2
        flags, turn_on, fresh_minus = self.flags, True, False
        while self.text[at : at + 1] not in (")", ":"):
            letter = self.text[at : at + 1]
            if letter == "-" and turn_on:
                turn_on, fresh_minus = False, True
            elif letter and letter in FLAG_FIELDS:
                fresh_minus = False
                if name := FLAG_FIELDS[letter]:
                    flags = flags._replace(**{name: turn_on})
            else:
                raise InvalidPattern(f"invalid group `{self.text[start : at + 1]}`", start)
            at += 1
        if fresh_minus:
            raise InvalidPattern(f"invalid group `{self.text[start : at + 1]}`", start)
        self.at = at + 1
        if self.text[at] == ":":
            self._enter(start, flags)
        else:
            self.flags = flags

    def _end_choice(self) -> None:
        group = self.groups[-1]
        if group.items != 1:
            self.instructions.append(Sequence(group.items))
        group.choices += 1
        group.items = 0

    def _finish_group(self) -> _Group:
        self._end_choice()
        group = self.groups.pop()
        if group.choices > 1:
            self.instructions.append(Choice(group.choices))
        return group

    def _close(self) -> None:
        if len(self.groups) == 1:
            raise InvalidPattern("unexpected `)`", self.at)
        inner = self._finish_group()
        outer = self.groups[-1]
        outer.items += 1
        outer.last_count = inner.largest_count
        self._note_count(outer)
        self.flags = inner.outer_flags
        self.at += 1


def _is_count(text: str) -> bool:
    """Whether RE2 reads *text* as a count: ASCII digits without a leading zero."""
    return bool(text) and set(text) <= set(digits) and (text == "0" or text[0] != "0")


NAME_CLASSES: Final = ("Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Mn", "Mc", "Nd", "Pc")


def _is_name_character(character: str) -> bool:
    code = ord(character)
    return any(low <= code <= high for name in NAME_CLASSES for low, high in unicode_class(name) or ())
