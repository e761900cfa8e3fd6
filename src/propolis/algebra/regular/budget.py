"""How large an automaton may grow before the question is given up, and the error that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# One state of `.*a.{1000}` can stand for a thousand partial matches, so states alone do not bound the
# time. `.*a.{12}b`, near the limit in states, looks at 45 terms for each; a union of 1,000 path patterns
# at 60,000 in all.
TERMS_PER_STATE: Final = 50


@dataclass(frozen=True, slots=True)
class Budget:
    """The most automaton states one operation may build.

    Units: states, before minimisation.
    """

    states: int

    @property
    def terms(self) -> int:
        """The most partial matches that one operation may look at."""
        return self.states * TERMS_PER_STATE


# A path or host pattern has tens of states and a union of 1,000 of them has hundreds; 20,000 states are
# beyond any honest policy and are still refused within seconds.
DEFAULT: Final = Budget(states=20_000)


class BudgetExceeded(RuntimeError):  # noqa: N818 - named after what happened
    """An operation needed more than its budget; its answer is unknown.

    Units: states, or the work that so many states stand for.
    """

    def __init__(self, limit: int, reached: int) -> None:
        self.limit = limit
        self.reached = reached
        super().__init__(f"the regular language is too large for a budget of {limit} states")
