"""Which policies of an input are in force: what both gates leave, and what they say about the rest."""

from collections.abc import Iterator

import msgspec

from propolis.commands.inputs import Input, counted
from propolis.model.finding import Severity
from propolis.model.span import Problem
from propolis.model.world import World
from propolis.semantics.ruleset import Rejection, Ruleset, ruleset


class Force(msgspec.Struct, frozen=True, eq=False):
    """*problems*: why policies are not in force, and whatever else was wrong. *notes*: the same in short."""

    rules: Ruleset
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def in_force(given: Input, world: World) -> Force:
    """The rules of *given* that are in force in *world*."""
    return force_of(ruleset(given.manifests.policies, world, given.settings), given)


def force_of(rules: Ruleset, given: Input) -> Force:
    """*rules*, which are those of *given*, with all that is to be said about them."""
    heavy = tuple(problem for problem in given.problems if problem.severity != Severity.NOTE.value)
    rejected = (problem for rejection in rules.rejections for problem in _rejected(rejection, given))
    return Force(rules, (*heavy, *rejected), tuple(_notes(rules, given)))


def _rejected(rejection: Rejection, given: Input) -> Iterator[Problem]:
    if rejection.by_schema:
        return  # the reader has said so, at the very field
    policy = given.manifests.policies[rejection.policy]
    document = given.manifests.documents[policy.document]
    for reason in rejection.reasons:
        message = f"Cilium's agent refuses `{policy.title}`: {reason.message}"
        help_ = "nothing of the policy is in force until this is mended"
        yield Problem("rejected-by-agent", message, document.span(reason.path), help_)


def _notes(rules: Ruleset, given: Input) -> Iterator[str]:
    total = len(given.manifests.policies)
    if not total:
        yield "no policy was given: everything is allowed"
    if rules.rejections:
        yield f"{len(rules.rejections)} of {counted(total, 'policy object')} not in force, for the reasons above"
    yield from rules.ignored
    if given.exit:
        yield "something could not be read: the answers hold for the rest"
