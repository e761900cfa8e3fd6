"""What an object comes to for both engines, as a table: `translated.yaml`.

A case is the text of an object, with Services or other objects of the world behind it, and the rules that come of it,
each written as a line, by release where releases differ.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
import yaml

from propolis.manifest import Source, read
from propolis.model.labels import Operator, Requirement, Selector
from propolis.model.policy import (
    CidrGroupPeer,
    CidrPeer,
    Direction,
    EndpointsPeer,
    EntityPeer,
    FqdnPeer,
    IcmpRule,
    NodesPeer,
    Peer,
    PortRule,
)
from propolis.model.rule import Rule, Tier
from propolis.semantics.translate import rules
from truth.test_vectors import settings

FILE = Path(__file__).parent / "translated.yaml"
_WORDS = {Operator.IN: "in", Operator.NOT_IN: "not in"}


@cache
def cases() -> list[tuple[str, str, dict, list[str]]]:
    found = []
    for case in yaml.safe_load(FILE.read_text()):
        for some, lines in case["rules"].items():
            for named in some.split():
                found.append((f"{named}: {case['rule']}", named, case, lines or []))
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: case[0])
def test_an_object_comes_to_the_rules_of_the_table(case: tuple[str, str, dict, list[str]]):
    _, named, written, lines = case
    assert translated(written, named) == lines


def translated(written: dict, named: str) -> list[str]:
    chosen = settings({**written, "cilium": named})
    manifests = read((Source("object.yaml", written["object"]),), chosen.version)
    groups = written.get("groups")
    world = msgspec.structs.replace(
        manifests.world,
        group_prefixes=None if groups is None else tuple(groups),
        knows_nodes=written.get("nodes", False),
    )
    (policy,) = manifests.policies
    assert not policy.refusals, policy.refusals
    return [" ".join(_told(rule)) for rule in rules(policy, world, chosen)]


def _told(rule: Rule) -> Iterator[str]:
    if rule.tier is not Tier.NORMAL:
        yield f"{rule.tier.name} {rule.priority:g}:"
    way = "from" if rule.direction is Direction.INGRESS else "to"
    yield f"{'nodes' if rule.nodes else 'pods'} {_selector(rule.subject)} {rule.effect.value} {way}"
    yield "nobody" if rule.peers is None else ", ".join(map(_peer, rule.peers)) or "whoever"
    for clause in rule.ports or ():
        yield "at " + ("ICMP" if isinstance(clause, IcmpRule) else " ".join(_ports(clause)))
    if not rule.default_deny:
        yield "(without default deny)"
    for name in ("authentication", "unknown", "unsettles"):
        if value := getattr(rule, name):
            yield f"({name}: {value})"
    if rule.defect:
        yield f"(defect {rule.defect.name})"


def _selector(selector: Selector) -> str:
    return "{" + ", ".join(map(_requirement, selector.requirements)) + "}"


def _requirement(each: Requirement) -> str:
    key = f"{each.source}:{each.key}"
    match each.operator:
        case Operator.EQUALS:
            return f"{key}={each.values[0]}"
        case Operator.EXISTS:
            return key
        case Operator.DOES_NOT_EXIST:
            return f"no {key}"
        case _:
            return f"{key} {_WORDS[each.operator]} {'|'.join(each.values)}"


def _peer(peer: Peer) -> str:
    match peer:
        case EndpointsPeer(selector):
            return _selector(selector)
        case NodesPeer(selector):
            return f"nodes {_selector(selector)}"
        case EntityPeer(name):
            return name
        case CidrPeer(prefix, excepts, from_set):
            return "".join((prefix, *(f" but {text}" for text in excepts), "" if from_set else " of a list"))
        case FqdnPeer(name, pattern):
            return f"name {name or pattern}"
        case CidrGroupPeer(ref):
            return f"group {ref}"
        case _:
            return type(peer).__name__


def _ports(clause: PortRule) -> Iterator[str]:
    for port in clause.ports or ():
        end = f"-{port.end_port}" if port.end_port else ""
        yield f"{port.port}{end}{'/' if port.protocol else ''}{port.protocol}"
    if clause.rules is not None:
        yield "with rules"
    if clause.server_names:
        yield f"for {' '.join(clause.server_names)}"
    if clause.listener:
        yield f"by {clause.listener.name}"
