"""The policies let through nothing beyond a set of flows."""

from collections.abc import Iterator

from propolis.claims.formulas import within
from propolis.claims.situation import Situation, Stated
from propolis.claims.words import quantified
from propolis.model.profile import Known, Relation

NAME = "no-wider-than"


def claims(situation: Situation) -> Iterator[Stated]:
    for claim in situation.written(NAME):
        assert claim.formula is not None and not isinstance(claim.formula, Relation)
        breach = within(situation, claim, Known("allowed"), claim.formula)
        yield Stated(quantified(claim, f"nothing passes but what is in {claim.text}"), breach)
