"""The outcome of every promise: the same few steps, whatever kind of promise it is."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Protocol, cast

import propolis.claims.kinds
from propolis.algebra.flows import FlowSet
from propolis.algebra.patience import TimeUp
from propolis.algebra.regular import BudgetExceeded
from propolis.claims.situation import Breach, Situation, Stated
from propolis.claims.strangers import manifest
from propolis.model.flow import Flow
from propolis.model.report import Answer, ClaimOutcome, Line, Status
from propolis.model.span import Path
from propolis.plugins import discover
from propolis.semantics.explain import Answering, Place, answered
from propolis.semantics.witness import attempt

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


def outcomes(
    situation: Situation, place: Place, told: Told | None = None, answering: Answering = answered
) -> tuple[ClaimOutcome, ...]:
    """The outcome of every promise, built-in ones and the profile's own.

    *place* finds the lines of a rule, *told* those of the profile; *answering* tells of the flows that break a promise.

    Errors: none; a kind that meets a limit is unknown from there on, and the other kinds are judged all the same.
    """

    def tell(flow: Flow) -> Answer:
        return answering(situation.scene, flow, place)

    return tuple(outcome for kind in kinds() for outcome in _of_kind(kind, situation, tell, told))


def _of_kind(
    kind: ClaimKind, situation: Situation, tell: Callable[[Flow], Answer], told: Told | None
) -> Iterator[ClaimOutcome]:
    try:
        for stated in kind.claims(situation):
            yield _outcome(kind.NAME, stated, situation, tell, told)
    except (BudgetExceeded, TimeUp) as limit:
        sentence = f"every promise of the kind {kind.NAME} that is not among the others is kept"
        yield ClaimOutcome(kind.NAME, sentence, Status.UNKNOWN, reached(limit), None, situation.scope)


def reached(limit: BudgetExceeded | TimeUp) -> str:
    """Which limit was hit, in words."""
    if isinstance(limit, TimeUp):
        return "the time given with --timeout is up"
    return f"a pattern of a policy or of the profile is too large to decide: {limit}"


def _outcome(
    name: str, stated: Stated, situation: Situation, tell: Callable[[Flow], Answer], told: Told | None
) -> ClaimOutcome:
    breach, scope = stated.breach, situation.scope

    def shown(status: Status, reason: str, flows: FlowSet) -> ClaimOutcome:
        pair = situation.plainness.pair(flows)
        ends = situation.endpoints[pair.source], situation.endpoints[pair.destination]
        flow = attempt(pair.traffic, ends[1]).between(*ends)
        create = _create(situation, (flow,))
        return ClaimOutcome(name, stated.sentence, status, reason, tell(flow), scope, create=create)

    def said(status: Status, reason: str) -> ClaimOutcome:
        return ClaimOutcome(name, stated.sentence, status, reason, None, scope)

    if breach.steps:
        status = Status.UNKNOWN if breach.undecided else Status.BROKEN
        steps = tuple(map(tell, breach.steps))
        line = told(breach.where) if told and breach.where else None
        reason, create = breach.undecided or breach.reason, _create(situation, breach.steps)
        return ClaimOutcome(name, stated.sentence, status, reason, steps[-1], scope, steps, line, create)
    if breach.flows:
        return shown(Status.BROKEN, breach.reason, breach.flows)
    if breach.one_sided:
        return shown(Status.BROKEN, breach.reason or _ONE_SIDED, breach.one_sided)
    if breach.reason:
        return said(Status.BROKEN, breach.reason)
    if breach.unsure:
        return shown(Status.UNKNOWN, _undecided(breach), breach.unsure)
    if limit := breach.undecided or situation.imagined.limit:
        return said(Status.UNKNOWN, limit)
    return said(Status.KEPT, "")


def _undecided(breach: Breach) -> str:
    return breach.undecided or "a flow that would break it cannot be decided"


def _create(situation: Situation, flows: Iterable[Flow]) -> str:
    """The objects that make the ends of *flows* real that nobody has created."""
    pods = situation.imagined.pods
    every = (end.name for flow in flows for end in (flow.source, flow.destination))
    ends = dict.fromkeys(name for name in every if name in pods)
    known = {namespace.name for namespace in situation.scene.ruleset.world.namespaces}
    return "".join(
        manifest(pods[name], f"new-pod-{number}" if len(ends) > 1 else "new-pod", known)
        for number, name in enumerate(ends, start=1)
    )
