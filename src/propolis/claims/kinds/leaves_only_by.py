"""Covered pods leave the pod network only by DNS, to listed names, and on listed paths."""

from collections.abc import Iterator

from propolis.algebra.flows import product
from propolis.claims.situation import Situation, Stated
from propolis.semantics.symbolic import EVERYTHING

NAME = "leaves-only-by"


def claims(situation: Situation) -> Iterator[Stated]:
    leaving = product(situation.covered, situation.outside, EVERYTHING)
    sentence = "covered pods leave the cluster only by DNS, to listed names and on listed paths"
    yield Stated(sentence, situation.forbidding_at(situation.decided.egress, leaving - situation.declared))
