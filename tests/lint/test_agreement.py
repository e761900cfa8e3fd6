"""What rules find by asking about single connections is what the symbolic engine says about all of them."""

import json
import random
from collections.abc import Iterator, Sequence

import pytest

from lint.reading import evidence
from propolis.algebra.records import ALL
from propolis.algebra.traffic import TrafficSet
from propolis.lint.connections import one_of
from propolis.lint.engine import OPPOSITE, Engine
from propolis.lint.linting import findings
from propolis.model.policy import Direction, Effect, EndpointsPeer, PortRule
from propolis.model.rule import Rule, Tier
from propolis.model.settings import Settings, Version
from propolis.model.verdict import Outcome
from propolis.model.world import Role
from propolis.peers.selectors import meets
from propolis.semantics import symbolic

APPS = ("a", "b", "c")
ALLOWS = (("ingress", "fromEndpoints"), ("egress", "toEndpoints"))
DENIES = (("ingressDeny", "fromEndpoints"), ("egressDeny", "toEndpoints"))
PORTS = ('"80"', '"443"', '"80", endPort: 90', '"85", endPort: 8080', '"0"')


def policy(chance: random.Random, number: int, sections: Sequence[tuple[str, str]]) -> str:
    lines = [
        "apiVersion: cilium.io/v2",
        "kind: CiliumNetworkPolicy",
        f"metadata: {{name: p{number}, namespace: shop}}",
        f"spec:\n  endpointSelector: {{matchLabels: {{app: {chance.choice(APPS)}}}}}",
    ]
    for section, peers in sections:
        if chance.random() < 0.7:
            lines.append(f"  {section}:")
            lines += item(chance, peers)
            lines += item(chance, peers)
    return "\n".join(lines) + ("\n" if len(lines) > 4 else "\n  ingress: [{}]\n")


def item(chance: random.Random, peers: str) -> list[str]:
    app = chance.choice([*APPS, ""])
    selector = f"matchLabels: {{app: {app}}}" if app else ""
    lines = [f"  - {peers}: [{{{selector}}}]"]
    if chance.random() < 0.8:
        lines.append(f"    toPorts: [{{ports: [{{port: {chance.choice(PORTS)}, protocol: TCP}}]}}]")
    return lines


def bundle(chance: random.Random, sections: Sequence[tuple[str, str]] = ALLOWS) -> str:
    pods = [
        "apiVersion: v1\nkind: Pod\n"
        f"metadata: {{name: {app}, namespace: shop, labels: {{app: {app}}}}}\nspec: {{containers: []}}\n"
        for app in APPS
    ]
    return "---\n".join(
        [*pods, *(policy(chance, number, sections) for number in range(chance.randint(1, 4)))]
    )


def traffic(rule: Rule) -> TrafficSet:
    """The traffic that *rule* names."""
    if rule.ports is None:
        return symbolic.EVERYTHING
    found = TrafficSet({})
    for clause in rule.ports:
        assert isinstance(clause, PortRule)
        for port in clause.ports or ():
            low = int(port.port)
            high = 65535 if low == 0 else max(low, port.end_port)
            found |= TrafficSet({port.protocol: [(low, high, ALL)]})
    return found


def cut_rules(engine: Engine) -> Iterator[tuple[str | int, ...]]:
    """The places of the items of which nothing passes, by the symbolic engine. There are no denies here."""
    everyone = engine.everyone
    allowed = symbolic.decided(engine.ruleset, everyone).allowed
    pods = [position for position, endpoint in enumerate(everyone) if endpoint.role is Role.POD]
    for rule in engine.ruleset.rules:
        peers = [peer for peer in rule.peers or () if isinstance(peer, EndpointsPeer)]
        pairs = [
            (subject, peer)
            for subject in pods
            for peer in pods
            if subject != peer
            and everyone[subject].existing
            and meets(everyone[subject].labels, rule.subject)
            and any(meets(everyone[peer].labels, wanted.selector) for wanted in peers)
        ]
        ends = [pair if rule.direction is Direction.EGRESS else pair[::-1] for pair in pairs]
        passing = [end for end in ends if allowed.traffic(*end) & traffic(rule)]
        if not passing and any(everyone[peer].existing for _, peer in pairs):
            yield (rule.origin.document, *rule.origin.path)


@pytest.mark.parametrize("seed", range(60))
def test_cut_paths_are_those_of_the_symbolic_engine(seed: int) -> None:
    given = evidence(bundle(random.Random(seed)))
    expected = {given.documents[place[0]].span(place[1:]).line for place in cut_rules(given.engine)}  # type: ignore[index]
    found = {finding.span.line for finding in findings(given) if finding.rule == "cut-path"}
    assert found == expected


def test_the_bundles_hold_cut_paths_and_open_ones() -> None:
    counts = [len(list(cut_rules(evidence(bundle(random.Random(seed))).engine))) for seed in range(60)]
    assert min(counts) == 0
    assert max(counts) >= 3


TIERED = Settings(version=Version(1, 20, 0), k8s_cluster_network_policy=True)


def tier(chance: random.Random) -> str:
    """A policy of a tier, which goes before or behind those of Cilium."""
    app, action = chance.choice(APPS), chance.choice(("Accept", "Deny", "Pass"))
    peers = [{"pods": {"podSelector": {"matchLabels": {"app": app}}, "namespaceSelector": {}}}]
    item = {"action": action, "from": peers}
    spec = {"tier": chance.choice(("Admin", "Baseline")), "priority": 1, "subject": {"namespaces": {}}}
    spec["ingress"] = [item]
    header = {"apiVersion": "policy.networking.k8s.io/v1alpha2", "kind": "ClusterNetworkPolicy"}
    return json.dumps({**header, "metadata": {"name": "tier"}, "spec": spec})


def with_denies(seed: int) -> Engine:
    """Every third one has tiers."""
    chance = random.Random(seed)
    text = bundle(chance, (*ALLOWS, *DENIES))
    if seed % 3:
        return evidence(text).engine
    return evidence(f"{text}\n---\n{tier(chance)}\n", TIERED).engine


def is_answered(engine: Engine, rule: Rule, protocol: str, port: int) -> bool:
    """What `Engine.is_answered` says, connection by connection."""
    wanted = [peer.selector for peer in rule.peers or () if isinstance(peer, EndpointsPeer)]
    return any(
        engine.side(peer, subject, OPPOSITE[rule.direction], protocol, port).outcome is not Outcome.DENY
        for peer in engine.possible_pods(wanted)
        for subject in engine.matching_pods([rule.subject])
        if subject is not peer
    )


def answers(engine: Engine) -> Iterator[tuple[Rule, tuple[str, int], bool]]:
    for rule in engine.ruleset.rules:
        probe = one_of(rule)
        if rule.effect is Effect.ALLOW and probe:
            yield rule, probe, is_answered(engine, rule, *probe)


@pytest.mark.parametrize("seed", range(40))
def test_what_the_other_end_answers_is_what_the_reference_engine_says(seed: int) -> None:
    engine = with_denies(seed)
    for rule, probe, expected in answers(engine):
        assert engine.is_answered(rule, *probe) is expected, (rule, probe)


@pytest.mark.parametrize("seed", range(40))
def test_rules_under_a_deny_are_those_whose_every_pod_has_one(seed: int) -> None:
    engine = with_denies(seed)
    for rule in engine.ruleset.rules:
        subjects = engine.matching_pods([rule.subject])
        expected = all(engine.denying(subject, rule.direction) for subject in subjects)
        assert engine.is_under_deny(rule) is expected


def test_the_bundles_hold_tiers() -> None:
    rules = [rule for seed in range(40) for rule in with_denies(seed).ruleset.rules]
    assert {Tier.ADMIN, Tier.NORMAL, Tier.BASELINE} <= {rule.tier for rule in rules}


def test_the_bundles_hold_answers_of_both_kinds() -> None:
    found = [said for seed in range(40) for *_, said in answers(with_denies(seed))]
    assert found.count(True) > 20
    assert found.count(False) > 20
