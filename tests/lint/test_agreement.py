"""What rules find by asking about single connections is what the symbolic engine says about all of them."""

import random
from collections.abc import Iterator

import pytest

from lint.reading import evidence
from propolis.algebra.records import ALL
from propolis.algebra.traffic import TrafficSet
from propolis.lint.engine import Engine
from propolis.lint.linting import findings
from propolis.model.policy import Direction, EndpointsPeer, PortRule
from propolis.model.rule import Rule
from propolis.model.world import Role
from propolis.peers.selectors import meets
from propolis.semantics import symbolic

APPS = ("a", "b", "c")
PORTS = ('"80"', '"443"', '"80", endPort: 90', '"85", endPort: 8080', '"0"')


def policy(chance: random.Random, number: int) -> str:
    lines = [
        "apiVersion: cilium.io/v2",
        "kind: CiliumNetworkPolicy",
        f"metadata: {{name: p{number}, namespace: shop}}",
        f"spec:\n  endpointSelector: {{matchLabels: {{app: {chance.choice(APPS)}}}}}",
    ]
    for section, peers in (("ingress", "fromEndpoints"), ("egress", "toEndpoints")):
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


def bundle(chance: random.Random) -> str:
    pods = [
        "apiVersion: v1\nkind: Pod\n"
        f"metadata: {{name: {app}, namespace: shop, labels: {{app: {app}}}}}\nspec: {{containers: []}}\n"
        for app in APPS
    ]
    return "---\n".join([*pods, *(policy(chance, number) for number in range(chance.randint(1, 4)))])


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
