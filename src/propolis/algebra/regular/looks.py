"""Zero-width assertions as masks: which kinds of neighbour, before and after, they permit.

Every assertion of RE2 looks at most one character back and one ahead, and tells apart only four kinds
of neighbour. A mask has one bit for each of the 16 pairs, so "both hold" is `&` and "either holds" is `|`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

EDGE, LINE_FEED, WORD_CHARACTER, OTHER = range(4)
KINDS: Final = (EDGE, LINE_FEED, WORD_CHARACTER, OTHER)


def bit(before: int, after: int) -> int:
    """The mask of the one place between a neighbour of kind *before* and one of kind *after*."""
    return 1 << (4 * before + after)


def _mask(permits: Callable[[int, int], bool]) -> int:
    return sum(bit(before, after) for before in KINDS for after in KINDS if permits(before, after))


EVERYWHERE: Final = 0xFFFF
NOWHERE: Final = 0
TEXT_START: Final = _mask(lambda before, after: before == EDGE)
TEXT_END: Final = _mask(lambda before, after: after == EDGE)
LINE_START: Final = _mask(lambda before, after: before in (EDGE, LINE_FEED))
LINE_END: Final = _mask(lambda before, after: after in (EDGE, LINE_FEED))
WORD_BOUNDARY: Final = _mask(lambda before, after: (before == WORD_CHARACTER) != (after == WORD_CHARACTER))

ESCAPES: Final = {
    "A": TEXT_START,
    "z": TEXT_END,
    "b": WORD_BOUNDARY,
    "B": EVERYWHERE ^ WORD_BOUNDARY,
}
