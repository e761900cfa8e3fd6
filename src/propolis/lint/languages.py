"""The paths that an expression matches, as a set that can be asked exactly."""

from enum import Enum

from propolis.algebra.regular import BudgetExceeded, Language, PatternError, pattern

WITH_QUERY = pattern(r".*\?.*")
OF_REQUESTS = pattern(r"/.*|\*")
"""Every path that a request can have: from the root, or the `*` of OPTIONS."""


class Meeting(Enum):
    """Whether an expression matches something of a set."""

    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"
    """The expression is none, or is beyond what is decided: `rejected-by-agent` and the engine speak of that."""


def meeting(expression: str, wanted: Language) -> Meeting:
    """Whether *expression*, which matches something at all, matches any of *wanted*.

    Errors:  none; what cannot be decided is UNKNOWN, and so is an expression that matches nothing.
    """
    try:
        matched = pattern(expression)
        if matched.is_empty:
            return Meeting.UNKNOWN
        return Meeting.SOME if matched.overlaps(wanted) else Meeting.NONE
    except (PatternError, BudgetExceeded):
        return Meeting.UNKNOWN


def example(expression: str) -> str:
    """The shortest text that *expression*, of which something is known, matches; "" where there is none."""
    return pattern(expression).witness() or ""
