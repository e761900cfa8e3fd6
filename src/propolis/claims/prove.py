"""The outcome of every promise: the same few steps, whatever kind of promise it is."""

from collections.abc import Iterator
from functools import cache
from typing import Protocol, cast

import propolis.claims.kinds
from propolis.algebra.flows import FlowSet
from propolis.algebra.patience import TimeUp
from propolis.algebra.regular import BudgetExceeded
from propolis.claims.situation import Breach, Situation, Stated
from propolis.claims.strangers import manifest
from propolis.model.flow import Flow
from propolis.model.report import ClaimOutcome, Status
from propolis.plugins import discover
from propolis.semantics.explain import Place, answer
from propolis.semantics.witness import attempt

_ONE_SIDED = "only the policy of the other end stops this flow today; the end that should, lets it through"


class ClaimKind(Protocol):
    NAME: str

    def claims(self, situation: Situation) -> Iterator[Stated]: ...


@cache
def kinds() -> tuple[ClaimKind, ...]:
    found = discover(propolis.claims.kinds, ("NAME", "claims")).values()
    return tuple(cast(ClaimKind, module) for module in found)


def outcomes(situation: Situation, place: Place) -> tuple[ClaimOutcome, ...]:
    """The outcome of every promise, built-in ones and the profile's own; *place* finds the lines of a rule.

    Errors: none; a kind that meets a limit is unknown from there on, and the other kinds are judged all the same.
    """
    return tuple(outcome for kind in kinds() for outcome in _of_kind(kind, situation, place))


def _of_kind(kind: ClaimKind, situation: Situation, place: Place) -> Iterator[ClaimOutcome]:
    try:
        for stated in kind.claims(situation):
            yield _outcome(kind.NAME, stated, situation, place)
    except (BudgetExceeded, TimeUp) as limit:
        sentence = f"every promise of the kind {kind.NAME} that is not among the others is kept"
        yield ClaimOutcome(kind.NAME, sentence, Status.UNKNOWN, reached(limit), None, situation.scope)


def reached(limit: BudgetExceeded | TimeUp) -> str:
    """Which limit was hit, in words."""
    if isinstance(limit, TimeUp):
        return "the time given with --timeout is up"
    return f"a pattern of a policy or of the profile is too large to decide: {limit}"


def _outcome(name: str, stated: Stated, situation: Situation, place: Place) -> ClaimOutcome:
    breach = stated.breach

    def shown(status: Status, reason: str, flows: FlowSet) -> ClaimOutcome:
        pair = situation.plainness.pair(flows)
        ends = situation.endpoints[pair.source], situation.endpoints[pair.destination]
        flow = attempt(pair.traffic, ends[1]).between(*ends)
        found = answer(situation.concerned(pair.source, pair.destination), flow, place)
        scope, create = situation.scope, _create(situation, flow)
        return ClaimOutcome(name, stated.sentence, status, reason, found, scope, create)

    def said(status: Status, reason: str) -> ClaimOutcome:
        return ClaimOutcome(name, stated.sentence, status, reason, None, situation.scope)

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


def _create(situation: Situation, flow: Flow) -> str:
    """The objects that make the ends of *flow* real that nobody has created."""
    pods = situation.imagined.pods
    ends = dict.fromkeys(end.name for end in (flow.source, flow.destination) if end.name in pods)
    known = {namespace.name for namespace in situation.scene.ruleset.world.namespaces}
    return "".join(
        manifest(pods[name], f"new-pod-{number}" if len(ends) > 1 else "new-pod", known)
        for number, name in enumerate(ends, start=1)
    )
