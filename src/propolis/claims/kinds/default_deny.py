"""Every covered pod is in default deny, in both directions."""

from collections.abc import Iterator

from propolis.algebra.flows import product
from propolis.claims.situation import Breach, Situation, Stated, named
from propolis.model.policy import Direction
from propolis.semantics.symbolic import EVERYTHING, isolated

NAME = "default-deny"


def claims(situation: Situation) -> Iterator[Stated]:
    for direction in (Direction.EGRESS, Direction.INGRESS):
        yield Stated(f"every covered pod is in {direction} default deny", _breach(situation, direction))


def _breach(situation: Situation, direction: Direction) -> Breach:
    """A pod that is not isolated breaks it even where the other end happens to deny every flow."""
    open_ = situation.covered & ~isolated(situation.scene, direction)
    if not open_:
        return Breach()
    peers = situation.everyone & ~situation.host
    ends = (open_, peers) if direction is Direction.EGRESS else (peers, open_)
    names = list(named(situation, open_))
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    found = situation.forbidding(product(*ends, EVERYTHING))
    reason = f"no rule puts {names[0]}{more} into default deny in this direction"
    return Breach(flows=found.flows, unsure=found.unsure, reason=reason)
