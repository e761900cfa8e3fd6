"""What a verdict tells beside its outcome: which rules decided, and no facts that are not there."""

import pytest

from propolis.commands.questions import Question, question
from propolis.manifest import Source, read
from propolis.model.flow import Flow
from propolis.model.settings import Settings, Version
from propolis.model.verdict import Side, Why
from propolis.semantics import reference
from propolis.semantics.endpoints import endpoints
from propolis.semantics.ruleset import ruleset
from truth.test_vectors import SHOP

POLICY = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
"""
WORLD = "toEntities: [world], toPorts: [{ports: [{port: '443', protocol: TCP}]"


def egress(
    items: list[str], text: str = "shop/web -> world:443", *, before: str = "", after: str = ""
) -> Side:
    settings = Settings(version=Version(1, 19))
    body = POLICY + before + "  egress:\n" + "".join(f"    - {{{item}}}\n" for item in items) + after
    manifests = read((Source("shop.yaml", SHOP), Source("policies.yaml", body)), settings.version)
    rules = ruleset(manifests.policies, manifests.world, settings)
    assert not rules.rejections
    ends = {endpoint.name: endpoint for endpoint in endpoints(rules)}
    asked = question(text, "question")
    assert isinstance(asked, Question)
    flow = Flow(ends[asked.source], ends[asked.destination], asked.protocol, asked.port, asked.request)
    return reference.verdict(rules, flow).egress


def places(side: Side) -> list[int | str]:
    return [origin.path[2] for origin in side.rules]


@pytest.mark.parametrize(
    "items",
    [
        [
            f"{WORLD}}}], authentication: {{mode: required}}",
            f"{WORLD}}}], authentication: {{mode: disabled}}",
        ],
        [f"{WORLD}, serverNames: [a.b]}}]", f"{WORLD}, rules: {{http: [{{}}]}}}}]", f"{WORLD}}}]"],
        [
            f"{WORLD}, terminatingTLS: {{secret: {{name: a}}}}}}]",
            f"{WORLD}, terminatingTLS: {{secret: {{name: b}}}}}}]",
        ],
    ],
)
def test_a_conflict_names_every_rule_that_takes_part(items: list[str]):
    side = egress([*items, "toEntities: [host]"])
    assert side.why is Why.UNDECIDED
    assert places(side) == list(range(len(items)))


def test_an_allow_names_the_rules_that_cover_the_flow_and_tells_no_facts_that_they_do_not_have():
    side = egress(["toEntities: [host]", f"{WORLD}}}]", "toEntities: [world]"])
    assert (side.why, places(side), side.facts, side.proxy, side.reason) == (Why.RULE, [1, 2], (), "", "")


def test_a_deny_names_the_denies_alone():
    side = egress(
        ["toEntities: [world]"], before="  egressDeny: [{toEntities: [world]}, {toEntities: [host]}]\n"
    )
    assert (side.why, [origin.path[1:] for origin in side.rules]) == (Why.RULE, [("egressDeny", 0)])


def test_default_deny_names_the_rules_that_switch_it_on():
    open_ = "---" + POLICY.replace("name: p", "name: q") + "  enableDefaultDeny: {egress: false}\n"
    side = egress(
        ["toEntities: [host]", "toEntities: [none]"], after=open_ + "  egress: [{toEntities: [health]}]\n"
    )
    assert side.why is Why.DEFAULT_DENY
    assert [(origin.policy, origin.path[2]) for origin in side.rules] == [
        ("CiliumNetworkPolicy/p", 0),
        ("CiliumNetworkPolicy/p", 1),
    ]


def test_a_refused_request_names_the_rules_that_were_asked():
    items = [f"{WORLD}, rules: {{http: [{{path: /{path}}}]}}}}]" for path in "xy"]
    side = egress([*items, "toEntities: [host]"], "shop/web -> world:443 GET /z")
    assert (side.why, places(side), side.proxy) == (Why.REQUEST, [0, 1], "http")


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ("rules: {http: [{}, {path: '('}]}", ("rules", "http", 1, "path")),
        ("rules: {http: [{method: '('}]}", ("rules", "http", 0, "method")),
        ("rules: {dns: [{matchName: a.b}]}", ("ports", 0)),
    ],
)
def test_a_refusal_stands_where_the_fault_is(item: str, path: tuple[str | int, ...]):
    port = "0" if "dns" in item else "443"
    body = POLICY + f"  egress: [{{toPorts: [{{ports: [{{port: '{port}', protocol: TCP}}], {item}}}]}}]\n"
    manifests = read((Source("policies.yaml", body),), Version(1, 19))
    (rejection,) = ruleset(manifests.policies, manifests.world, Settings(version=Version(1, 19))).rejections
    (refusal,) = rejection.reasons
    assert refusal.path == ("spec", "egress", 0, "toPorts", 0, *path)
