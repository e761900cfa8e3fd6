"""What would have to change for the other answer: each step in words, with the lines that it is about."""

import pytest
from shop import CLUSTER_POLICIES, PASSED, POLICY, WORKLOADS, policy

from fakes.files import MemoryReader
from propolis.commands.ask import ask
from propolis.commands.inputs import input_of
from propolis.model.report import Remedy
from propolis.model.settings import Version
from propolis.semantics.explain import explained

DENY = policy("deny", "api", "  ingressDeny:\n  - fromEntities: [world]\n")
OPEN = policy("open", "api", "  ingress:\n  - fromEntities: [world]\n")
CLOSED = policy("closed", "web", "  egress: [{}]\n")
ALLOW = policy("allow", "web", '  egress:\n  - toPorts: [{ports: [{port: "8080"}]}]\n')
CLOUD = policy("cloud", "web", "  egress:\n  - toGroups: [{aws: {securityGroupsNames: [x]}}]\n")
CLOUD_DENIED = CLOUD.replace("name: cloud", "name: shut").replace("egress:", "egressDeny:")
WORLD_DENIED = policy("world", "web", "  egressDeny:\n  - toEntities: [world]\n")
TIERS = PASSED.replace("name: pass", "name: tier").replace("action: Pass", "action: VERDICT")
OPEN_ALL = OPEN.replace("world", "cluster")


def steps(question: str, *policies: str) -> tuple[Remedy, ...]:
    reader = MemoryReader({"world.yaml": WORKLOADS, "policy.yaml": "".join(policies)})
    given = input_of(reader.read(["world.yaml", "policy.yaml"]), Version(1, 20), (CLUSTER_POLICIES,))
    (answer,) = ask(given, [question], (), explained).answers
    return answer.remedies


@pytest.mark.parametrize(
    ("question", "policies", "told"),
    [
        # to allow it
        ("world -> shop/api:8080", (OPEN, DENY),
         [("ingress", "these deny rules have to go, or to leave ingress from world on 8080/tcp out", "deny")]),
        ("world -> shop/api:8080", (DENY,), [
            ("ingress", "these deny rules have to go, or to leave ingress from world on 8080/tcp out", "deny"),
            ("ingress", "an allow rule for ingress from world on 8080/tcp is missing beside the rules that switch "
             "default deny on", "deny"),
        ]),
        ("shop/web -> world:53/udp", (CLOSED,),
         [("egress", "an allow rule for egress to world on 53/udp is missing beside the rules that switch default "
           "deny on", "closed")]),
        ("shop/web -> shop/api:8080 PUT /orders", (POLICY,),
         [("ingress", "one of these rules for ingress from shop/web on 8080/tcp has to let the request through",
           "api")]),
        ("shop/web -> shop/api:8081 GET /", (POLICY, CLOSED), [
            ("egress", "an allow rule for egress to shop/api on 8081/tcp is missing beside the rules that switch "
             "default deny on", "closed"),
            ("ingress", "an allow rule for ingress from shop/web on 8081/tcp is missing beside the rules that switch "
             "default deny on", "api"),
        ]),
        ("shop/web -> 192.0.2.1:80", (CLOUD,),
         [("egress", "what cannot be decided has to be told or to go: the addresses of a cloud provider's group are "
           "not known", "cloud")]),
        ("shop/web -> 192.0.2.1:80", (CLOUD_DENIED,), [
            ("egress", "these deny rules have to go, or to leave egress to 192.0.2.1/32 on 80/tcp out", "shut"),
            ("egress", "an allow rule for egress to 192.0.2.1/32 on 80/tcp is missing beside the rules that switch "
             "default deny on", "shut"),
        ]),
        ("shop/web -> 192.0.2.1:80", (CLOUD, CLOUD_DENIED, WORLD_DENIED), [
            ("egress", "these deny rules have to go, or to leave egress to 192.0.2.1/32 on 80/tcp out", "shut,world"),
            ("egress", "what cannot be decided has to be told or to go: the addresses of a cloud provider's group "
             "are not known", "cloud"),
        ]),
        ("shop/web -> shop/api:80", (TIERS.replace("VERDICT", "Deny"), DENY.replace("world", "cluster"), OPEN_ALL), [
            ("ingress", "these deny rules have to go, or to leave ingress from shop/web on 80/tcp out", "tier"),
            ("ingress", "these deny rules have to go, or to leave ingress from shop/web on 80/tcp out", "deny"),
        ]),
        # to deny it
        ("shop/web -> shop/api:80", (TIERS.replace("VERDICT", "Accept"), OPEN_ALL), [
            ("egress", "a policy has to put shop/web into egress default deny, or to deny egress to shop/api on 80/tcp",
             ""),
            ("ingress", "these rules have to go, or to leave ingress from shop/web on 80/tcp out", "tier"),
            ("ingress", "these rules have to go, or to leave ingress from shop/web on 80/tcp out", "open"),
        ]),
        ("shop/web -> shop/api:8080", (ALLOW, OPEN.replace("world", "cluster")), [
            ("egress", "these rules have to go, or to leave egress to shop/api on 8080/tcp out", "allow"),
            ("ingress", "these rules have to go, or to leave ingress from shop/web on 8080/tcp out", "open"),
        ]),
        ("shop/web -> shop/api:8080", (POLICY,), [
            ("egress", "a policy has to put shop/web into egress default deny, or to deny egress to shop/api on "
             "8080/tcp", ""),
            ("ingress", "these rules have to go, or to leave ingress from shop/web on 8080/tcp out", "api"),
        ]),
        ("world -> shop/web:80", (), [
            ("egress", "no policy can stop it at this end: none applies to world", ""),
            ("ingress", "a policy has to put shop/web into ingress default deny, or to deny ingress from world on "
             "80/tcp", ""),
        ]),
        ("host -> shop/api:22", (POLICY,), [
            ("egress", "no policy can stop it at this end: none applies to host", ""),
            ("ingress", "a deny rule has to cover ingress from host on 22/tcp: a node may otherwise always reach its "
             "own pods", ""),
        ]),
        ("host -> shop/api:22", (OPEN.replace("world", "host"),), [
            ("egress", "no policy can stop it at this end: none applies to host", ""),
            ("ingress", "these rules have to go, or to leave ingress from host on 22/tcp out", "open"),
            ("ingress", "a deny rule has to cover ingress from host on 22/tcp: a node may otherwise always reach its "
             "own pods", ""),
        ]),
    ],
)  # fmt: skip
def test_each_step_is_told_with_its_lines(
    question: str, policies: tuple[str, ...], told: list[tuple[str, str, str]]
):
    found = [
        (step.direction, step.sentence, ",".join(line.policy.rpartition("/")[2] for line in step.lines))
        for step in steps(question, *policies)
    ]
    assert found == told


def test_where_tiers_were_passed_a_rule_is_missing_behind_them():
    (step,) = steps("shop/web -> shop/api:80", POLICY, PASSED)
    assert step.sentence == (
        "a rule has to allow ingress from shop/web on 80/tcp, because no rule allows it behind the tiers that were "
        "passed"
    )
