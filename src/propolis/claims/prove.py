"""From promises to outcomes: the flow that breaks one is shown, explained by the reference engine."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Protocol, cast

import propolis.claims.kinds
from propolis.claims.situation import Breach, Situation, Stated
from propolis.model.report import ClaimOutcome, Line, Status
from propolis.model.span import Path
from propolis.plugins import discover
from propolis.semantics.explain import Place, answer
from propolis.semantics.witness import witness

Told = Callable[[Path], Line]
"""Finds a line of the profile."""
_ONE_SIDED = "only the policy of the other end stops this flow today; the end that should, lets it through"


class ClaimKind(Protocol):
    NAME: str

    def claims(self, situation: Situation) -> Iterator[Stated]: ...


@cache
def kinds() -> tuple[ClaimKind, ...]:
    found = discover(propolis.claims.kinds, ("NAME", "claims")).values()
    return tuple(cast(ClaimKind, module) for module in found)


def outcomes(situation: Situation, place: Place, told: Told | None = None) -> tuple[ClaimOutcome, ...]:
    """The outcome of every promise, built-in ones and the profile's own.

    *place* finds the lines of a rule, *told* those of the profile.
    """
    return tuple(
        _outcome(kind.NAME, stated, situation, place, told)
        for kind in kinds()
        for stated in kind.claims(situation)
    )


def _outcome(
    name: str, stated: Stated, situation: Situation, place: Place, told: Told | None
) -> ClaimOutcome:
    breach, scope = stated.breach, situation.scope()
    if breach.steps:
        status = Status.UNKNOWN if breach.undecided else Status.BROKEN
        steps = tuple(answer(situation.scene.ruleset, step, place) for step in breach.steps)
        line = told(breach.where) if told and breach.where else None
        reason = breach.undecided or breach.reason
        return ClaimOutcome(name, stated.sentence, status, reason, steps[-1], scope, steps, line)
    if breach.flows:
        shown = answer(situation.scene.ruleset, witness(breach.flows, situation.endpoints), place)
        return ClaimOutcome(name, stated.sentence, Status.BROKEN, breach.reason, shown, scope)
    if breach.one_sided:
        shown = answer(situation.scene.ruleset, witness(breach.one_sided, situation.endpoints), place)
        reason = breach.reason or _ONE_SIDED
        return ClaimOutcome(name, stated.sentence, Status.BROKEN, reason, shown, scope)
    if breach.reason:
        return ClaimOutcome(name, stated.sentence, Status.BROKEN, breach.reason, None, scope)
    if breach.unsure:
        shown = answer(situation.scene.ruleset, witness(breach.unsure, situation.endpoints), place)
        return ClaimOutcome(name, stated.sentence, Status.UNKNOWN, _undecided(breach), shown, scope)
    if breach.undecided:
        return ClaimOutcome(name, stated.sentence, Status.UNKNOWN, breach.undecided, None, scope)
    return ClaimOutcome(name, stated.sentence, Status.KEPT, "", None, scope)


def _undecided(breach: Breach) -> str:
    return breach.undecided or "a flow that would break it cannot be decided"
