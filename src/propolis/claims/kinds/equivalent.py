"""The policies let through exactly a set of flows: nothing beyond it, and all of it."""

from collections.abc import Iterator

from propolis.claims.formulas import both, within
from propolis.claims.situation import Situation, Stated
from propolis.claims.words import quantified
from propolis.model.profile import Known, Relation

NAME = "equivalent"


def claims(situation: Situation) -> Iterator[Stated]:
    for claim in situation.written(NAME):
        assert claim.formula is not None and not isinstance(claim.formula, Relation)
        allowed = Known("allowed")
        wider = within(situation, claim, allowed, claim.formula)
        narrower = within(situation, claim, claim.formula, allowed)
        yield Stated(quantified(claim, f"exactly what is in {claim.text} passes"), both(wider, narrower))
