"""The agent's flags: on the command line, in the ConfigMap among the manifests, and what both come to."""

import re
from pathlib import Path

import pytest
from shop import WORKLOADS

from fakes.files import MemoryReader
from propolis.commands.ask import ask
from propolis.commands.check import check
from propolis.commands.diff import between_texts, between_versions, diff
from propolis.commands.inputs import input_of
from propolis.commands.ports import Sources
from propolis.manifest import Source
from propolis.model.flags import NAMES, Flag, Mistake, assigned, described
from propolis.model.report import Exit, Meaning
from propolis.model.settings import NEWEST, Defect, Enforcement, Settings, Version

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data:
  enable-policy: "always"
  bpf-policy-map-max: "16384"
  enable-ipv6: "true"
  labels: ""
"""
ASKED = "shop/web -> shop/api:8080"


def given(config: str, *flags: Flag, version: Version | None = None):
    texts = {"w.yaml": WORKLOADS, "config.yaml": config}
    return input_of(MemoryReader(texts).read(list(texts)), version, flags)


@pytest.mark.parametrize(
    ("name", "value", "field", "held"),
    [
        ("allow-localhost", "policy", "allow_localhost", False),
        ("allow-localhost", "auto", "allow_localhost", True),
        ("cluster-name", "east", "cluster", "east"),
        ("defect", "negative-peers", "defects", frozenset({Defect.NEGATIVE_PEERS})),
        ("enable-cilium-clusterwide-network-policy", "false", "cilium_clusterwide_network_policy", False),
        ("enable-cilium-network-policy", "F", "cilium_network_policy", False),
        ("enable-extended-ip-protocols", "true", "extended_ip_protocols", True),
        ("enable-host-firewall", "1", "host_firewall", True),
        ("enable-icmp-rules", "0", "icmp_rules", False),
        ("enable-ipv4", "false", "ipv4", False),
        ("enable-ipv6", "T", "ipv6", True),
        ("enable-k8s-cluster-network-policy", "TRUE", "k8s_cluster_network_policy", True),
        ("enable-k8s-networkpolicy", "False", "k8s_network_policy", False),
        ("enable-l7-proxy", "false", "l7_proxy", False),
        ("enable-node-selector-labels", "true", "node_selector_labels", True),
        ("enable-non-default-deny-policies", "false", "non_default_deny", False),
        ("enable-policy", "never", "enforcement", Enforcement.NEVER),
        ("policy-cidr-match-mode", "nodes,pods", "cidr_match_mode", frozenset({"nodes", "pods"})),
        ("policy-cidr-match-mode", "nodes", "cidr_match_mode", frozenset({"nodes"})),
        ("policy-cidr-match-mode", "", "cidr_match_mode", frozenset()),
        ("policy-default-local-cluster", "true", "default_local_cluster", True),
    ],
)
def test_every_flag_sets_its_field_and_is_told(name: str, value: str, field: str, held: object):
    before = Settings(version=NEWEST)
    after = assigned(before, Flag(name, value))
    assert isinstance(after, Settings)
    assert getattr(after, field) == held
    told = described(after)
    assert told.startswith("Cilium 1.20")
    assert (name in told) is (after != before)


def test_the_table_above_and_the_page_name_every_flag_and_defect():
    marks = test_every_flag_sets_its_field_and_is_told.pytestmark
    assert {row[0] for row in marks[0].args[1]} == set(NAMES)
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]*) \|", PAGE.read_text(), re.MULTILINE)
    defects = {defect.name.lower().replace("_", "-"): defect.value for defect in Defect}
    assert [name for name, _ in rows] == [*NAMES, *defects]
    assert dict(rows[len(NAMES) :]) == defects


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("enable-hostfirewall", "true", "did you mean `enable-host-firewall`?"),
        ("colour", "red", "known are allow-localhost, "),
        ("enable-policy", "sometimes", "it takes `default`, `always`, `never`"),
        ("enable-ipv6", "yes", "it takes `true`, `false`"),
        ("policy-cidr-match-mode", "world", "it takes `nodes`, `pods`"),
        ("defect", "typo", "`negative-peers`"),
        ("cluster-name", " ", "name the cluster"),
        ("labels", "k8s:app", "it changes which labels identities have"),
        ("x" * 10_000, "", "known are"),
    ],
)
def test_a_mistake_says_what_to_write(name: str, value: str, words: str):
    found = assigned(Settings(version=NEWEST), Flag(name, value))
    assert isinstance(found, Mistake)
    assert words in found.help


def test_cidrs_match_pods_from_1_20_on_only():
    found = assigned(Settings(version=Version(1, 19)), Flag("policy-cidr-match-mode", "pods"))
    assert isinstance(found, Mistake)
    assert found.message == "`pods` is no value of `policy-cidr-match-mode` of Cilium 1.19"


def test_the_config_map_among_the_manifests_sets_flags():
    read = given(CONFIG)
    assert (read.exit, read.settings.enforcement) == (Exit.KEPT, Enforcement.ALWAYS)
    assert read.settings.ipv6
    assert not [problem for problem in read.problems if problem.severity != "note"]
    report = ask(read, [ASKED], ())
    assert report.answers[0].outcome == "DENY"
    assert "Cilium 1.19, enable-policy=always, enable-ipv6=true" in report.summary


def test_a_named_flag_goes_before_the_config_map():
    read = given(CONFIG, Flag("enable-policy", "default"))
    assert read.settings.enforcement is Enforcement.DEFAULT
    assert read.settings.ipv6


def test_a_wrong_value_in_the_config_map_is_bad_input_with_its_line():
    read = given(CONFIG.replace('"always"', '"sometimes"'))
    (problem,) = [p for p in read.problems if p.code == "unknown-setting"]
    assert read.exit is Exit.BAD_INPUT
    assert problem.span is not None
    assert (problem.span.file, problem.span.line) == ("config.yaml", 5)


def test_what_the_config_map_sets_and_we_do_not_read_is_a_warning():
    read = given(CONFIG.replace('labels: ""', 'policy-audit-mode: "true"'))
    (problem,) = [p for p in read.problems if p.code == "unread-setting"]
    assert (problem.severity, read.exit) == ("warning", Exit.KEPT)


def test_other_config_maps_set_nothing():
    assert given(CONFIG.replace("cilium-config", "app-config")).settings == Settings()
    assert given(CONFIG.replace("apiVersion: v1", "apiVersion: example.org/v1")).settings == Settings()
    assert given(CONFIG.replace('"always"', "[always]")).settings.enforcement is Enforcement.DEFAULT


def test_check_judges_by_the_flags():
    policy = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: nodes, namespace: shop}
spec:
  endpointSelector: {}
  ingress: [{fromNodes: [{}]}]
"""

    def refused(*flags: Flag) -> bool:
        return "rejected-by-agent" in {p.code for p in ask(given(policy, *flags), [ASKED], ()).problems}

    assert refused()
    assert not refused(Flag("enable-node-selector-labels", "true"))
    texts = {"p.yaml": policy}
    read = input_of(MemoryReader(texts).read(["p.yaml"]), None, (Flag("enable-policy", "never"),))
    assert check(read).exit is Exit.BROKEN


def test_diff_takes_flags_and_sees_a_changed_config_map():
    world, none = Sources((Source("w", WORKLOADS),)), Sources(())
    always = Sources((Source("c", CONFIG.replace('enable-ipv6: "true"', "")),))
    assert diff(between_texts(none, always, world, None), 20).comparison.meaning is Meaning.NARROWED
    flags = (Flag("enable-policy", "never"),)
    assert diff(between_texts(none, always, world, None, flags), 20).comparison.meaning is Meaning.SAME
    modes = (Flag("policy-cidr-match-mode", "pods"),)
    assert diff(between_versions(world, Version(1, 19), NEWEST, modes), 20).exit is Exit.BAD_INPUT


def test_sides_with_other_ip_families_are_not_compared():
    world, none = Sources((Source("w", WORKLOADS),)), Sources(())
    report = diff(between_texts(none, Sources((Source("c", CONFIG),)), world, None), 20)
    assert report.exit is Exit.BAD_INPUT
    (problem,) = [p for p in report.problems if p.code == "other-families"]
    assert "`enable-ipv4` or `enable-ipv6`" in problem.message


@pytest.mark.parametrize(
    ("kind", "flag"),
    [
        ("CiliumNetworkPolicy", "enable-cilium-network-policy"),
        ("CiliumClusterwideNetworkPolicy", "enable-cilium-clusterwide-network-policy"),
    ],
)
def test_policies_of_a_kind_that_is_switched_off_are_ignored_and_said_so(kind: str, flag: str):
    policy = f"""\
apiVersion: cilium.io/v2
kind: {kind}
metadata: {{name: closed, namespace: shop}}
spec: {{endpointSelector: {{}}, ingress: [{{}}]}}
"""
    assert ask(given(policy), [ASKED], ()).answers[0].outcome == "DENY"
    off = ask(given(policy, Flag(flag, "false")), [ASKED], ())
    assert off.answers[0].outcome == "ALLOW"
    assert f"{kind}/closed is ignored: `{flag}` is off" in off.notes


def test_settings_that_manifests_give_differently_are_noted_and_the_last_counts() -> None:
    texts = {"a.yaml": "hubble: {}\nl7Proxy: true\n", "b.yaml": "hubble: {}\nl7Proxy: false\n"}
    found = input_of(MemoryReader(texts).read(list(texts)), None)
    (told,) = [problem for problem in found.problems if problem.code == "settings-differ"]
    assert (told.severity, told.span and told.span.file) == ("note", "b.yaml")
    assert "a.yaml:2" in told.message
    assert not found.settings.l7_proxy
