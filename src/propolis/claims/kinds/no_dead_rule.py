"""Every rule changes something: without it some flow would be decided differently."""

from collections.abc import Iterator, Sequence

from propolis.algebra.flows import Bitset
from propolis.claims.situation import Breach, Situation, Stated
from propolis.model.policy import Direction, Effect, PortRule
from propolis.model.rule import Origin, Rule
from propolis.model.world import Endpoint
from propolis.semantics.symbolic import Patch, isolated, side

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
        closed = isolated(situation.scene, direction)
        for position, subject in enumerate(situation.endpoints):
            rules, every = situation.scene.selecting(position, direction), situation.scene.every(position)
            key = direction, every, subject.ports, subject.role
            if key in seen:
                continue
            seen.add(key)
            if closed >> position & 1 and not situation.scene.clashes(position):
                alive |= {rule.origin for rule in _plainly_alive(situation, subject, direction, rules)}
            doubted = {rule.origin for rule in rules} - alive
            whole = _side(situation, subject, direction, rules, every) if doubted else None
            for origin in doubted:
                rest, others = (tuple(one for one in some if one.origin != origin) for some in (rules, every))
                if _side(situation, subject, direction, rest, others) != whole:
                    alive.add(origin)
    return alive


def _plainly_alive(
    situation: Situation, subject: Endpoint, direction: Direction, rules: Sequence[Rule]
) -> set[Rule]:
    """Those of *rules* without which a peer that no other rule names would be left with nothing.

    The usual case, told without deciding anything: the direction is in default deny with or without the rule, the
    peer is not one that is let in anyway, and what the rule lets through is not changed by any other.
    """
    scene = situation.scene
    if (
        scene.tiered
        or sum(rule.default_deny for rule in rules) < 2
        or not scene.undecidable.isdisjoint(map(id, rules))
    ):
        return set()
    once = twice = 0
    named: list[tuple[Rule, Bitset]] = []
    for rule in rules:
        among = 0
        plain = rule.effect is Effect.ALLOW
        for patch in scene.patches(rule, subject, direction):
            among |= patch.among
            plain &= bool(patch.traffic) and _is_plain(patch)
        twice |= once & among
        once |= among
        if plain:
            named.append((rule, among))
    alone = once & ~twice & ~scene.nodes
    return {rule for rule, among in named if among & alone}


def _is_plain(patch: Patch) -> bool:
    """Whether a peer that this patch alone names gets its traffic, and nothing else."""
    return not patch.parser or (
        patch.parser == "http" and isinstance(patch.ports, PortRule) and not patch.ports.tls
    )


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
