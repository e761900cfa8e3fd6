"""What rules say: the same wherever and in whatever order it is written, and whoever knows which rules are twins."""

from typing import Any

import msgspec
import pytest

from agreement.worlds import Draw, policies, settings, world
from diff.told import policies as written
from propolis.commands.inputs import input_of
from propolis.model.rule import Rule
from propolis.model.settings import NEWEST, Settings
from propolis.semantics.beside import beside
from propolis.semantics.ruleset import Ruleset, ruleset
from propolis.semantics.sayings import Sayings, said

SEEDS = 60
replace = msgspec.structs.replace


def rules_of(seed: int) -> Ruleset:
    draw = Draw(seed)
    chosen = settings(draw)
    return ruleset(policies(draw, chosen), world(draw), chosen)


def elsewhere(value: Any) -> Any:
    """*value* with every place in it another one."""
    if isinstance(value, tuple):
        return tuple(map(elsewhere, value))
    if not isinstance(value, msgspec.Struct):
        return value
    found = {name: getattr(value, name) for name in value.__struct_fields__}
    places = {name for name, held in found.items() if name in ("path", "where") and isinstance(held, tuple)}
    return replace(
        value, **{n: ("elsewhere",) if n in places else elsewhere(held) for n, held in found.items()}
    )


def rewritten(rule: Rule) -> Rule:
    moved = elsewhere(rule)
    return replace(moved, peers=moved.peers and moved.peers[::-1], ports=moved.ports and moved.ports[::-1])


def test_what_is_written_elsewhere_and_in_another_order_says_the_same():
    clauses = set()
    for seed in range(SEEDS):
        old = rules_of(seed)
        new = replace(old, rules=tuple(map(rewritten, old.rules)))
        sayings = Sayings(old, new, {})
        assert sayings.changed == ()
        for mine, theirs in zip(old.rules, new.rules, strict=True):
            assert sayings.of([mine]) == sayings.of([theirs])
            clauses |= {type(clause).__name__ for clause in mine.ports or ()}
            clauses |= {"http" for clause in mine.ports or () if "HttpRule" in repr(clause)}
            clauses |= {"dns" for clause in mine.ports or () if "DnsRule" in repr(clause)}
    assert clauses == {"PortRule", "IcmpRule", "http", "dns"}


PORTS = {"ports": [{"port": "80", "protocol": "TCP"}]}


def rule_of(item: dict[str, Any], section: str = "egress") -> Rule:
    spec = {"endpointSelector": {"matchLabels": {"app": "web"}}, section: [item]}
    given = input_of(written([{"name": "p", "spec": spec}], "policies"), NEWEST)
    (rule,) = ruleset(given.manifests.policies, given.manifests.world, given.settings).rules
    return rule


@pytest.mark.parametrize(
    ("item", "other"),
    [
        ({"toPorts": [PORTS]}, {"toPorts": [{"ports": [{"port": "81", "protocol": "TCP"}]}]}),
        ({"toPorts": [PORTS]}, {"toPorts": [{"ports": [{"port": "80", "protocol": "UDP"}]}]}),
        ({"toPorts": [PORTS]}, {"toPorts": [{"ports": [{"port": "80", "protocol": "TCP", "endPort": 81}]}]}),
        ({"toPorts": [PORTS]}, {"toPorts": [{**PORTS, "rules": {"http": [{}]}}]}),
        (
            {"toPorts": [{**PORTS, "rules": {"http": [{"path": "/a"}]}}]},
            {"toPorts": [{**PORTS, "rules": {"http": [{"path": "/b"}]}}]},
        ),
        (
            {"toPorts": [{**PORTS, "rules": {"http": [{"path": "/a"}]}}]},
            {"toPorts": [{**PORTS, "rules": {"http": [{"path": "/a"}, {"path": "/b"}]}}]},
        ),
        (
            {"toPorts": [{**PORTS, "rules": {"dns": [{"matchName": "a.example"}]}}]},
            {"toPorts": [{**PORTS, "rules": {"dns": [{"matchName": "b.example"}]}}]},
        ),
        (
            {"toPorts": [{**PORTS, "rules": {"dns": [{"matchName": "a.example"}]}}]},
            {"toPorts": [{**PORTS, "rules": {"dns": [{"matchPattern": "a.example"}]}}]},
        ),
        ({"icmps": [{"fields": [{"type": 8}]}]}, {"icmps": [{"fields": [{"type": 0}]}]}),
        ({"icmps": [{"fields": [{"type": 8}]}]}, {"icmps": [{"fields": [{"type": 8, "family": "IPv6"}]}]}),
        ({"icmps": [{"fields": [{"type": 8}]}]}, {"icmps": [{}]}),
        ({"toEntities": ["host"]}, {"toEntities": ["world"]}),
        ({"toEntities": ["host"]}, {"toEntities": ["host"], "toPorts": [PORTS]}),
        ({"toPorts": [PORTS]}, {"toEndpoints": [], "toPorts": [PORTS]}),
        ({"toEntities": ["host"]}, {"toEntities": ["host"], "authentication": {"mode": "required"}}),
    ],
)
def test_what_is_not_the_same_is_told(item: dict[str, Any], other: dict[str, Any]):
    mine, theirs = rule_of(item), rule_of(other)
    old, new = (replace(rules_of(0), rules=(rule,)) for rule in (mine, theirs))
    sayings = Sayings(old, new, {})
    assert len(sayings.changed) == 2
    assert sayings.of([mine]) != sayings.of([theirs])


@pytest.mark.parametrize("seed", range(SEEDS))
def test_to_know_twins_changes_nothing(seed: int):
    """Rules of *new* that stand beside their twins, are gone, or are there once more under another name."""
    draw = Draw(seed)
    chosen = settings(draw)
    first, cluster = policies(draw, chosen), world(draw)
    again = replace(draw.one(first), name="again", document=9)
    moved = [replace(policy, document=policy.document + 20 * (seed // 12 % 2)) for policy in first]
    after = [*moved[seed % 2 :], *((again,) if seed % 3 else ()), *policies(draw, chosen)[: seed % 4 // 2]]
    old = ruleset(first, cluster, chosen)
    found = beside(old, first, after, cluster, chosen)
    new = found.rules
    knowing, plain = Sayings(old, new, found.twins), Sayings(old, new, {})
    assert len(knowing.changed) == len(plain.changed)
    assert set(knowing.changed) == set(plain.changed)
    for subject in (None, *{rule.subject for rule in (*old.rules, *new.rules)}):
        mine, theirs = (
            [rule for rule in rules.rules if subject in (None, rule.subject)] for rules in (old, new)
        )
        assert (knowing.of(mine) == knowing.of(theirs)) == (plain.of(mine) == plain.of(theirs))
        assert knowing.are_twins(mine, theirs) == (
            len(mine) == len(theirs)
            and all(found.twins.get(id(new)) is old for old, new in zip(mine, theirs, strict=True))
        )


def test_under_other_settings_every_rule_may_mean_something_else():
    old, other = rules_of(3), rules_of(4)
    assert old.rules and other.rules
    flipped = Settings(host_firewall=not old.settings.host_firewall)
    same = Sayings(old, replace(old, settings=flipped), {})
    assert set(same.changed) == set(map(said, old.rules))
    both = Sayings(old, replace(other, settings=flipped), {})
    assert set(both.changed) == set(map(said, (*old.rules, *other.rules)))
