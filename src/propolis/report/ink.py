"""Colour and layout of terminal text."""

import textwrap
import unicodedata
from enum import StrEnum

import msgspec


class Ink(StrEnum):
    """What a piece of text is, as an ANSI style."""

    STRONG = "1"
    FAINT = "2"
    BAD = "1;31"
    GOOD = "1;32"
    DOUBT = "1;33"
    PLACE = "36"


class Page(msgspec.Struct, frozen=True):
    """How the terminal takes text: *width* in columns."""

    color: bool
    width: int

    def inked(self, text: str, ink: Ink) -> str:
        return f"\x1b[{ink}m{text}\x1b[0m" if self.color and ink and text else text

    def paragraph(self, label: str, text: str, indent: int, ink: Ink = Ink.FAINT) -> list[str]:
        """*text* filled to the width, hanging behind *label*; each line break of *text* is kept."""
        margin = " " * (indent + len(label) + 1)
        room = max(self.width - len(margin), 20)
        lines = [
            line
            for part in harmless(text).split("\n")
            for line in textwrap.wrap(part, room, break_long_words=False, break_on_hyphens=False) or [""]
        ]
        first = " " * indent + self.inked(label, ink) + " " + lines[0]
        return [first, *(margin + line for line in lines[1:])]

    def heading(self, label: str, text: str, ink: Ink) -> list[str]:
        """*text* filled to the width behind *label*, its further lines indented by four."""
        room = max(self.width, len(label) + 20)
        words = harmless(text).replace("\n", " ")
        lines = textwrap.wrap(
            f"{'x' * len(label)} {words}",
            room,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [self.inked(label, ink) + lines[0][len(label) :], *lines[1:]]


def harmless(text: str) -> str:
    """*text* without anything that moves a terminal's cursor or reorders what it shows; `\\n` stays.

    Input text is not trusted: an escape sequence in a manifest must not paint a broken claim green.
    """
    return "".join(character if _shown(character) else _stand_in(character) for character in text)


def _shown(character: str) -> bool:
    return character == "\n" or character.isprintable() or unicodedata.category(character) == "Zs"


def _stand_in(character: str) -> str:
    if character == "\t":
        return " "
    return chr(0x2400 + ord(character)) if ord(character) < 0x20 else "\N{REPLACEMENT CHARACTER}"


def columns(text: str) -> int:
    """The terminal columns that *text* takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
