"""A fault: what is wrong with a piece of a profile, before it has a place in a file."""

import difflib
from collections.abc import Iterable

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """*start* and *end* are offsets into the text that was read; (0, 0) is all of it."""

    code: str
    message: str
    help: str = ""
    start: int = 0
    end: int = 0


SYNTAX = "profile-syntax"


def nearest(word: str, known: Iterable[str]) -> str:
    """A help that names the known word nearest to *word*, or all of them."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    return "known are " + ", ".join(f"`{known_word}`" for known_word in words) if words else ""
