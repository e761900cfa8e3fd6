"""The two ways in which a pattern is refused."""

from __future__ import annotations


class PatternError(ValueError):
    """A pattern without a language, and where in it the reason stands.

    Units: position counts characters of the pattern from 0; it may be the length of the pattern.
    """

    def __init__(self, message: str, position: int) -> None:
        self.message = message
        self.position = position
        super().__init__(f"{message} at character {position + 1}")


class InvalidPattern(PatternError):  # noqa: N818 - named after what the pattern is
    """RE2 refuses this pattern."""


class UnsupportedPattern(PatternError):  # noqa: N818 - named after what the pattern is
    """RE2 accepts this pattern, but what it matches is not decided here: the answer is unknown."""
