"""Proofs agree with brute force: every claim against the reference engine, asked about every flow of a small world."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import pytest

from agreement.small import KINDS, SETTINGS, WORLD, Pod, Small, crowd, together
from agreement.worlds import Draw, policies, settings, world
from propolis.algebra.flows import FlowSet
from propolis.claims.kinds import no_dead_rule
from propolis.claims.prove import kinds
from propolis.claims.situation import Situation, Stated, situation
from propolis.model.flow import Flow, HttpRequest, Opaque, Request
from propolis.model.labels import NAMESPACE_LABELS, Operator, Requirement
from propolis.model.policy import Direction
from propolis.model.profile import Claim, ClaimEnd, EntityEnd, Of, PodsEnd, Profile, TenantKey
from propolis.model.verdict import Outcome, Verdict
from propolis.model.world import Endpoint, Role
from propolis.semantics.endpoints import existing
from propolis.semantics.reference import forced, policed, selecting, verdict
from propolis.semantics.ruleset import Ruleset, ruleset
from propolis.semantics.symbolic import isolated
from propolis.semantics.witness import witness

WORLDS = 1000
CROWD = 6
PARTS = 20
PORTS = (80, 81)
LISTED = HttpRequest("GET", "/x")
REQUESTS = (LISTED, Opaque())


# --- an oracle that looks at one flow ---


def is_at(end: ClaimEnd, pod: Pod | None) -> bool:
    """Whether *end* stands for *pod*, or for the world when None, whatever the claim is quantified over."""
    if isinstance(end, EntityEnd):
        return pod is None
    assert isinstance(end, PodsEnd)
    if pod is None or end.namespace not in (None, pod.namespace):
        return False
    held = {"app": pod.app, "tier": pod.tier, f"{NAMESPACE_LABELS}team": pod.team}
    return all(met(requirement, held) for requirement in (*end.labels, *end.home))


def met(requirement: Requirement, held: dict[str, str | None]) -> bool:
    value = held[requirement.key]
    match requirement.operator:
        case Operator.EXISTS:
            return value is not None
        case Operator.DOES_NOT_EXIST:
            return value is None
        case Operator.NOT_IN:
            return value not in requirement.values
        case _:
            return value in requirement.values


def home(pod: Pod | None, claim: Claim, profile: Profile) -> str | None:
    """The tenant or namespace of *pod* that *claim* runs over."""
    if pod is None:
        return None
    assert claim.each is not None
    assert profile.tenants is not None
    if not claim.each.tenants or profile.tenants.by is TenantKey.NAMESPACE:
        return pod.namespace
    return pod.team if profile.tenants.by is TenantKey.NAMESPACE_LABEL else pod.tier


def groups(claim: Claim, profile: Profile, *pods: Pod | None) -> list[str | None]:
    """For which tenants or namespaces a flow between *pods* can matter."""
    if claim.each is None:
        return [None]
    return sorted({found for pod in pods if (found := home(pod, claim, profile)) is not None})


def fits(claim: Claim, end: ClaimEnd, pod: Pod | None, group: str | None, profile: Profile) -> bool:
    if not is_at(end, pod):
        return False
    of = end.of if isinstance(end, PodsEnd) else None
    if of is None or claim.each is None:
        return True
    own = home(pod, claim, profile)
    return own == group if of is Of.EACH else own not in (None, group)


Broken = Callable[[Verdict], bool]


def breaks(
    claim: Claim, profile: Profile, source: Pod | None, target: Pod | None, port: int, request: Request
) -> Broken | None:
    """How a verdict about this flow would break *claim*; None when *claim* does not speak of the flow."""
    on_port = not claim.ports or any(span.first <= port <= span.last for span in claim.ports)

    def ends_meet(group: str | None, first: bool, second: bool) -> bool:
        return (fits(claim, claim.sources[0], source, group, profile) is first) and (
            fits(claim, claim.destinations[0], target, group, profile) is second
        )

    found = groups(claim, profile, source, target) if claim.kind != "holds" else [None]
    match claim.kind:
        case "never" if on_port and any(ends_meet(group, True, True) for group in found):
            return lambda answer: answer.outcome is Outcome.ALLOW
        case "always" if on_port and any(ends_meet(group, True, True) for group in found):
            return lambda answer: answer.outcome is Outcome.DENY
        case "only-from" if on_port and any(ends_meet(group, False, True) for group in found):
            return lambda answer: answer.ingress.outcome is Outcome.ALLOW
        case "requests-only" if (
            on_port and request != LISTED and any(ends_meet(g, True, True) for g in found)
        ):
            arrives = target is not None and profile.exemption(target.namespace) is None
            return lambda answer: (answer.ingress if arrives else answer.egress).outcome is Outcome.ALLOW
        case "leaves-only-by" if target is None and source is not None and not on_port:
            if any(fits(claim, claim.sources[0], source, group, profile) for group in found):
                return lambda answer: answer.egress.outcome is Outcome.ALLOW
        case "holds" if port != 80:
            left = claim.formula.left  # type: ignore[union-attr]
            if is_at(left.left.right.ends[0], source) and is_at(left.right.ends[0], target):
                return lambda answer: answer.outcome is Outcome.ALLOW
    return None


# --- proofs beside it ---


def stated(proved: Situation, kind: str) -> list[Stated]:
    """What the one claim of *kind* states; built-in promises of the kind come before it."""
    found = list(next(each for each in kinds() if kind == each.NAME).claims(proved))
    return found[-2:] if kind == "covered" else found[-1:]


def plainly(flows: FlowSet, proved: Situation) -> Flow:
    """Some flow of *flows*."""
    row, sources = next(iter(flows.rows.items()))
    return witness(FlowSet({row: sources & -sources}), proved.endpoints)


def is_broken(found: list[Stated]) -> bool:
    return any(one.breach.flows or one.breach.one_sided or one.breach.reason for one in found)


def is_kept(found: list[Stated]) -> bool:
    return not is_broken(found) and not any(one.breach.unsure or one.breach.undecided for one in found)


def check(seed: int) -> set[tuple[str, bool]]:
    """Which claims were kept and which broken; an assertion where brute force knows better."""
    small = Small(seed)
    rules = ruleset(small.policies, WORLD, SETTINGS)
    proved = situation(small.profile, rules)
    assert proved.imagined.whole
    world = next(end for end in existing(rules) if end.role is Role.WORLD)
    ends: list[tuple[Pod | None, Endpoint]] = [(pod, pod.endpoint()) for pod in crowd(small, CROWD)]
    ends.append((None, world))
    told = {claim.kind: stated(proved, claim.kind) for claim in small.profile.claims}
    for (source, one), (target, other) in product(ends, repeat=2):
        if source and target and not together(source, target):
            continue
        for port, request in product(PORTS, REQUESTS):
            answer = None
            for claim in small.profile.claims:
                how = breaks(claim, small.profile, source, target, port, request)
                if how is None:
                    continue
                flow = Flow(one, other, "TCP", port, request)
                answer = answer or verdict(rules, flow)
                if how(answer):
                    assert not is_kept(told[claim.kind]), (seed, claim, flow)
    for claim in small.profile.claims:
        if claim.kind == "covered":
            check_covered(claim, small, ends, told[claim.kind], rules)
        for one_ in told[claim.kind]:
            for flows in (one_.breach.flows, one_.breach.one_sided):
                if flows and claim.kind != "covered":
                    shown = plainly(flows, proved)
                    answer = verdict(rules, shown)
                    sides = (answer.outcome, answer.egress.outcome, answer.ingress.outcome)
                    wanted = Outcome.DENY if claim.kind == "always" else Outcome.ALLOW
                    assert wanted in sides, (seed, claim, shown)
    return {(claim.kind, is_kept(told[claim.kind])) for claim in small.profile.claims}


def check_covered(
    claim: Claim,
    small: Small,
    ends: Sequence[tuple[Pod | None, Endpoint]],
    found: list[Stated],
    rules: Ruleset,
) -> None:
    """A pod that no rule puts into default deny breaks it."""
    for pod, endpoint in ends:
        if pod is None or not any(
            fits(claim, claim.sources[0], pod, group, small.profile)
            for group in groups(claim, small.profile, pod)
        ):
            continue
        for direction in Direction:
            isolated = forced(endpoint, rules) or any(
                rule.default_deny for rule in selecting(rules, endpoint, direction)
            )
            assert policed(endpoint, rules)
            if not isolated:
                assert is_broken(found), (claim, endpoint, direction)


@pytest.mark.parametrize("part", range(PARTS))
def test_proofs_agree_with_brute_force(part: int) -> None:
    for seed in range(part, WORLDS, PARTS):
        check(seed)


@pytest.mark.deep
@pytest.mark.parametrize("part", range(PARTS))
def test_proofs_agree_with_ten_times_as_much(part: int) -> None:
    for seed in range(WORLDS + part, 11 * WORLDS, PARTS):
        check(seed)


def outcomes() -> Iterator[tuple[str, bool]]:
    for seed in range(60):
        yield from check(seed)


def test_small_worlds_keep_and_break_every_kind() -> None:
    """The test above would say little if every claim were broken, or every one kept."""
    kinds_ = set(KINDS)
    assert set(outcomes()) == {(kind, kept) for kind in kinds_ for kept in (True, False)}


def test_a_rule_that_is_plainly_alive_changes_a_verdict() -> None:
    """The short cut of `no-dead-rule` against deciding with and without the rule, on worlds of every kind of policy."""
    plain = 0
    for seed in range(250):
        draw = Draw(seed)
        chosen = settings(draw)
        rules = ruleset(policies(draw, chosen), world(draw), chosen)
        proved = situation(Small(seed).profile, rules)
        for direction in Direction:
            closed = isolated(proved.scene, direction)
            for position, subject in enumerate(proved.endpoints):
                if not closed >> position & 1 or proved.scene.clashes(position):
                    continue
                own, every = proved.scene.selecting(position, direction), proved.scene.every(position)
                whole = no_dead_rule._side(proved, subject, direction, own, every)
                for rule in no_dead_rule._plainly_alive(proved, subject, direction, own):
                    rest, others = (tuple(r for r in some if r is not rule) for some in (own, every))
                    assert no_dead_rule._side(proved, subject, direction, rest, others) != whole, (seed, rule)
                    plain += 1
    assert plain > 100
