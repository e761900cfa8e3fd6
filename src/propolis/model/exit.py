"""The exit code of every command."""

from enum import IntEnum


class Exit(IntEnum):
    """Ordered: of two things that happened, the greater one counts."""

    KEPT = 0
    BROKEN = 1
    BAD_INPUT = 2
    OUTSIDE_FAILED = 3
