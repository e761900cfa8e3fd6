"""`propolis map`: who reaches whom, among groups of endpoints?"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

import msgspec

from propolis.algebra.flows import Bitset, FlowSet, bits, indexes
from propolis.algebra.regular import BudgetExceeded
from propolis.algebra.traffic import EMPTY, TrafficSet
from propolis.commands.force import Force, in_force
from propolis.commands.grouping import By, Grouped, Grouping, grouped, without
from propolis.commands.inputs import Input, counted, reported
from propolis.commands.spans import spans
from propolis.model.flags import described
from propolis.model.report import Exit, Extent, Map, Place, Reach, Report
from propolis.model.span import Problem
from propolis.model.world import Endpoint, Role
from propolis.semantics.endpoints import existing
from propolis.semantics.ruleset import Ruleset
from propolis.semantics.symbolic import EVERYTHING, decided

COMMAND = "map"
MOST_GROUPS = 60
"""More than a page of a matrix; every further one is a row and a column."""
_COARSER = {By.WORKLOAD: By.APPLICATION, By.APPLICATION: By.NAMESPACE}


class Wanted(msgspec.Struct, frozen=True):
    """What to draw. *grouping* None: by application, or coarser where that would be too many groups.

    *namespaces*: only what begins or ends in one of them. *roles*: which nodes and probes to show.
    """

    grouping: Grouping | None = None
    namespaces: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()


NODES = frozenset({Role.HOST, Role.REMOTE_NODE, Role.HEALTH})


def mapped(given: Input, wanted: Wanted) -> Report:
    """Which traffic passes between the groups of endpoints in *given*, as far as they exist.

    Exit: BAD_INPUT when a document could not be read, or when there is nothing to draw or too much; else KEPT.
    """
    force = in_force(given, given.manifests.world)
    report = Report(command=COMMAND, exit=Exit.KEPT, summary="", problems=force.problems, notes=force.notes)
    if given.exit is not Exit.KEPT:
        return reported(
            msgspec.structs.replace(report, summary="nothing drawn: not everything was read"), given
        )
    found = existing(force.rules)
    if problem := _unclear(given, wanted):
        return reported(_refused(report, problem), given)
    groups = _grouped(given, found, wanted)
    if isinstance(groups, Problem):
        return reported(_refused(report, groups), given)
    try:
        drawn = drawing(force.rules, found, groups.grouped, wanted, groups.grouping.words)
    except BudgetExceeded as exceeded:
        problem = Problem("too-large", f"a pattern of a policy is too large to decide: {exceeded}", None)
        return reported(_refused(report, problem), given)
    if len(drawn.groups) > MOST_GROUPS:
        return reported(_refused(report, _too_many(len(drawn.groups), groups.grouping)), given)
    notes = (*force.notes, *_notes(wanted, groups.grouping))
    done = msgspec.structs.replace(report, map=drawn, summary=_summary(drawn, force), notes=notes)
    return reported(done, given)


def too_dense(report: Report, most: int, name: str) -> Report:
    """*report* without its map, because *name* draws a line for each reach and there are more than *most*."""
    assert report.map is not None
    lines = len(report.map.reaches)
    message = f"{lines} lines are more than a graph can show ({most})"
    help_ = "take a matrix (`--format svg` or `text`), a coarser `--by`, or one part with `--namespace NAME`"
    problem = Problem("too-many-lines", f"{message} in `{name}`", None, help_)
    return _refused(msgspec.structs.replace(report, map=None), problem)


def _refused(report: Report, problem: Problem) -> Report:
    return msgspec.structs.replace(
        report, exit=Exit.BAD_INPUT, summary="nothing drawn", problems=(*report.problems, problem)
    )


def _unclear(given: Input, wanted: Wanted) -> Problem | None:
    """Why *wanted* cannot be drawn, whatever the policies say."""
    known = [namespace.name for namespace in given.manifests.world.namespaces]
    for name in sorted(wanted.namespaces.difference(known)):
        close = get_close_matches(name, known, 3)
        help_ = f"did you mean {' or '.join(f'`{one}`' for one in close)}?" if close else ""
        return Problem("unknown-namespace", f"no manifest names the namespace `{name}`", None, help_)
    by_tenant = wanted.grouping is not None and wanted.grouping.by is By.TENANT
    if by_tenant and (given.profile is None or given.profile.tenants is None):
        help_ = "give a profile with `tenants`, or a label: `--by label:KEY`"
        return Problem("no-tenants", "no profile among the manifests says what a tenant is", None, help_)
    if not given.manifests.world.workloads:
        help_ = "give the workloads beside the policies"
        return Problem("no-workloads", "there is no workload, so nobody reaches anybody", None, help_)
    return None


class _Chosen(msgspec.Struct, frozen=True):
    grouped: Grouped
    grouping: Grouping


def _grouped(given: Input, found: Sequence[Endpoint], wanted: Wanted) -> _Chosen | Problem:
    """The groups to draw: as wanted, or as fine as fits."""
    grouping = wanted.grouping or Grouping(By.APPLICATION)
    while True:
        groups = grouped(found, grouping, given.profile, wanted.namespaces, wanted.roles)
        if len(_near(found, groups, wanted)) <= MOST_GROUPS:
            return _Chosen(groups, grouping)
        if wanted.grouping or grouping.by not in _COARSER:
            return _too_many(len(groups.groups), grouping)
        grouping = Grouping(_COARSER[grouping.by])


def _too_many(number: int, grouping: Grouping) -> Problem:
    message = f"by {grouping.words} there are {number} groups, and a map shows at most {MOST_GROUPS}"
    coarser = "`--by label:KEY`" if grouping.by is By.NAMESPACE else "`--by namespace` or `--by label:KEY`"
    help_ = f"take fewer groups with {coarser}, or one part with `--namespace NAME`"
    return Problem("too-many-groups", message, None, help_)


def _notes(wanted: Wanted, grouping: Grouping) -> Iterator[str]:
    if wanted.grouping is None and grouping.by is not By.APPLICATION:
        yield f"drawn by {grouping.words}: by application there would be more than {MOST_GROUPS} groups"
    if not wanted.roles:
        yield "nodes and health probes are left out (`--nodes`)"


def _summary(drawn: Map, force: Force) -> str:
    open_ = sum(reach.extent is Extent.EVERYTHING for reach in drawn.reaches)
    groups, lines = counted(len(drawn.groups), "group"), len(drawn.reaches)
    said = f"{groups} by {drawn.by}: {lines} of {len(drawn.groups) ** 2} pairs pass something, {open_} everything"
    return f"{said} ({described(force.rules.settings)})"


# --- what passes between groups ---


class _Passing(msgspec.Struct):
    """What passes between two groups: the union of all pairs, and how many pairs have any, or everything."""

    traffic: TrafficSet = EMPTY
    pairs: int = 0
    whole: int = 0


_Between = dict[tuple[int, int], _Passing]


def drawing(rules: Ruleset, found: Sequence[Endpoint], groups: Grouped, wanted: Wanted, by: str) -> Map:
    """What *rules* let pass between *groups* of the endpoints *found*.

    Errors: BudgetExceeded of `algebra.regular`.
    """
    whole = decided(rules, found)
    sure, unsure = _between(whole.allowed, groups), _between(whole.unknown, groups)
    near = _near(found, groups, wanted)
    reaches = [
        _reach(pair, sure.get(pair, _Passing()), unsure.get(pair, _Passing()), groups)
        for pair in sorted(sure.keys() | unsure.keys())
        if near.intersection(pair) and _is_judged(pair, groups)
    ]
    kept = {end for reach in reaches for end in (reach.source, reach.destination)} | near
    left, places = without(groups, kept)
    moved = tuple(
        msgspec.structs.replace(one, source=places[one.source], destination=places[one.destination])
        for one in reaches
    )
    pods = sum(endpoint.role is Role.POD for endpoint in found)
    others = len(groups.of) - pods
    scope = (
        f"{counted(pods, 'workload')}, {counted(others, 'peer')} outside or on nodes; all protocols and ports"
    )
    return Map(by, left, moved, scope)


def _near(found: Sequence[Endpoint], groups: Grouped, wanted: Wanted) -> set[int]:
    """The groups of which one end of every line has to be: those of the wanted namespaces, or all."""
    if not wanted.namespaces:
        return set(groups.of.values())
    return {group for position, group in groups.of.items() if found[position].namespace in wanted.namespaces}


def _is_judged(pair: tuple[int, int], groups: Grouped) -> bool:
    """Whether one of the ends is a pod: what passes between others is no matter of these policies."""
    return any(groups.groups[end].place is Place.PODS for end in pair)


def _between(flows: FlowSet, groups: Grouped) -> _Between:
    members = [bits(p for p, number in groups.of.items() if number == g) for g in range(len(groups.groups))]
    known: dict[Bitset, list[tuple[int, int]]] = {}

    def parts(of: Bitset) -> list[tuple[int, int]]:
        if of not in known:
            known[of] = list(_parts(of, members, groups.of))
        return known[of]

    found: _Between = {}
    for row, sources in flows.rows.items():
        for traffic, peers in row.peers.items():
            for source, some in parts(sources):
                for destination, others in parts(peers):
                    passing = found.setdefault((source, destination), _Passing())
                    passing.traffic |= traffic
                    passing.pairs += some * others
                    passing.whole += some * others if traffic == EVERYTHING else 0
    return found


def _parts(of: Bitset, members: Sequence[Bitset], groups: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The groups that *of* has members of, and how many."""
    if of.bit_count() < len(members):
        counts: dict[int, int] = {}
        for position in indexes(of):
            if position in groups:
                counts[groups[position]] = counts.get(groups[position], 0) + 1
        yield from counts.items()
        return
    for group, own in enumerate(members):
        if number := (of & own).bit_count():
            yield group, number


def _reach(pair: tuple[int, int], sure: _Passing, unsure: _Passing, groups: Grouped) -> Reach:
    of = groups.groups[pair[0]].members * groups.groups[pair[1]].members
    extent = Extent.PART if sure.pairs else Extent.UNDECIDED
    return Reach(
        source=pair[0],
        destination=pair[1],
        extent=Extent.EVERYTHING if sure.whole == of else extent,
        traffic=spans(sure.traffic),
        unsure=spans(unsure.traffic),
        pairs=sure.pairs,
        of=of,
    )
