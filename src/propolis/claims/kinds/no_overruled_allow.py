"""No deny takes away what another rule allows: one of the two does not say what its author meant."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from propolis.algebra.flows import NO_FLOWS, Row, flow_set, indexes, transposed
from propolis.claims.situation import Breach, Situation, Stated
from propolis.claims.words import quantified, whom
from propolis.model.policy import Direction, Effect
from propolis.model.rule import Rule
from propolis.semantics.symbolic import side

NAME = "no-overruled-allow"
_REASON = "a deny takes away what another rule allows"


def claims(situation: Situation) -> Iterator[Stated]:
    for claim in situation.written(NAME):
        pods = 0
        for group in situation.groups(claim):
            pods |= situation.ends(claim.sources, group) & situation.pods
        sentence = f"no deny takes away what another rule allows to or from {whom(claim.sources)}"
        yield Stated(quantified(claim, sentence), _breach(situation, pods))


def _breach(situation: Situation, pods: int) -> Breach:
    surely = possibly = NO_FLOWS
    for direction in Direction:
        least: dict[int, Row] = {}
        most: dict[int, Row] = {}
        for position in indexes(pods):
            rules = situation.scene.selecting(position, direction)
            if {Effect.ALLOW, Effect.DENY} <= {rule.effect for rule in rules}:
                least[position], most[position] = _overruled(situation, position, direction, rules)
        if direction is Direction.INGRESS:
            least, most = transposed(least), transposed(most)
        surely, possibly = surely | flow_set(least), possibly | flow_set(most)
    surely -= situation.impossible
    return Breach(flows=surely, unsure=possibly - surely, reason=_REASON if surely else "")


def _overruled(
    situation: Situation, position: int, direction: Direction, rules: Sequence[Rule]
) -> tuple[Row, Row]:
    """What the denies of *rules* take from their allows: surely, and perhaps.

    What is open without any rule is taken from none: each side is in default deny, and that a node may always reach
    its own pods does not count.
    """
    closed = replace(rules[0], effect=Effect.ALLOW, peers=None, default_deny=True)
    allows = [rule for rule in rules if rule.effect is not Effect.DENY]
    subject, clash = situation.endpoints[position], situation.scene.clash(situation.scene.every(position))
    free, bound = (
        side(situation.scene, subject, direction, (*some, closed), clash, nodes_right=False)
        for some in (allows, rules)
    )
    return free[0] - bound[1], free[1] - bound[0]
