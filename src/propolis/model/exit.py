"""The exit code of every command."""

from enum import IntEnum


class Exit(IntEnum):
    """The first four are ordered: of two things that happened, the greater one counts. The others are of `diff`."""

    KEPT = 0
    BROKEN = 1
    BAD_INPUT = 2
    OUTSIDE_FAILED = 3
    NARROWED = 4
    """Some flows are newly denied, and none newly allowed."""
    WIDENED = 5
    """Some flows are newly allowed; others may be newly denied."""
