"""Defects of a release: which one has which, what they change, and that an answer says so."""

import pytest
from shop import WORKLOADS

from fakes.files import MemoryReader
from propolis.commands.ask import ask
from propolis.commands.diff import between_versions, diff
from propolis.commands.inputs import input_of
from propolis.model.flags import Flag
from propolis.model.report import Meaning
from propolis.model.settings import RELEASES, Defect, Settings, Version, version

BLOCK = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: block, namespace: shop}
spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}
"""
NO_API = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: no-api, namespace: shop}
spec:
  endpointSelector: {}
  ingress:
  - fromEndpoints: [{matchExpressions: [{key: "k8s:io.kubernetes.pod.namespace", operator: NotIn, values: [shop]}]}]
"""
ANYWHERE = Flag("policy-default-local-cluster", "false")
HERE = Flag("policy-default-local-cluster", "true")
ASKED = "shop/web -> shop/api:80"


def sources(policy: str):
    return MemoryReader({"w.yaml": WORKLOADS, "p.yaml": policy}).read(["w.yaml", "p.yaml"])


def told(policy: str, release: str, *flags: Flag):
    """What becomes of the flow in *release*, and the defects that its answer names."""
    report = ask(input_of(sources(policy), version(release), flags), [ASKED], ())
    (answer,) = report.answers
    facts = (*answer.egress.facts, *answer.ingress.facts)
    return answer.outcome, [defect for defect in Defect if any(defect.value in fact for fact in facts)]


@pytest.mark.parametrize(
    ("policy", "release", "flags", "outcome", "defects"),
    [
        (BLOCK, "1.19.0", (), "ALLOW", [Defect.IP_BLOCK_ADMITS_NAMESPACE]),
        (BLOCK, "1.19.4", (), "ALLOW", [Defect.IP_BLOCK_ADMITS_NAMESPACE]),
        (BLOCK, "1.19.4", (ANYWHERE,), "DENY", []),
        (BLOCK, "1.19.5", (), "DENY", []),
        (BLOCK, "1.19", (), "DENY", []),
        (BLOCK, "1.19", (Flag("defect", "ip-block-admits-namespace"),), "ALLOW", [Defect.IP_BLOCK_ADMITS_NAMESPACE]),
        (BLOCK, "1.19.4", (Flag("defect", "none"),), "DENY", []),
        (BLOCK, "1.18.3", (), "DENY", []),
        (BLOCK, "1.18.3", (HERE,), "ALLOW", []),
        (NO_API, "1.20", (ANYWHERE,), "ALLOW", [Defect.NEGATIVE_PEERS]),
        (NO_API, "1.20.0", (ANYWHERE,), "ALLOW", [Defect.NEGATIVE_PEERS]),
        (NO_API, "1.20", (), "DENY", []),
        (NO_API, "1.20", (ANYWHERE, Flag("defect", "none")), "DENY", []),
        (NO_API, "1.19", (ANYWHERE,), "DENY", []),
    ],
)  # fmt: skip
def test_a_release_has_its_defects_and_the_answer_names_the_one_that_decides(
    policy: str, release: str, flags: tuple[Flag, ...], outcome: str, defects: list[Defect]
):
    assert told(policy, release, *flags) == (outcome, defects)


def test_a_defect_beside_a_rule_that_allows_anyway_decides_nothing():
    everybody = (
        BLOCK
        + "---\n"
        + BLOCK.replace("block", "all").replace("{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}", "{}")
    )
    assert told(everybody, "1.19.4") == ("ALLOW", [])


def test_a_defect_is_named_beside_the_other_facts():
    authenticated = NO_API + "    authentication: {mode: required}\n"
    (answer,) = ask(input_of(sources(authenticated), version("1.20"), (ANYWHERE,)), [ASKED], ()).answers
    assert len(answer.ingress.facts) == 2
    assert "authentication" in answer.ingress.facts[0]
    assert Defect.NEGATIVE_PEERS.value in answer.ingress.facts[1]


def test_a_policy_that_a_defect_refuses_is_said_to_be():
    report = ask(input_of(sources(BLOCK), version("1.18"), (HERE,)), [ASKED], ())
    assert any("a defect of it" in problem.message for problem in report.problems)


def test_an_upgrade_of_a_release_shows_what_its_mended_defect_let_in():
    found = diff(between_versions(sources(BLOCK), Version(1, 19, 4), Version(1, 19, 5)), 20)
    assert found.comparison.meaning is Meaning.NARROWED
    assert "Cilium 1.19.4 to 1.19.5" in found.summary


def test_a_release_newer_than_is_known_is_judged_as_the_newest_and_said_to_be():
    read = input_of(sources(NO_API), version("1.20.99"))
    (problem,) = [problem for problem in read.problems if problem.code == "unknown-release"]
    assert (problem.severity, problem.help) == ("warning", "it is judged as Cilium 1.20.2")
    assert told(NO_API, "1.20.99", ANYWHERE) == told(NO_API, "1.20.2", ANYWHERE)


@pytest.mark.parametrize("series", RELEASES)
def test_a_minor_version_stands_for_its_newest_release_and_comes_before_all(series: Version):
    newest = Version(series.major, series.minor, RELEASES[series].newest)
    shown = [
        {d for d in Defect if Settings(version=v, default_local_cluster=True).has(d)}
        for v in (series, newest)
    ]
    assert shown[0] == shown[1]
    assert series < Version(series.major, series.minor, 0) < Version(series.major, series.minor + 1)


@pytest.mark.parametrize("text", ["1.19.x", "1.19.4.1", "1.20.0-rc.1", "1.", "1.19.", "1.19.10000", "2.19.1"])
def test_what_is_no_release_is_none(text: str):
    assert version(text) is None


@pytest.mark.parametrize("text", ["1.19", "v1.19", "1.19.4", " v1.19.4 "])
def test_a_version_is_told_as_it_was_named(text: str):
    assert str(version(text)) == text.strip().removeprefix("v")
