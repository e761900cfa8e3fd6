"""What every kind of promise means, flow by flow, in a small world: the brute force that proofs have to agree with."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from msgspec.structs import replace

from agreement.brute import NOTHING, Bounds, Brute, End, Pair, can_meet, is_host
from propolis.model.flow import WITH_PORTS, Opaque, TlsHello
from propolis.model.policy import Direction, Effect
from propolis.model.profile import (
    Carrying,
    CausesClaim,
    Claim,
    Combined,
    Complement,
    DeclaredPath,
    Ends,
    FlowTerm,
    Known,
    OnPorts,
    PortSpan,
    Relation,
    Requests,
    WorkloadEnd,
)
from propolis.model.report import Status
from propolis.model.rule import Origin
from propolis.model.world import Endpoint
from propolis.semantics.reference import View, view_by


class Found(NamedTuple):
    """What breaks a promise: surely, and perhaps; *undecided*: what is missing to say that it is kept."""

    surely: bool
    perhaps: bool
    undecided: bool = False

    @property
    def status(self) -> Status:
        if self.surely:
            return Status.BROKEN
        return Status.UNKNOWN if self.perhaps or self.undecided else Status.KEPT


def judged(at: Brute, kind: str) -> list[Found]:
    """The answers to every promise of *kind*, in the order in which the engine gives them."""
    found = list(BUILT_IN[kind](at)) if kind in BUILT_IN else []
    for claim in at.profile.claims:
        if claim.kind == kind:
            found += WRITTEN[kind](at, claim)
    return found


def _over(at: Brute, judge: Callable[[Pair], Bounds], undecided: bool = False) -> Found:
    """*judge*: what of the traffic between two ends breaks it."""
    found = [judge(pair) for pair in at.pairs]
    return Found(any(each.least for each in found), any(each.most for each in found), undecided)


# --- claims of a profile ---


def _claimed(at: Brute, claim: Claim, pair: Pair) -> int:
    """The traffic between *pair* that *claim* speaks of."""
    if is_host(pair.source):
        return 0
    for group in at.groups(claim):
        if at.fit(pair.source, claim.sources, claim, group) and at.fit(
            pair.destination, claim.destinations, claim, group
        ):
            return at.on(claim.ports) & at.carrying(claim.requests)
    return 0


def _within(flows: int, bounds: Bounds) -> Bounds:
    return Bounds(flows & bounds.least, flows & bounds.most)


def never(at: Brute, claim: Claim) -> Iterator[Found]:
    yield _over(at, lambda pair: _within(_claimed(at, claim, pair), pair.allowed), at.is_absent(claim.ends))


def always(at: Brute, claim: Claim) -> Iterator[Found]:
    wanted = any(_claimed(at, claim, pair) for pair in at.pairs)
    yield _over(
        at,
        lambda pair: _lost(_claimed(at, claim, pair), pair.allowed),
        at.is_absent(claim.ends) or not wanted,
    )


def _lost(flows: int, allowed: Bounds) -> Bounds:
    return Bounds(flows & ~allowed.most, flows & ~allowed.least)


def only_from(at: Brute, claim: Claim) -> Iterator[Found]:
    asked = at.on(claim.ports) & at.carrying(claim.requests)
    groups = at.groups(claim)

    def judge(pair: Pair) -> Bounds:
        if is_host(pair.source):
            return NOTHING
        for group in groups:
            if at.fit(pair.destination, claim.destinations, claim, group) and not at.fit(
                pair.source, claim.sources, claim, group
            ):
                return _within(asked, pair.ingress)
        return NOTHING

    yield _over(at, judge)


def leaves_only_by(at: Brute, claim: Claim) -> Iterator[Found]:
    listed = at.on(claim.ports) & at.carrying(claim.requests)

    def judge(pair: Pair) -> Bounds:
        if pair.destination.pod or not pair.source.pod:
            return NOTHING
        if not any(at.fit(pair.source, claim.sources, claim, group) for group in at.groups(claim)):
            return NOTHING
        may = at.fit(pair.destination, claim.destinations, claim, None)
        return _within(at.everything & ~(listed if may else 0), pair.egress)

    yield _over(at, judge)


def requests_only(at: Brute, claim: Claim) -> Iterator[Found]:
    unasked = replace(claim, requests=None)

    def judge(pair: Pair) -> Bounds:
        flows = _claimed(at, unasked, pair) & ~_claimed(at, claim, pair)
        return _within(flows, pair.ingress if at.is_covered(pair.destination) else pair.egress)

    yield _over(at, judge, at.is_absent(claim.ends))


def covered(at: Brute, claim: Claim) -> Iterator[Found]:
    def is_meant(end: End) -> bool:
        return end.pod is not None and any(
            at.fit(end, claim.sources, claim, group) for group in at.groups(claim)
        )

    yield from _isolating(at, is_meant)


def _isolating(at: Brute, is_meant: Callable[[End], bool]) -> Iterator[Found]:
    for direction in (Direction.EGRESS, Direction.INGRESS):
        open_ = any(is_meant(end) and not at.is_isolated(end, direction) for end in at.ends)
        yield Found(open_, open_)


def no_overruled_allow(at: Brute, claim: Claim) -> Iterator[Found]:
    by_rules = replace(at.rules, settings=replace(at.settings, allow_localhost=False))
    meant = [end for end in at.ends if end.pod and at.fit(end, claim.sources, claim, None)]
    surely = perhaps = False
    for end, direction, peer in product(meant, Direction, at.ends):
        rules = at.selecting[end.endpoint, direction]
        if not any(rule.effect is Effect.DENY for rule in rules):
            continue
        if not can_meet(end, peer):
            continue
        closed = replace(rules[0], effect=Effect.ALLOW, peers=None, default_deny=True)
        allows = [rule for rule in rules if rule.effect is not Effect.DENY]
        free, bound = (
            at.passing(
                view_by(by_rules, end.endpoint, (*some, closed), at.every(end.endpoint)), end, peer, direction
            )
            for some in (allows, rules)
        )
        surely |= bool(free.least & ~bound.most)
        perhaps |= bool(free.most & ~bound.least)
    yield Found(surely, perhaps)


def no_wider_than(at: Brute, claim: Claim) -> Iterator[Found]:
    assert claim.formula is not None and not isinstance(claim.formula, Relation)
    yield _one_in_another(at, claim, (Known("allowed"), claim.formula))


def equivalent(at: Brute, claim: Claim) -> Iterator[Found]:
    assert claim.formula is not None and not isinstance(claim.formula, Relation)
    yield _one_in_another(at, claim, (Known("allowed"), claim.formula), (claim.formula, Known("allowed")))


def holds(at: Brute, claim: Claim) -> Iterator[Found]:
    assert isinstance(claim.formula, Relation)
    left, right = claim.formula.left, claim.formula.right
    back = ((right, left),) if claim.formula.operator == "==" else ()
    yield _one_in_another(at, claim, (left, right), *back)


def _one_in_another(at: Brute, claim: Claim, *each: tuple[FlowTerm, FlowTerm]) -> Found:
    def judge(pair: Pair) -> Bounds:
        least = most = 0
        for left, right in each:
            some, others = meaning(at, left, pair), meaning(at, right, pair)
            least |= some.least & ~others.most
            most |= some.most & ~others.least
        return Bounds(least, most)

    return _over(at, judge, at.is_absent(claim.ends))


def meaning(at: Brute, term: FlowTerm, pair: Pair) -> Bounds:
    """What of the traffic between *pair* is in the set that *term* stands for."""
    match term:
        case Known("allowed" | "egress" | "ingress" as name):
            found: Bounds = getattr(pair, name)
            return found
        case Known("declared" | "required" as name):
            own = at.declared(pair) if name == "declared" else at.required(pair)
            return Bounds(own, own)
        case Known(name):
            return Bounds(at.everything, at.everything) if name == "everything" else NOTHING
        case Ends(side, ends):
            end = pair.source if side == "from" else pair.destination
            own = at.everything if any(at.fits(end, meant) for meant in ends) else 0
        case OnPorts(ports):
            own = at.on(ports)
        case Carrying(requests):
            own = at.carrying(requests)
        case Complement(inner):
            within = meaning(at, inner, pair)
            return Bounds(at.everything & ~within.most, at.everything & ~within.least)
        case Combined(operator, left, right):
            one, other = meaning(at, left, pair), meaning(at, right, pair)
            if operator == "|":
                return Bounds(one.least | other.least, one.most | other.most)
            if operator == "&":
                return Bounds(one.least & other.least, one.most & other.most)
            return Bounds(one.least & ~other.most, one.most & ~other.least)
    return Bounds(own, own)


# --- what is promised of every profile ---


def default_deny(at: Brute) -> Iterator[Found]:
    yield from _isolating(at, at.is_covered)


def tenants_apart(at: Brute) -> Iterator[Found]:
    if at.profile.tenants is None:
        return

    def judge(pair: Pair) -> Bounds:
        one, other = at.tenant(pair.source), at.tenant(pair.destination)
        if one is None or other is None or one == other:
            return NOTHING
        return _within(at.everything & ~at.declared(pair) & ~at.queries(pair), pair.ingress)

    yield _over(at, judge)


def built_in_leaves_only_by(at: Brute) -> Iterator[Found]:
    def judge(pair: Pair) -> Bounds:
        if pair.destination.pod or not at.is_covered(pair.source):
            return NOTHING
        return _within(at.everything & ~at.declared(pair), pair.egress)

    yield _over(at, judge)


def reached_only_by(at: Brute) -> Iterator[Found]:
    def judge(pair: Pair) -> Bounds:
        if is_host(pair.source) or not at.is_covered(pair.destination):
            return NOTHING
        listed = at.queries(pair)
        for path in at.profile.paths:
            if at.is_of(pair, path):
                listed |= at.on(path.ports)
        return _within(at.everything & ~listed, pair.ingress)

    yield _over(at, judge)


def built_in_requests_only(at: Brute) -> Iterator[Found]:
    """One path of a small world lists requests at most."""
    for path in at.profile.paths:
        if path.http is None:
            continue

        def judge(pair: Pair, path: DeclaredPath = path) -> Bounds:
            if is_host(pair.source) or not at.is_of(pair, path):
                return NOTHING
            flows = at.on(path.ports) & ~at.declared(pair)
            return _within(flows, pair.ingress if at.is_covered(pair.destination) else pair.egress)

        yield _over(at, judge, at.is_absent((path.source, path.destination)))


def nothing_lost(at: Brute) -> Iterator[Found]:
    ends = [end for path in at.profile.paths for end in (path.source, path.destination)]
    no_resolver = not any(map(at.is_resolver, at.pods))
    yield _over(at, lambda pair: _lost(at.required(pair), pair.allowed), at.is_absent(ends) or no_resolver)


def resolves_only_through(at: Brute) -> Iterator[Found]:
    def judge(pair: Pair) -> Bounds:
        if not at.is_covered(pair.source):
            return NOTHING
        own = at.profile.cluster.dns.ports
        asked = at.on(
            own if at.is_resolver(pair.destination) else (PortSpan(53, 53, "UDP"), PortSpan(53, 53, "TCP"))
        )
        return _within(asked & ~at.declared(pair), pair.allowed)

    yield _over(at, judge)


def no_dead_rule(at: Brute) -> Iterator[Found]:
    origins = dict.fromkeys(rule.origin for rule in at.rules.rules)
    dead = any(not _is_alive(at, origin) for origin in origins)
    yield Found(dead, dead)


def _is_alive(at: Brute, origin: Origin) -> bool:
    """Whether some end would answer about some flow otherwise, were the rule not there."""
    changed: dict[tuple[Endpoint, Direction], View] = {}
    for end in at.ends:
        every = at.every(end.endpoint)
        rest = [rule for rule in every if rule.origin != origin]
        if len(rest) < len(every):
            for direction in Direction:
                left = [rule for rule in at.selecting[end.endpoint, direction] if rule.origin != origin]
                changed[end.endpoint, direction] = view_by(at.rules, end.endpoint, left, rest)
    return any(
        (view := changed.get((subject.endpoint, direction)))
        and at.passing(view, subject, peer, direction) != known
        for source, destination, egress, ingress in at.pairs
        for subject, peer, direction, known in (
            (source, destination, Direction.EGRESS, egress),
            (destination, source, Direction.INGRESS, ingress),
        )
    )


# --- chains of calls ---


def never_causes(at: Brute) -> Iterator[Found]:
    for claim in at.profile.causes:
        surely, _ = _caused(at, claim, lambda bounds: bounds.least)
        perhaps, stray = _caused(at, claim, lambda bounds: bounds.most)
        ends = [end for path in at.profile.paths for end in (path.source, path.destination)]
        yield Found(surely, perhaps or stray, at.is_absent((*claim.ends, *ends)))


def _caused(at: Brute, claim: CausesClaim, side: Callable[[Bounds], int]) -> tuple[bool, bool]:
    """Whether a chain ends in the statement, or in a connection as nobody knows whom.

    No namespace can have two sets of labels in one chain.
    """
    chained = stray = False
    teams: dict[str, dict[str | None, None]] = {}
    for pod in (end.pod for end in at.ends if end.pod):
        teams.setdefault(pod.namespace, {})[pod.team] = None
    for labels in product(*teams.values()):
        homes = dict(zip(teams, labels, strict=True))
        here = [
            pair
            for pair in at.pairs
            if all(end.pod is None or homes[end.pod.namespace] == end.pod.team for end in pair[:2])
        ]
        one, other = _caused_in(at, claim, side, here)
        chained |= one
        stray |= other
    return chained, stray


def _caused_in(
    at: Brute, claim: CausesClaim, side: Callable[[Bounds], int], pairs: Sequence[Pair]
) -> tuple[bool, bool]:
    role = at.profile.paths[0]
    assert role.postgres is not None
    spoken = at.where("spoken", lambda protocol, _, __: protocol in WITH_PORTS)
    acted = {trigger.workload: at.carrying(Requests(http=trigger.requests)) for trigger in claim.triggers}
    leaving: dict[Endpoint, list[Pair]] = {}
    for pair in pairs:
        leaving.setdefault(pair.source.endpoint, []).append(pair)
    first = {pair.source.endpoint: pair.source for pair in pairs}
    reached = {
        endpoint
        for endpoint, end in first.items()
        if not is_host(end) and any(at.fits(end, meant) for meant in claim.sources)
    }
    waiting = deque(reached)
    while waiting:
        for pair in leaving.get(waiting.popleft(), ()):
            upon = spoken
            for name, asked in acted.items():
                if at.fits(pair.destination, WorkloadEnd(name)):
                    upon &= asked
            if (
                pair.destination.pod
                and side(pair.allowed) & upon
                and pair.destination.endpoint not in reached
            ):
                reached.add(pair.destination.endpoint)
                waiting.append(pair.destination.endpoint)
    may = role.postgres.allow[0].text.startswith("SELECT")
    plain = at.where("plain", lambda _, __, request: isinstance(request, Opaque | TlsHello)) & at.on(
        role.ports
    )
    chained = stray = False
    for endpoint in reached:
        for pair in leaving.get(endpoint, ()):
            if not at.fits(pair.destination, role.destination) or not side(pair.allowed) & plain:
                continue
            holder = at.fits(pair.source, role.source)
            chained |= holder and may
            stray |= not holder and not at.fits(pair.source, role.destination)
    return chained, stray


BUILT_IN: dict[str, Callable[[Brute], Iterator[Found]]] = {
    "default-deny": default_deny,
    "leaves-only-by": built_in_leaves_only_by,
    "never-causes": never_causes,
    "no-dead-rule": no_dead_rule,
    "nothing-lost": nothing_lost,
    "reached-only-by": reached_only_by,
    "requests-only": built_in_requests_only,
    "resolves-only-through": resolves_only_through,
    "tenants-apart": tenants_apart,
}
WRITTEN: dict[str, Callable[[Brute, Claim], Iterator[Found]]] = {
    "always": always,
    "covered": covered,
    "equivalent": equivalent,
    "holds": holds,
    "leaves-only-by": leaves_only_by,
    "never": never,
    "no-overruled-allow": no_overruled_allow,
    "no-wider-than": no_wider_than,
    "only-from": only_from,
    "requests-only": requests_only,
}
