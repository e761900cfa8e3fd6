"""What would have to change for a flow to get the other answer.

Found by asking the reference engine again and again, each time without the rules that decided the time before.
"""

from collections.abc import Iterator, Sequence
from typing import assert_never

import msgspec

from propolis.model.flow import Flow
from propolis.model.policy import Direction
from propolis.model.rule import Origin
from propolis.model.verdict import Outcome, Side, Why
from propolis.semantics.hits import Ends
from propolis.semantics.reference import side, verdict
from propolis.semantics.ruleset import Ruleset


class Remedy(msgspec.Struct, frozen=True):
    """One step at one end. *rules*: those that have to change, or beside which one is missing."""

    direction: Direction
    sentence: str
    rules: tuple[Origin, ...]


def remedies(ruleset: Ruleset, flow: Flow) -> tuple[Remedy, ...]:
    """The steps after which *flow* would be allowed, if it is not, or denied, if it is.

    To allow it all steps of both ends are needed; to deny it those of one end are enough, and both are told.
    """
    found = verdict(ruleset, flow)
    ends = (_ends(flow, Direction.EGRESS), _ends(flow, Direction.INGRESS))
    if found.outcome is Outcome.ALLOW:
        return tuple(remedy for each in ends for remedy in _stopping(ruleset, each))
    return tuple(remedy for each in ends for remedy in _opening(ruleset, each))


def _ends(flow: Flow, direction: Direction) -> Ends:
    pair = (flow.source, flow.destination)
    subject, peer = pair if direction is Direction.EGRESS else pair[::-1]
    return Ends(subject, peer, direction, flow.protocol, flow.port, flow.request)


def without(ruleset: Ruleset, origins: Sequence[Origin]) -> Ruleset:
    """*ruleset* with the rules of *origins* left out of every decision; what they put into default deny stays there."""
    gone = set(origins)
    rules = tuple(
        msgspec.structs.replace(rule, peers=None, unknown="") if rule.origin in gone else rule
        for rule in ruleset.rules
    )
    return msgspec.structs.replace(ruleset, rules=rules)


def _opening(ruleset: Ruleset, ends: Ends) -> Iterator[Remedy]:
    """Denies are taken away until what is missing is an allow."""
    gone: tuple[Origin, ...] = ()
    while True:
        answer = side(without(ruleset, gone), ends)
        if answer.outcome is Outcome.ALLOW:
            return
        yield Remedy(ends.direction, _to_open(answer, ends), answer.rules)
        if answer.why is not Why.RULE or answer.reason:
            return
        gone = (*gone, *answer.rules)


def _stopping(ruleset: Ruleset, ends: Ends) -> Iterator[Remedy]:
    """Allows are taken away until nothing allows the flow, or no policy can stop it."""
    gone: tuple[Origin, ...] = ()
    while True:
        answer = side(without(ruleset, gone), ends)
        if answer.outcome is not Outcome.ALLOW:
            return
        yield Remedy(ends.direction, _to_stop(answer, ends), answer.rules)
        if answer.why is not Why.RULE:
            return
        gone = (*gone, *answer.rules)


def _to_open(answer: Side, ends: Ends) -> str:
    way = _way(ends)
    match answer.why:
        case Why.RULE if answer.reason:
            return f"a rule has to allow {way}, because {answer.reason}"
        case Why.RULE:
            return f"these deny rules have to go, or to leave {way} out"
        case Why.DEFAULT_DENY:
            return f"an allow rule for {way} is missing beside the rules that switch default deny on"
        case Why.REQUEST:
            return f"one of these rules for {way} has to let the request through"
        case Why.UNDECIDED:
            return f"what cannot be decided has to be told or to go: {answer.reason}"
        case Why.NOT_SELECTED | Why.NOT_POLICED | Why.LOCALHOST:
            raise AssertionError(f"{answer.why} denies nothing")
        case _:
            assert_never(answer.why)


def _to_stop(answer: Side, ends: Ends) -> str:
    way, name = _way(ends), ends.subject.name
    match answer.why:
        case Why.RULE | Why.REQUEST | Why.DEFAULT_DENY | Why.UNDECIDED:
            return f"these rules have to go, or to leave {way} out"
        case Why.NOT_SELECTED:
            return f"a policy has to put {name} into {ends.direction} default deny, or to deny {way}"
        case Why.NOT_POLICED:
            return f"no policy can stop it at this end: none applies to {name}"
        case Why.LOCALHOST:
            return f"a deny rule has to cover {way}: a node may otherwise always reach its own pods"
        case _:
            assert_never(answer.why)


def _way(ends: Ends) -> str:
    word = "egress to" if ends.direction is Direction.EGRESS else "ingress from"
    return f"{word} {ends.peer.name} on {ends.port}/{ends.protocol.lower()}"
