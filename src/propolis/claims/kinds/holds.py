"""A relation between two sets of flows, for whoever needs more than the other kinds say."""

from collections.abc import Iterator

from propolis.claims.formulas import both, within
from propolis.claims.situation import Situation, Stated
from propolis.claims.words import quantified
from propolis.model.profile import Relation

NAME = "holds"


def claims(situation: Situation) -> Iterator[Stated]:
    for claim in situation.written(NAME):
        assert isinstance(claim.formula, Relation), "the reader of the profile sees to it"
        left, right = claim.formula.left, claim.formula.right
        breach = within(situation, claim, left, right)
        if claim.formula.operator == "==":
            breach = both(breach, within(situation, claim, right, left))
        yield Stated(quantified(claim, f"it holds that {claim.text}"), breach)
