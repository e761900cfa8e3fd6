"""Proofs agree with brute force: every promise against the reference engine, asked about every flow of a small world.

The pods of a small world are all that could be told apart in it, existing or not; its flows are those between any two
of them, nodes and the outside, of every connection and request that could be told apart.
"""

from collections import Counter

import pytest

from agreement.brute import brute, can_meet, shown
from agreement.promises import BUILT_IN, WRITTEN, judged
from agreement.small import Small
from agreement.worlds import Draw, policies, settings, world
from propolis.claims.kinds import no_dead_rule
from propolis.claims.prove import kinds, outcomes
from propolis.claims.situation import situation
from propolis.model.flow import Flow
from propolis.model.policy import Direction
from propolis.model.report import Answer, ClaimOutcome, Line, SideAnswer, Status
from propolis.model.rule import Origin
from propolis.model.verdict import Outcome, Why
from propolis.semantics.ruleset import Ruleset, ruleset
from propolis.semantics.symbolic import Scene, isolated

WORLDS = 1000
PARTS = 100
WITHOUT_FLOWS = {"covered", "default-deny", "no-dead-rule"}
"""Kinds that are not about flows one by one: a flow that is shown is an example of what follows."""
KINDS = BUILT_IN.keys() | WRITTEN.keys()


def proofs(small: Small, rules: Ruleset) -> dict[str, list[tuple[ClaimOutcome, list[Flow]]]]:
    """What the engine proves, by kind, each with the flows that it shows."""
    flows: list[Flow] = []
    side = SideAnswer(Direction.EGRESS, Outcome.ALLOW, Why.RULE, "")

    def numbered(_: Scene, flow: Flow, __: object) -> Answer:
        flows.append(flow)
        return Answer(str(len(flows) - 1), Outcome.ALLOW, side, side)

    proved = situation(small.profile, rules)
    assert proved.imagined.whole
    found: dict[str, list[tuple[ClaimOutcome, list[Flow]]]] = {kind: [] for kind in KINDS}
    for outcome in outcomes(proved, nowhere, answering=numbered):
        found[outcome.claim].append((outcome, [flows[int(answer.flow)] for answer in outcome.flows]))
    return found


def nowhere(origin: Origin) -> Line:
    raise AssertionError(origin)


def check(seed: int) -> Counter[tuple[str, Status]]:
    """How many promises were kept, broken and unknown; an assertion where brute force knows better."""
    small = Small(seed)
    rules = ruleset(small.policies, small.world, small.settings)
    every = brute(small, rules)
    counted: Counter[tuple[str, Status]] = Counter()
    for kind, proved in proofs(small, rules).items():
        known = judged(every, kind)
        assert [outcome.status for outcome, _ in proved] == [found.status for found in known], (seed, kind)
        for number, (outcome, flows) in enumerate(proved):
            counted[kind, outcome.status] += 1
            if flows:
                check_shown(small, rules, (kind, number), outcome.status, flows)
            else:
                assert outcome.status is Status.KEPT or kind in WITHOUT_FLOWS or known[number].undecided
    return counted


def check_shown(
    small: Small, rules: Ruleset, promise: tuple[str, int], proved: Status, flows: list[Flow]
) -> None:
    """What is shown is what it is shown for, by itself."""
    kind, number = promise
    alone = shown(small, rules, flows)
    assert all(can_meet(*couple) for couple in alone.couples), (promise, flows)
    if kind not in WITHOUT_FLOWS:
        found = judged(alone, kind)[number]
        assert found.surely if proved is Status.BROKEN else found.perhaps, (promise, flows)


@pytest.mark.parametrize("part", range(PARTS))
def test_proofs_agree_with_brute_force(part: int) -> None:
    for seed in range(part, WORLDS, PARTS):
        check(seed)


@pytest.mark.deep
@pytest.mark.parametrize("part", range(PARTS))
def test_proofs_agree_with_ten_times_as_much(part: int) -> None:
    for seed in range(WORLDS + part, 11 * WORLDS, PARTS):
        check(seed)


def test_small_worlds_keep_and_break_every_kind() -> None:
    """The test above would say little if every promise were broken, or every one kept."""
    counted = sum((check(seed) for seed in range(60)), Counter[tuple[str, Status]]())
    assert {kind.NAME for kind in kinds()} == KINDS
    for kind in KINDS:
        assert counted[kind, Status.KEPT] >= 5, kind
        assert counted[kind, Status.BROKEN] >= 5, kind


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
