"""Promises about policies, and their outcome: kept, broken with a counterexample, or unknown with the reason.

A kind of promise is one module in `kinds`, found by walking. It has `NAME` and `claims(situation)`, which yields
what it states about the situation, with the flows that break it.
"""

from propolis.claims.outside import with_outside
from propolis.claims.prove import outcomes, reached
from propolis.claims.situation import Situation, situation

__all__ = ["Situation", "outcomes", "reached", "situation", "with_outside"]
