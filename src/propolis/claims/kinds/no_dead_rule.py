"""Every rule changes something: without it some flow would be decided differently."""

from collections.abc import Iterator, Sequence

from propolis.claims.situation import Breach, Situation, Stated
from propolis.model.policy import Direction
from propolis.model.rule import Origin, Rule
from propolis.model.world import Endpoint
from propolis.semantics.symbolic import side

NAME = "no-dead-rule"
_MOST_NAMED = 3


def claims(situation: Situation) -> Iterator[Stated]:
    alive = _alive(situation)
    origins = dict.fromkeys(rule.origin for rule in situation.scene.ruleset.rules)
    dead = [origin for origin in origins if origin not in alive]
    yield Stated("every rule decides about some flow", Breach(reason=_reason(dead)))


def _alive(situation: Situation) -> set[Origin]:
    """Where the rules were written without which some endpoint's policy would be another; one item may be several."""
    alive: set[Origin] = set()
    seen: set[object] = set()
    for direction in (Direction.EGRESS, Direction.INGRESS):
        for position, subject in enumerate(situation.endpoints):
            rules, every = situation.scene.selecting(position, direction), situation.scene.every(position)
            key = direction, every, subject.ports, subject.role
            if key in seen:
                continue
            seen.add(key)
            whole = _side(situation, subject, direction, rules, every)
            for origin in {rule.origin for rule in rules} - alive:
                rest, others = (tuple(one for one in some if one.origin != origin) for some in (rules, every))
                if _side(situation, subject, direction, rest, others) != whole:
                    alive.add(origin)
    return alive


def _side(
    situation: Situation,
    subject: Endpoint,
    direction: Direction,
    rules: Sequence[Rule],
    every: Sequence[Rule],
) -> object:
    return side(situation.scene, subject, direction, rules, situation.scene.clash(every))


def _reason(dead: list[Origin]) -> str:
    if not dead:
        return ""
    named = [f"{origin.policy} {'.'.join(map(str, origin.path))}" for origin in dead[:_MOST_NAMED]]
    more = f" and {len(dead) - _MOST_NAMED} more" if len(dead) > _MOST_NAMED else ""
    return f"without {'; '.join(named)}{more} every flow is decided the same"
