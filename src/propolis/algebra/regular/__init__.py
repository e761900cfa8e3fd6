"""Regular languages as values: what RE2 patterns match in full, combined and compared exactly."""

from propolis.algebra.regular.budget import DEFAULT, Budget, BudgetExceeded
from propolis.algebra.regular.errors import InvalidPattern, PatternError, UnsupportedPattern
from propolis.algebra.regular.language import (
    EVERYTHING,
    NOTHING,
    Language,
    concat,
    forget,
    literal,
    literals,
    pattern,
)

__all__ = [
    "DEFAULT",
    "EVERYTHING",
    "NOTHING",
    "Budget",
    "BudgetExceeded",
    "InvalidPattern",
    "Language",
    "PatternError",
    "UnsupportedPattern",
    "concat",
    "forget",
    "literal",
    "literals",
    "pattern",
]
