"""`propolis repair`: the smallest change of policies that keeps a broken promise, proved before it is shown."""

from collections.abc import Iterator
from functools import cached_property
from heapq import heappop, heappush
from itertools import count

import msgspec

from propolis.algebra.patience import IsOver, TimeUp, checkpoint, never, patience
from propolis.algebra.regular import BudgetExceeded
from propolis.algebra.traffic import EMPTY, TrafficSet
from propolis.claims import reached, situation, with_outside
from propolis.commands.candidates import Candidate, Wanted, candidates, everything, patch, size, wanted
from propolis.commands.force import Force, in_force
from propolis.commands.inputs import Input, again, counted, reported
from propolis.commands.prove import prove
from propolis.manifest import Source
from propolis.model.flags import described
from propolis.model.policy import Direction
from propolis.model.report import ClaimOutcome, Exit, Repair, Report, Status

COMMAND = "repair"
MOST_PROOFS = 40
"""For one promise; each of them proves everything."""
MOST_STEPS = 3
"""Changes that are made together."""
_Key = tuple[str, str]
_Open = dict[tuple[Direction, str, str], TrafficSet]
"""End, source and destination by name → the declared traffic that this end alone surely lets pass."""


def repair(given: Input, most_proofs: int = MOST_PROOFS, is_over: IsOver = never) -> Report:
    """For every broken promise of the profile in *given* the smallest change that was proved to keep it.

    A change is proved when the promise is kept, every promise that was kept still is, and every flow that the profile
    declares is still let through by each end that let it through. What is not proved or found when *is_over* says so
    is said to be left.

    Exit: BAD_INPUT when there is nothing to prove; KEPT when every promise is kept; else BROKEN.
    """
    before = prove(given, is_over)
    if before.exit not in (Exit.KEPT, Exit.BROKEN) or given.profile is None:
        return msgspec.structs.replace(before, command=COMMAND)
    broken = [claim for claim in before.claims if claim.status is Status.BROKEN]
    search = _Search(given, before, most_proofs, is_over)
    with patience(is_over):
        repairs = tuple(search.repair(claim) for claim in broken)
    found = sum(bool(one.diff) for one in repairs)
    unknown = [claim for claim in before.claims if claim.status is Status.UNKNOWN]
    said = [counted(len(broken), "broken promise"), counted(found, "proved repair")]
    said += [f"{counted(len(unknown), 'promise')} unknown: `prove` says why"] if unknown else []
    report = Report(
        command=COMMAND,
        exit=before.exit,
        summary=f"{', '.join(said)} ({described(given.settings)})",
        problems=before.problems,
        repairs=repairs,
        notes=before.notes,
    )
    return reported(report, given)


class _State(msgspec.Struct, frozen=True, eq=False):
    """Sources after some changes: *titles* in words, *diff* against the texts as given."""

    sources: tuple[Source, ...]
    titles: tuple[str, ...]
    diff: str


class _Search:
    """The search for repairs of one input: smallest changes first, then what is needed beside the whole rendering."""

    def __init__(self, given: Input, before: Report, most_proofs: int, is_over: IsOver) -> None:
        self._given = given
        self._before = dict(given.texts)
        self._kept = {_key(claim) for claim in before.claims if claim.status is Status.KEPT}
        self._most = most_proofs
        self._is_over = is_over

    @cached_property
    def _needed(self) -> tuple[Wanted, ...]:
        return wanted(self._given)

    @cached_property
    def _open(self) -> _Open:
        return _open_flows(self._given)

    def repair(self, claim: ClaimOutcome) -> Repair:
        """The smallest change that keeps *claim*, or why there is none."""
        start = _State(tuple(Source(name, text) for name, text in self._before.items()), (), "")
        small = _Walk(self, claim, (self._most + 1) // 2)
        whole = _Walk(self, claim, self._most - small.most)
        try:
            small.push(self.next(self._given, start, claim))
            found = small.run()
            if found is None:
                large = everything(self._given, _force(self._given).rules, self._needed)
                whole.push(self._after(start, candidate) for candidate in large)
                found = whole.run()
        except TimeUp as limit:
            proofs = small.proofs + whole.proofs
            reason = f"no repair was found: {reached(limit)}, after {counted(proofs, 'candidate')}"
            return Repair(claim.claim, claim.sentence, (), "", proofs, reason)
        proofs = small.proofs + whole.proofs
        if found is not None:
            return Repair(claim.claim, claim.sentence, found.titles, found.diff, proofs)
        more = small.is_cut or whole.is_cut
        return Repair(claim.claim, claim.sentence, (), "", proofs, _none(proofs, more))

    def next(self, given: Input, state: _State, claim: ClaimOutcome) -> Iterator[_State]:
        force = _force(given)
        for candidate in candidates(given, force.rules, claim, self._needed):
            yield self._after(state, candidate)

    def _after(self, state: _State, candidate: Candidate) -> _State:
        sources = candidate.sources(state.sources)
        after = {one.name: one.text for one in sources if one.text != self._before.get(one.name)}
        return _State(sources, (*state.titles, candidate.title), patch(self._before, after))

    def read(self, sources: tuple[Source, ...]) -> Input:
        return again(self._given, {source.name: source.text for source in sources})

    def proved(self, changed: Input, claim: ClaimOutcome) -> ClaimOutcome | None:
        """What becomes of *claim*; None when the change costs something that was kept or open."""
        report = prove(changed, self._is_over)
        checkpoint()  # what is unknown for want of time says nothing about the change
        if report.exit not in (Exit.KEPT, Exit.BROKEN):
            return None
        kept = {_key(one) for one in report.claims if one.status is Status.KEPT}
        if not self._kept <= kept or not _holds(_open_flows(changed), self._open):
            return None
        return next((one for one in report.claims if _key(one) == _key(claim)), None)


class _Walk:
    """States that wait to be proved, the smallest diff first; at most *most* of them are."""

    def __init__(self, search: _Search, claim: ClaimOutcome, most: int) -> None:
        self.most = most
        self.proofs = 0
        self._search = search
        self._claim = claim
        self._waiting: list[tuple[int, int, _State]] = []
        self._order = count()
        self._seen: set[str] = set()

    def push(self, states: Iterator[_State]) -> None:
        for state in states:
            if state.diff not in self._seen:
                self._seen.add(state.diff)
                heappush(self._waiting, (size(state.diff), next(self._order), state))

    def run(self) -> _State | None:
        """The first state that keeps the claim and loses nothing."""
        while self._waiting and self.proofs < self.most:
            checkpoint()
            _, _, state = heappop(self._waiting)
            self.proofs += 1
            changed = self._search.read(state.sources)
            now = self._search.proved(changed, self._claim)
            if now is None:
                continue
            if now.status is Status.KEPT:
                return state
            if len(state.titles) < MOST_STEPS and _shown(now) != _shown(self._claim):
                self.push(self._search.next(changed, state, now))
        return None

    @property
    def is_cut(self) -> bool:
        return bool(self._waiting)


def _shown(claim: ClaimOutcome) -> object:
    """The flows that break *claim*: a change after which they are the same ones has done nothing."""
    return tuple((shown.flow, shown.request_line) for shown in claim.flows) or claim.reason


def _none(proofs: int, more: bool) -> str:
    tried = f"{counted(proofs, 'candidate')}"
    if more:
        return f"no repair was found: {tried} proved, none of which holds, and there are larger ones (`--proofs N`)"
    return f"no repair was found: none of {tried} keeps it without losing what was kept or a declared flow"


def _key(claim: ClaimOutcome) -> _Key:
    return claim.claim, claim.sentence


def _force(given: Input) -> Force:
    assert given.profile is not None, "a change never takes the profile away"
    return in_force(given, with_outside(given.manifests.world, given.profile))


def _open_flows(given: Input) -> _Open:
    """What the profile needs and has, at each end, between workloads and peers that exist."""
    if given.profile is None:
        return {}
    try:
        found = situation(given.profile, _force(given).rules)
    except BudgetExceeded:
        return {}
    ends = found.endpoints
    passing = {Direction.EGRESS: found.decided.egress, Direction.INGRESS: found.decided.ingress}
    return {
        (direction, ends[pair.source].name, ends[pair.destination].name): pair.traffic
        for direction, bounds in passing.items()
        for pair in (found.required & bounds.least).pairs()
        if ends[pair.source].existing and ends[pair.destination].existing
    }


def _holds(after: _Open, before: _Open) -> bool:
    return all(not traffic - after.get(place, EMPTY) for place, traffic in before.items())
