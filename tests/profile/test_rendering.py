"""Rendered policies: the same bytes each time, read back as what they are, and let in by every API server."""

import itertools
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from profiles import EXAMPLES, SOUND, sound, with_paths

from manifest.corpus import needs_corpus
from manifest.crds import accepted, pruned, schema
from propolis import profile
from propolis.manifest.read import Source, read
from propolis.model.settings import DEFAULT_VERSION, SUPPORTED, Settings, Version
from propolis.profile import RenderedPolicy, rendering, text
from propolis.profile.items import MOST_PORTS, to_ports
from propolis.semantics.ruleset import ruleset

SHOP = (EXAMPLES / "shop" / "profile.yaml").read_text()
COVERED_DNS = SOUND.replace("  exempt: {kube-system: runs the cluster}\n", "").replace(
    "kube-dns}}", "kube-dns}, upstream: [10.0.0.2/32, host], search: [corp.io]}\n  apiserver: 6443", 1
)
EVERYTHING = with_paths(
    "world, remote-node, ingress, 10.0.0.0/8, fd00::/8 -> web:80,443/tcp,53/udp,8000-8010/sctp",
    "web -> api.io, *.b.io, kube-apiserver, 192.0.2.0/24, api:443",
    "{path: 'web, db -> api:8080', http: ['GET,HEAD /a.b/**?* [X-A] [X-B=a b]', '* /x'], grpc: [p.S/*]}",
    "{path: api -> 192.0.2.1/32:53/udp, dns: [a.io, '*.b.io']}",
    "api -> api:7000",
    before=COVERED_DNS.replace("  apiserver", "  internet: {'*.c.io': '80,443', d.io: 443}\n  apiserver"),
)
PROFILES = {"shop": SHOP, "small": SOUND, "covered-dns": COVERED_DNS, "everything": EVERYTHING}


def _rendered(source: str, version: Version = DEFAULT_VERSION) -> tuple[RenderedPolicy, ...]:
    return rendering(sound(source.replace("1.19", str(version)))).policies


@pytest.mark.parametrize("source", PROFILES.values(), ids=PROFILES)
def test_text_reads_back_as_the_object(source: str) -> None:
    for policy in _rendered(source):
        assert yaml.safe_load(text(policy)) == policy.object


@pytest.mark.parametrize("source", PROFILES.values(), ids=PROFILES)
def test_rendering_twice_gives_the_same_bytes(source: str) -> None:
    first, second = _rendered(source), _rendered(source)
    assert [(policy.file, text(policy)) for policy in first] == [
        (policy.file, text(policy)) for policy in second
    ]
    assert len({policy.file for policy in first}) == len(first)


@pytest.mark.parametrize("source", PROFILES.values(), ids=PROFILES)
@pytest.mark.parametrize("version", SUPPORTED, ids=str)
def test_our_own_reader_and_both_gates_let_every_policy_in(source: str, version: Version) -> None:
    sources = [Source(policy.file, text(policy)) for policy in _rendered(source, version)]
    manifests = read(sources, version)
    assert [problem for problem in manifests.problems if problem.severity != "note"] == []
    assert len(manifests.policies) == len(sources)
    assert ruleset(manifests.policies, manifests.world, Settings(version=version)).rejections == ()


@needs_corpus
@pytest.mark.parametrize("source", PROFILES.values(), ids=PROFILES)
@pytest.mark.parametrize("version", [Version(1, 18), Version(1, 19), Version(1, 20)], ids=str)
def test_the_real_schemas_accept_every_policy_and_drop_no_field(source: str, version: Version) -> None:
    for policy in _rendered(source, version):
        plural = policy.object["kind"].lower().replace("policy", "policies")
        kept = pruned(policy.object, schema(version, plural))
        assert kept == policy.object
        assert accepted(kept, version, plural), policy.file


def test_a_comment_quotes_the_line_behind_every_rule() -> None:
    by_file = {policy.file: text(policy) for policy in _rendered(SHOP)}
    for line in ("my-frontend -> my-backend:8080", "my-backend -> inventory:9090"):
        assert sum(f"# {line}\n" in written for written in by_file.values()) == 2
    assert "# holds Secrets for Cilium and no pods\n          - cilium-secrets\n" in by_file["baseline.yaml"]
    for policy in _rendered(EVERYTHING):
        commented = {path for path, _ in policy.comments}
        for direction in ("ingress", "egress"):
            for index, _ in enumerate(policy.object["spec"].get(direction, ())):
                assert ("spec", direction, index) in commented


def test_the_baseline_selects_pods_of_covered_namespaces_only() -> None:
    baseline = _rendered(SHOP)[0].object["spec"]
    key = "k8s:io.kubernetes.pod.namespace"
    assert baseline["endpointSelector"] == {
        "matchExpressions": [
            {"key": key, "operator": "Exists"},
            {"key": key, "operator": "NotIn", "values": ["cilium-secrets", "kube-system"]},
        ]
    }
    assert baseline["ingress"] == [{}]
    bare = _rendered(COVERED_DNS)[0].object["spec"]
    assert bare["endpointSelector"] == {"matchExpressions": [{"key": key, "operator": "Exists"}]}


def test_nothing_is_rendered_into_an_exempt_namespace() -> None:
    for policy in _rendered(SHOP):
        assert policy.object["metadata"].get("namespace") not in ("kube-system", "cilium-secrets")


def test_requests_stay_whole() -> None:
    (http,) = [
        rule["rules"]["http"]
        for policy in _rendered(EVERYTHING)
        for item in policy.object["spec"].get("ingress", ())
        for rule in item.get("toPorts", ())
        if "rules" in rule
    ]
    assert http == [
        {"method": "GET|HEAD", "path": r"/a\.b/[^?]*(?:\?.*)?", "headers": ["X-A", "X-B: a b"]},
        {"path": "/x"},
        {"method": "POST", "path": "/p\\.S/[A-Za-z_][A-Za-z0-9_]*"},
    ]


def test_requests_are_checked_at_the_destination_alone() -> None:
    for policy in _rendered(SHOP):
        for item in policy.object["spec"].get("egress", ()):
            assert all("http" not in rule.get("rules", {}) for rule in item["toPorts"])


def test_every_port_has_a_protocol_and_every_peer_a_namespace() -> None:
    for policy in _rendered(EVERYTHING):
        spec = policy.object["spec"]
        for item in [*spec.get("ingress", ()), *spec.get("egress", ())]:
            for rule in item.get("toPorts", ()):
                assert all(port["protocol"] in ("TCP", "UDP", "SCTP") for port in rule["ports"])
            for selector in item.get("fromEndpoints", []) + item.get("toEndpoints", []):
                assert "io.kubernetes.pod.namespace" in str(selector)


def test_a_name_may_be_asked_for_with_the_search_domains_of_the_nodes() -> None:
    (web,) = [policy.object["spec"] for policy in _rendered(EVERYTHING) if policy.file == "shop.web.yaml"]
    assert web["egress"][-1]["toPorts"][0]["rules"]["dns"] == [
        {"matchPattern": "*.b.io"},
        {"matchPattern": "*.b.io.corp.io"},
        {"matchName": "api.io"},
        {"matchName": "api.io.corp.io"},
    ]


def test_a_covered_dns_has_its_own_policy() -> None:
    (dns,) = [policy.object["spec"] for policy in _rendered(COVERED_DNS) if policy.file == "dns.yaml"]
    assert [sorted(set(item) - {"toPorts"}) for item in dns["ingress"]] == [
        ["fromEndpoints"],
        ["fromEntities"],
    ]
    assert [item.get("toCIDR", item.get("toEntities")) for item in dns["egress"]] == [
        ["10.0.0.2/32"],
        ["host"],
        ["kube-apiserver"],
    ]
    assert all(policy.file != "dns.yaml" for policy in _rendered(SHOP))


def test_many_ports_are_spread_over_items() -> None:
    profile_ = sound(with_paths("web -> api:" + ",".join(str(port) for port in range(1, 100, 2))))
    chunks = to_ports(profile_.paths[0].ports)
    assert [len(chunk["ports"]) for chunk in chunks] == [MOST_PORTS, 10]


def test_what_no_policy_holds_is_noted() -> None:
    notes = rendering(sound(SHOP)).notes
    assert [note.code for note in notes] == [
        "profile-exempt",
        "profile-exempt",
        "profile-statements",
        "profile-statements",
        "profile-exempt-end",
    ]
    assert "shop_backend" in notes[2].message
    assert [note.code for note in rendering(sound(with_paths("host -> web:80"))).notes] == [
        "profile-exempt", "profile-idle", "profile-idle", "profile-idle", "profile-host",
    ]  # fmt: skip


# --- the writer ---

_TRAPS = [
    "on",
    "No",
    "null",
    "~",
    "1.19",
    "a: b",
    "a #b",
    "- a",
    "'",
    '"',
    "\\d",
    "a\\'b",
    "?",
    "{",
    "*",
    " a",
    "a ",
    "é",
    "\u2028",
    "k8s:a",
    "0x1f",
    "1e3",
    "a:",
    ":a",
    "!a",
    "&a",
    "%a",
    "@a",
    "a\tb",
    "a--b",
    "---",
]
_TEXTS = st.text(max_size=12) | st.sampled_from(_TRAPS)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_TEXTS, _VALUES, min_size=1, max_size=3))
@settings(derandomize=True, max_examples=400)
def test_whatever_is_written_is_read_back(value: dict[str, Any]) -> None:
    policy = RenderedPolicy("x.yaml", value, ("head",), (((next(iter(value)),), ("why",)),))
    assert yaml.safe_load(text(policy)) == value


def test_the_public_names() -> None:
    assert set(profile.__all__) == {
        "Fault",
        "Located",
        "Read",
        "RenderNote",
        "RenderedPolicy",
        "Rendering",
        "problems",
        "profile",
        "rendering",
        "text",
        "with_definitions",
    }
    assert all(hasattr(profile, name) for name in profile.__all__)


def test_rendering_does_not_depend_on_the_order_of_workloads() -> None:
    profile_ = sound(SHOP)
    for order in itertools.islice(itertools.permutations(profile_.workloads), 0, 200, 50):
        shuffled = msgspec.structs.replace(profile_, workloads=order)
        assert [text(policy) for policy in rendering(shuffled).policies] == [
            text(policy) for policy in rendering(profile_).policies
        ]
