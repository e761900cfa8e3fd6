"""`propolis diff`: which flows do two sets of policies, or two Cilium versions, decide differently?"""

from collections.abc import Iterable, Iterator

import msgspec

from propolis.algebra.patience import IsOver, TimeUp, never, patience
from propolis.algebra.regular import BudgetExceeded
from propolis.claims import reached
from propolis.commands.changes import Account, Ledger, Side
from propolis.commands.excerpts import with_source_lines
from propolis.commands.inputs import Input, counted, input_of
from propolis.commands.lines import place_in
from propolis.commands.ports import Gists, Sources
from propolis.commands.sides import Sides, sides
from propolis.manifest import gists
from propolis.model.flags import Flag
from propolis.model.policy import Policy
from propolis.model.report import Comparison, Exit, Meaning, Report, Shift, Tally
from propolis.model.settings import Settings, Version
from propolis.model.span import Problem
from propolis.model.world import Endpoint, Role
from propolis.semantics.compare import Compared, compared
from propolis.semantics.explain import Answering, answered
from propolis.semantics.imagined import MOST_STRANGERS, of_port_names

COMMAND = "diff"
_MEANINGS = {
    frozenset[Shift](): Meaning.SAME,
    frozenset({Shift.ALLOWED}): Meaning.WIDENED,
    frozenset({Shift.DENIED}): Meaning.NARROWED,
    frozenset({Shift.ALLOWED, Shift.DENIED}): Meaning.BOTH,
}


class Compare(msgspec.Struct, frozen=True, eq=False):
    """What to compare: *old* and *new*, each with what to call it."""

    old: Input
    new: Input
    old_name: str
    new_name: str


def between_texts(
    old: Sources,
    new: Sources,
    world: Sources,
    version: Version | None,
    flags: tuple[Flag, ...] = (),
    gists: Gists = gists,
) -> Compare:
    """The policies of *old* and those of *new*, each in the world and beside the policies of *world*.

    A policy of *world* that one of the two sides has as well is left out on both: the sides say whether it is there.
    """
    first = _beside(old, world, version, flags, gists)
    second = _beside(new, world, version, flags, first.gists)
    taken = {*_own(first, old), *_own(second, new)}
    return Compare(_without(first, taken, old), _without(second, taken, new), "old", "new")


def _beside(
    side: Sources, world: Sources, version: Version | None, flags: tuple[Flag, ...], gists: Gists
) -> Input:
    own = {source.name for source in side.texts}
    texts = (*(source for source in world.texts if source.name not in own), *side.texts)
    beside = Sources(texts, (*world.problems, *side.problems), max(world.exit, side.exit))
    return input_of(beside, version, flags, gists)


def between_versions(
    sources: Sources, old: Version, new: Version, flags: tuple[Flag, ...] = (), gists: Gists = gists
) -> Compare:
    """The same texts as Cilium *old* and as Cilium *new* take them."""
    first, second = (input_of(sources, version, flags, gists) for version in (old, new))
    return Compare(first, second, f"Cilium {old}", f"Cilium {new}")


_Key = tuple[str, str, str]
"""Kind, namespace and name of a policy."""


def _key(policy: Policy) -> _Key:
    return policy.kind.value, policy.namespace, policy.name


def _files(side: Sources) -> frozenset[str]:
    return frozenset(source.name for source in side.texts)


def _own(given: Input, side: Sources) -> Iterator[_Key]:
    """The policies that stand in the texts of *side*."""
    files = _files(side)
    for policy in given.manifests.policies:
        if given.manifests.documents[policy.document].file in files:
            yield _key(policy)


def _without(given: Input, taken: set[_Key], side: Sources) -> Input:
    """*given* without the policies beside *side* that are *taken*, and without the remark that they are replaced."""
    files, documents = _files(side), given.manifests.documents
    kept = tuple(
        policy
        for policy in given.manifests.policies
        if documents[policy.document].file in files or _key(policy) not in taken
    )
    told = tuple(
        problem
        for problem in given.problems
        if problem.code != "replaced-object" or problem.span is None or problem.span.file in files
    )
    return msgspec.structs.replace(
        given, manifests=msgspec.structs.replace(given.manifests, policies=kept), problems=told
    )


def diff(asked: Compare, most: int, answering: Answering = answered, is_over: IsOver = never) -> Report:
    """The flows that the two sides decide differently: at most *most* changes of each kind, and how many there are.

    *answering* tells of the examples: `semantics.explain.explained` says more. When *is_over* says so before all is
    compared and told, the comparison is undecided.

    Exit: BAD_INPUT or OUTSIDE_FAILED when a side could not be read whole, and nothing is compared then; KEPT when
    every flow has the same verdict, WIDENED or NARROWED when that is certain, else BROKEN.
    """
    apart = _families_apart(asked.old.settings, asked.new.settings)
    worst = max(asked.old.exit, asked.new.exit, Exit.BAD_INPUT if apart else Exit.KEPT)
    if worst is not Exit.KEPT:
        problems = _distinct((*asked.old.problems, *asked.new.problems, *apart))
        return _located(Report(command=COMMAND, exit=worst, summary=_UNREAD, problems=problems), asked)
    both = sides(asked.old, asked.new)
    report = Report(
        command=COMMAND,
        exit=Exit.KEPT,
        summary="",
        problems=_distinct((*both.old.problems, *both.new.problems)),
        notes=both.notes,
    )
    try:
        with patience(is_over):
            found = compared(both.old.rules, both.new.rules, both.twins)
            account = _ledger(asked, found, answering).account(most)
    except (BudgetExceeded, TimeUp) as limit:
        return _located(_undecided(report, asked, reached(limit)), asked)
    return _located(_compared(report, asked, found, account, both), asked)


def _ledger(asked: Compare, found: Compared, answering: Answering) -> Ledger:
    return Ledger(
        found,
        Side(found.old, place_in(asked.old.manifests.documents), answering),
        Side(found.new, place_in(asked.new.manifests.documents), answering),
        asked.new.profile or asked.old.profile,
    )


_UNREAD = "nothing compared: not everything could be read"


def _families_apart(old: Settings, new: Settings) -> tuple[Problem, ...]:
    """With other IP families other outside addresses exist: there is nothing to compare them with."""
    if (old.ipv4, old.ipv6) == (new.ipv4, new.ipv6):
        return ()
    message = "the two sides differ in `enable-ipv4` or `enable-ipv6`"
    return (Problem("other-families", message, None, "give both sides the same flags with `--setting`"),)


def _compared(report: Report, asked: Compare, found: Compared, account: Account, both: Sides) -> Report:
    meaning = _meaning(account.tallies)
    if meaning is Meaning.SAME and found.void_names and both.old.rules.settings == both.new.rules.settings:
        meaning = Meaning.UNDECIDED
    return msgspec.structs.replace(
        report,
        exit=_exit(meaning, account.tallies),
        summary=_summary(meaning, account.tallies, asked, both),
        comparison=Comparison(
            old=asked.old_name,
            new=asked.new_name,
            meaning=meaning,
            changes=account.changes,
            tallies=account.tallies,
            scope=_scope(found.new.universe.endpoints),
            unchanged=account.unchanged,
        ),
        notes=(*report.notes, *_remarks(found)),
    )


def _remarks(found: Compared) -> Iterator[str]:
    if found.void_names:
        names = ", ".join(f"`{name}`" for name in found.void_names)
        yield f"no workload declares the port {names}: what changed rules say about it is not compared"
    if found.port_names:
        yield f"assumed: {of_port_names(found.port_names)}"
    if not found.whole:
        yield f"the policies tell more than {MOST_STRANGERS} kinds of new pods apart: the others are left out"


def _undecided(report: Report, asked: Compare, reason: str) -> Report:
    return msgspec.structs.replace(
        report,
        exit=Exit.BROKEN,
        summary=f"undecided: {reason}",
        comparison=Comparison(asked.old_name, asked.new_name, Meaning.UNDECIDED),
    )


def _meaning(tallies: Iterable[Tally]) -> Meaning:
    shifts = frozenset(tally.shift for tally in tallies)
    if shifts == {Shift.UNDECIDED}:
        return Meaning.UNDECIDED
    return _MEANINGS[shifts - {Shift.UNDECIDED}]


def _exit(meaning: Meaning, tallies: Iterable[Tally]) -> Exit:
    """Something undecided may widen; what is wider already stays so."""
    match meaning:
        case Meaning.SAME:
            return Exit.KEPT
        case Meaning.WIDENED | Meaning.BOTH:
            return Exit.WIDENED
        case Meaning.NARROWED if all(tally.shift is Shift.DENIED for tally in tallies):
            return Exit.NARROWED
    return Exit.BROKEN


def _summary(meaning: Meaning, tallies: Iterable[Tally], asked: Compare, both: Sides) -> str:
    counts = {shift: sum(t.pairs for t in tallies if t.shift is shift) for shift in Shift}
    said = ", ".join(f"{counted(number, 'pair')} {shift}" for shift, number in counts.items() if number)
    old, new = both.old.rules.settings.version, both.new.rules.settings.version
    where = f"Cilium {old}" if old == new else f"Cilium {old} to {new}"
    plain = "every flow has the same verdict" if meaning is Meaning.SAME else "no flow is known to change"
    return f"{meaning}: {said or plain} ({where})"


def _scope(endpoints: Iterable[Endpoint]) -> str:
    found = list(endpoints)
    pods = sum(e.role is Role.POD and e.existing for e in found)
    possible = sum(not e.existing for e in found)
    others = len(found) - pods - possible
    return (
        f"{counted(pods, 'workload')}, {counted(possible, 'kind')} of pods that could be created and that no"
        f" workload is of, {counted(others, 'peer')} outside or on nodes; all protocols, ports and legal requests"
    )


def _distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))


def _located(report: Report, asked: Compare) -> Report:
    return with_source_lines(report, {**asked.old.texts, **asked.new.texts})
