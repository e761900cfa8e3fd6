"""`propolis prove`: does a set of policies keep the promises of a profile?"""

from collections.abc import Callable, Iterator, Sequence

from propolis import claims
from propolis import profile as profiles
from propolis.algebra.classes import Finder, classes
from propolis.algebra.patience import IsOver, TimeUp, never, patience
from propolis.algebra.regular import BudgetExceeded
from propolis.commands.force import Force, in_force
from propolis.commands.inputs import Input, counted, reported
from propolis.commands.lines import line_at, place_in
from propolis.model.flags import described
from propolis.model.profile import DeclaredWorkload, Profile
from propolis.model.report import ClaimOutcome, Exit, Line, Report, Status
from propolis.model.span import Path
from propolis.model.world import Workload
from propolis.semantics.explain import Answering, answered

COMMAND = "prove"


def prove(
    given: Input, is_over: IsOver = never, find: Finder = classes, answering: Answering = answered
) -> Report:
    """The outcome of every promise of the profile in *given*, for the policies and workloads in *given*.

    What is not proved when *is_over* says so is unknown; *find* finds the kinds of pods that could be created;
    *answering* tells of counterexamples: `semantics.explain.explained` says more.

    Exit: BAD_INPUT without a profile or when a document could not be read, KEPT if all are kept, else BROKEN.
    """
    if given.profile is None:
        return reported(
            Report(command=COMMAND, exit=Exit.BAD_INPUT, summary=_missing(given), problems=given.problems),
            given,
        )
    force = in_force(given, claims.with_outside(given.manifests.world, given.profile))
    with patience(is_over):
        outcomes = _outcomes(given, given.profile, force, find, answering)
    report = Report(
        command=COMMAND,
        exit=Exit.KEPT if all(outcome.status is Status.KEPT for outcome in outcomes) else Exit.BROKEN,
        summary=_summary(outcomes, force),
        problems=force.problems,
        claims=outcomes,
        notes=(*force.notes, *_notes(given, given.profile)),
    )
    return reported(report, given)


def _outcomes(
    given: Input, profile: Profile, force: Force, find: Finder, answering: Answering
) -> tuple[ClaimOutcome, ...]:
    try:
        situation = claims.situation(profile, force.rules, find)
    except (BudgetExceeded, TimeUp) as limit:
        sentence = "every promise of the profile is kept"
        return (
            ClaimOutcome("all", sentence, Status.UNKNOWN, claims.reached(limit)),
            _renders_the_same(profile, ""),
        )
    place = place_in(given.manifests.documents)
    found = claims.outcomes(situation, place, _told(given, profile), answering)
    return (*found, _renders_the_same(profile, situation.scope))


def _told(given: Input, profile: Profile) -> Callable[[Path], Line]:
    document = given.profile_document
    assert document is not None, "a profile was read"
    return lambda path: line_at(document, f"Profile/{profile.name}", path)


def _renders_the_same(profile: Profile, scope: str) -> ClaimOutcome:
    """Rendering has no hidden input: twice the same bytes."""
    first, second = (
        [(policy.file, profiles.text(policy)) for policy in profiles.rendering(profile).policies]
        for _ in range(2)
    )
    status = Status.KEPT if first == second else Status.BROKEN
    return ClaimOutcome(
        "renders-the-same", "the profile renders to the same policies twice", status, scope=scope
    )


def _missing(given: Input) -> str:
    if given.profile_document:
        return "nothing proved: the profile has mistakes"
    return "nothing proved: no profile was given (`apiVersion: propolis.dev/v1alpha1`, `kind: Profile`)"


def _notes(given: Input, profile: Profile) -> Iterator[str]:
    workloads = given.manifests.world.workloads
    if not workloads:
        yield "no workload was given: promises are proved over pods that could be created"
        return
    missing = [f"`{one.name}`" for one in profile.workloads if not any(_is_of(pod, one) for pod in workloads)]
    if missing:
        named = ", ".join(missing)
        yield f"no workload is among the manifests for {named}: proved over pods that could be created"


def _is_of(pod: Workload, declared: DeclaredWorkload) -> bool:
    return pod.namespace == declared.namespace and set(declared.labels) <= set(pod.labels)


def _summary(outcomes: Sequence[ClaimOutcome], force: Force) -> str:
    counts = [(status, sum(outcome.status is status for outcome in outcomes)) for status in Status]
    said = ", ".join(f"{number} {status}" for status, number in counts if number)
    return f"{counted(len(outcomes), 'promise')}: {said} ({described(force.rules.settings)})"
