"""A second ruleset in the same world: what policies come to that both sides have is not made again."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from propolis.model.policy import Policy
from propolis.model.rule import Rule
from propolis.model.settings import Settings
from propolis.model.world import World
from propolis.semantics.ruleset import Rejection, Ruleset, ruleset


class Beside(msgspec.Struct, frozen=True, eq=False):
    """*twins*: a rule of *rules*, by its id(), → the rule of the first ruleset that differs in its document at most.

    *rules* and the first ruleset keep all of them, so that no other object is given an id.
    """

    rules: Ruleset
    twins: Mapping[int, Rule]


class _Made(msgspec.Struct, frozen=True, eq=False):
    """What one policy comes to."""

    policy: Policy
    rules: Sequence[Rule]
    rejection: Rejection | None


def beside(
    first: Ruleset, its: Sequence[Policy], policies: Sequence[Policy], world: World, settings: Settings
) -> Beside:
    """The rules of *policies*; *first* are those of the policies *its*.

    Law: its rules are `ruleset(policies, world, settings)`.
    """
    if settings != first.settings or first.ignored or _matters(world) != _matters(first.world):
        return Beside(ruleset(policies, world, settings), {})
    known = {_key(made.policy): made for made in _made(first, its)}
    fresh = [policy for policy in policies if not _is_same(policy, known.get(_key(policy)))]
    own = ruleset(fresh, world, settings)
    if own.ignored:
        return Beside(ruleset(policies, world, settings), {})
    makings = {id(made.policy): made for made in _made(own, fresh)}
    rules: list[Rule] = []
    rejections: list[Rejection] = []
    twins: dict[int, Rule] = {}
    for position, policy in enumerate(policies):
        made = makings.get(id(policy))
        if made is None:
            made = known[_key(policy)]
            moved = made.rules if policy.document == made.policy.document else _moved(made.rules, policy)
            twins.update((id(rule), twin) for rule, twin in zip(moved, made.rules, strict=True))
            rules += moved
        else:
            rules += made.rules
        if made.rejection:
            rejections.append(msgspec.structs.replace(made.rejection, policy=position))
    found = Ruleset(tuple(rules), tuple(rejections), settings, world, own.port_names)
    return Beside(found, twins)


def _matters(world: World) -> object:
    """What the rules of a policy depend on besides the policy."""
    return world.services, world.group_prefixes, world.knows_nodes


def _key(policy: Policy) -> tuple[str, str, str]:
    return policy.kind.value, policy.namespace, policy.name


def _is_same(policy: Policy, made: _Made | None) -> bool:
    if made is None:
        return False
    return msgspec.structs.replace(policy, document=made.policy.document) == made.policy


def _made(rules: Ruleset, policies: Sequence[Policy]) -> Iterator[_Made]:
    """The policies of *rules*, whose rules stand in their order. Of two with one name the second is in force."""
    rejections = {rejection.policy: rejection for rejection in rules.rejections}
    start = 0
    for position, policy in enumerate(policies):
        end = start
        while end < len(rules.rules) and _stems_from(rules.rules[end], policy):
            end += 1
        yield _Made(policy, rules.rules[start:end], rejections.get(position))
        start = end


def _stems_from(rule: Rule, policy: Policy) -> bool:
    origin = rule.origin
    return origin.document == policy.document and origin.path[: len(policy.base)] == policy.base


def _moved(rules: Sequence[Rule], policy: Policy) -> Sequence[Rule]:
    """*rules*, written in the document of *policy*."""
    replace = msgspec.structs.replace
    return [replace(rule, origin=replace(rule.origin, document=policy.document)) for rule in rules]
