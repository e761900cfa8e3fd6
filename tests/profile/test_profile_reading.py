"""A profile with an error is refused, at the line and column of the word that is wrong."""

import pytest
from profiles import EXAMPLES, SOUND, read, read_value, said, sound, with_paths

from propolis.model.labels import equals
from propolis.model.profile import (
    CidrEnd,
    Combined,
    Complement,
    Ends,
    EntityEnd,
    Known,
    NameEnd,
    OnPorts,
    PodsEnd,
    PortSpan,
    TenantKey,
    WorkloadEnd,
)
from propolis.model.settings import Version


def test_the_small_profile() -> None:
    profile = sound(with_paths("world, 10.0.0.0/8 -> web:80", "web -> api.example.com:443"))
    assert profile.name == "small"
    assert profile.cluster.version == Version(1, 19)
    assert profile.cluster.dns.ports == (PortSpan(53, 53, "TCP"), PortSpan(53, 53, "UDP"))
    assert [(path.source, path.destination) for path in profile.paths] == [
        (EntityEnd("world"), WorkloadEnd("web")),
        (CidrEnd("10.0.0.0/8"), WorkloadEnd("web")),
        (WorkloadEnd("web"), NameEnd("api.example.com", ("api.example.com",))),
    ]
    assert [path.where for path in profile.paths] == [("paths", 0), ("paths", 0), ("paths", 1)]
    assert profile.workload("api").labels == (("app", "api"),)
    exemption = profile.exemption("kube-system")
    assert exemption is not None
    assert exemption.reason == "runs the cluster"
    assert profile.exemption("shop") is None


def test_every_part_of_the_example() -> None:
    profile = sound((EXAMPLES / "shop" / "profile.yaml").read_text())
    assert profile.tenants is not None
    assert profile.tenants.by is TenantKey.NAMESPACE
    database = next(path for path in profile.paths if path.postgres is not None)
    assert database.postgres is not None
    assert (database.postgres.role, database.postgres.networks) == ("shop_backend", profile.cluster.pods)
    assert len(database.postgres.allow) == 5
    assert {claim.ports for claim in profile.claims} == {()}
    assert len((EXAMPLES / "shop" / "profile.yaml").read_text().splitlines()) <= 60


STRUCTURE = [
    ("kind: Profile", "kind: Profiles", ["2:7 profile-structure: Profiles"]),
    ("  cilium: \"1.19\"", "  cilium: 1.19", ["5:11 profile-structure: 1.19"]),
    ("  cilium: \"1.19\"", "  cilium: \"1.15\"", ["5:11 profile-syntax: \"1.15\""]),
    ("  cilium: \"1.19\"\n", "", ["4:1 profile-structure: cluster"]),
    ("workloads:", "worklods:", ["8:1 profile-unknown-key: worklods"]),
    ("{namespace: shop, labels: {app: web}}", "{namespace: shop}", ["9:3 profile-structure: web"]),
    ("{app: web}", "{}", ["9:34 profile-structure: {}"]),
    ("{app: web}", "{app: 1}", ["9:40 profile-structure: 1"]),
    ("{app: web}", "{k8s:app: web}", ["9:35 profile-syntax: k8s:app"]),
    ("  web:", "  Web:", ["9:3 profile-syntax: Web"]),
    ("  exempt: {kube-system: runs the cluster}", "  exempt: [kube-system]", ["7:11 profile-structure: [kube-system]"]),
    ("kube-system: runs the cluster", "kube-system: \"\"", ["7:25 profile-syntax: \"\""]),
    ("kube-system: runs the cluster", "kube-system: ~", ["7:25 profile-structure: ~"]),
]  # fmt: skip


@pytest.mark.parametrize(("sound_part", "broken", "expected"), STRUCTURE)
def test_structure(sound_part: str, broken: str, expected: list[str]) -> None:
    text = SOUND.replace(sound_part, broken, 1)
    assert text != SOUND
    assert said(text) == expected


PATHS = [
    ("web -> apo:80", ["14:10 profile-undeclared: apo"]),
    ("web -> apo, wob:80", ["14:10 profile-undeclared: apo", "14:15 profile-undeclared: wob"]),
    ("web-x -> web:80", ["14:3 profile-undeclared: web-x"]),
    ("'web -> API:80'", ["14:11 profile-syntax: API"]),
    ("web -> api:80/TCP", ["14:14 profile-syntax: 80/TCP"]),
    ("world -> kube-apiserver:6443", ["14:3 profile-unenforceable: world -> kube-apiserver:6443"]),
    ("web -> api.shop.svc.cluster.local:80", ["14:3 profile-unenforceable: web -> api.shop.svc.cluster.local:80"]),
    ("web -> api.shop.svc:80", ["14:3 profile-unenforceable: web -> api.shop.svc:80"]),
    ("web -> dns:53/udp", ["14:3 profile-dns-open: web -> dns:53/udp"]),
    ("web -> dns:1-1000/udp", ["14:3 profile-dns-open: web -> dns:1-1000/udp"]),
    ("{path: web -> api:80, http: []}", ["14:31 profile-structure: []"]),
    ("{path: web -> api:80, http: [GET /x, get /y]}", ["14:40 profile-syntax: get"]),
    ("{path: web -> api:80, htp: [GET /x]}", ["14:25 profile-unknown-key: htp"]),
    ("{http: [GET /x]}", ["14:3 profile-structure: {http: [GET /x]}"]),
    ("{path: web -> api:80/udp, http: [GET /x]}", ["14:10 profile-unenforceable: web -> api:80/udp"]),
    ("{path: web -> api:80-90, http: [GET /x]}", ["14:10 profile-unenforceable: web -> api:80-90"]),
    ("{path: web -> a.io:80, http: [GET /x]}", ["14:10 profile-unenforceable: web -> a.io:80"]),
    ("{path: web -> dns:80, http: [GET /x]}", ["14:10 profile-unenforceable: web -> dns:80"]),
    ("{path: dns -> 10.0.0.0/8:53, dns: [a.io]}", ["14:10 profile-unenforceable: dns -> 10.0.0.0/8:53"]),
    ("{path: world -> web:53, dns: [a.io]}", ["14:10 profile-unenforceable: world -> web:53"]),
    ("{path: web -> api:53, dns: [a.io], http: [GET /x]}", ["14:10 profile-protocols: web -> api:53"]),
    ("5", ["14:3 profile-structure: 5"]),
]  # fmt: skip


@pytest.mark.parametrize(("item", "expected"), PATHS)
def test_paths(item: str, expected: list[str]) -> None:
    assert said(with_paths(item)) == expected


def test_paths_that_contradict_each_other_name_both_places() -> None:
    for first, second in [
        ("web -> api:80", "{path: 'web, db -> api:80', http: [GET /x]}"),
        ("{path: web -> api:80, http: [GET /x]}", "web -> api:1-100"),
        ("{path: 10.1.0.0/16 -> api:80, http: [GET /x]}", "10.0.0.0/8 -> api:80"),
        ("{path: 10.1.0.0/16 -> api:80, http: [GET /x]}", "world -> api:80"),
        ("{path: kube-apiserver -> api:80, http: [GET /x]}", "remote-node -> api:80"),
        ("{path: web -> 10.0.0.0/8:53/udp, dns: [a.io]}", "web -> 10.1.0.0/16:53/udp"),
    ]:
        found = read(with_paths(first, second))
        (problem,) = found.problems
        assert problem.code == "profile-conflict"
        assert problem.span is not None
        assert problem.span.line == 15
        assert problem.help.endswith("line 14")
        one = first.removeprefix("{path: ").split(", http")[0].split(", dns")[0]
        other = second.removeprefix("{path: ").split(", http")[0].strip("'")
        assert one in problem.message or other in problem.message


def test_paths_that_add_up() -> None:
    for first, second in [
        ("web -> api:80", "web -> api:80"),
        ("{path: web -> api:80, http: [GET /x]}", "{path: web -> api:80, grpc: [a.B/C]}"),
        ("{path: web -> api:80, http: [GET /x]}", "db -> api:80"),
        ("{path: web -> api:80, http: [GET /x]}", "web -> api:81"),
        ("{path: web -> api:80, http: [GET /x]}", "web -> api:80/udp"),
        ("{path: ingress -> api:80, http: [GET /x]}", "world, kube-apiserver -> api:80"),
        ("{path: 10.1.0.0/16 -> api:80, http: [GET /x]}", "10.2.0.0/16, fd00::/8 -> api:80"),
        ("{path: web -> dns:53/udp, dns: [a.io]}", "web -> dns:9153"),
    ]:
        assert said(with_paths(first, second)) == []


def test_workloads() -> None:
    assert said(SOUND.replace("{app: db}", "{app: api, x: z}")) == ["11:3 profile-overlap: db"]
    assert said(SOUND.replace("  db:", "  world:")) == ["11:3 profile-reserved-word: world"]
    assert said(SOUND.replace("{app: db}", "{pod-template-hash: x}")) == [
        "11:34 profile-unenforceable: pod-template-hash"
    ]
    assert said(SOUND.replace("{app: db}", "{topology.kubernetes.io/zone: x}")) == []
    newer = SOUND.replace("1.19", "1.20").replace("{app: db}", "{topology.kubernetes.io/zone: x}")
    assert said(newer) == ["11:34 profile-unenforceable: topology.kubernetes.io/zone"]


def test_names_of_many_labels_need_a_version_that_reads_them() -> None:
    text = with_paths("web -> '**.example.com:443'".replace("'", ""))
    assert said(text) == []
    assert said(text.replace("1.19", "1.18")) == ["14:3 profile-unenforceable: web -> **.example.com:443"]
    everybody = SOUND.replace("  exempt:", "  internet: {'**.a.io': 443}\n  exempt:").replace("1.19", "1.18")
    assert said(everybody) == ["7:14 profile-unenforceable: '**.a.io'"]


def test_a_covered_dns_keeps_its_upstream() -> None:
    covered = SOUND.replace("  exempt: {kube-system: runs the cluster}\n", "")
    assert (
        said(covered)
        == ["6:8 profile-dns-cut-off: {namespace: kube-system, labels: {k8s-app: kube-dns}}"] * 2
    )
    whole = covered.replace("kube-dns}}", "kube-dns}, upstream: [10.0.0.2/32, host]}\n  apiserver: 6443", 1)
    assert sound(whole).cluster.dns.upstream == (CidrEnd("10.0.0.2/32"), EntityEnd("host"))


def test_tenants() -> None:
    assert said(SOUND + "tenants: {by: namespace, label: team}\n") == ["13:33 profile-tenants: team"]
    assert said(SOUND + "tenants: {by: pod-label}\n") == ["13:10 profile-tenants: {by: pod-label}"]
    assert said(SOUND + "tenants: {by: label}\n") == ["13:15 profile-structure: label"]
    assert sound(SOUND + "tenants: {by: pod-label, label: team}\n").tenants is not None


def test_claims() -> None:
    def claims(item: str) -> str:
        return f"{SOUND}claims:\n- {item}\n"

    profile = sound(claims("{never: '*/*, world -> api', http: ['* /admin/**']}"))
    (claim,) = profile.claims
    assert (claim.kind, claim.text) == ("never", "*/*, world -> api")
    assert claim.sources == (PodsEnd(None), EntityEnd("world"))
    assert claim.requests is not None
    assert [need.text for need in claim.requests.http] == ["* /admin/**"]
    assert said(claims("{never: x -> api}")) == ["14:11 profile-undeclared: x"]
    assert said(claims("{never: web -> api:80/udp, http: [GET /x]}")) == [
        "14:11 profile-unenforceable: web -> api:80/udp"
    ]
    assert said(claims("{allways: web -> api}")) == ["14:4 profile-unknown-key: allways"]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("{http: [GET /]}", "14:3 profile-claim: {http: [GET /]}"),
        ("{never: web -> api, always: web -> api:80}", "14:11 profile-claim: web -> api"),
        ("{always: web -> api}", "14:12 profile-claim: web -> api"),
        ("{requests-only: web -> api:80}", "14:19 profile-claim: web -> api:80"),
        ("{covered: shop/*, http: [GET /]}", "14:13 profile-claim: shop/*"),
        ("{covered: world}", "14:13 profile-syntax: world"),
        ("{covered: 'shop/{app~x}'}", "14:14 profile-syntax: shop/{app~x}"),
        ("{never: $each/* -> api}", "14:11 profile-claim: $each/* -> api"),
        ("{for: every two namespaces, never: $each/* -> api}", "14:38 profile-claim: $each/* -> api"),
        ("{for: every tenant, never: $each/* -> api}", "14:30 profile-claim: $each/* -> api"),
        ("{for: each pod, never: $each/* -> api}", "14:9 profile-syntax: each pod"),
        ("{holds: allowed}", "14:17 profile-formula: d"),
        ("{holds: allowed <= declred}", "14:22 profile-formula: declred"),
        ("{holds: allowed & (declared <= nothing}", "14:31 profile-formula: <="),
        ("{holds: allowed <= to(shp/x*)}", "14:25 profile-formula: shp/x*"),
        ("{holds: allowed <= to(apii)}", "14:25 profile-undeclared: apii"),
        ("{holds: allowed <= port(0)}", "14:27 profile-formula: 0"),
        ("{holds: allowed <= from}", "14:22 profile-formula: from"),
        ("{no-wider-than: allowed <= declared}", "14:27 profile-formula: <="),
        ("{equivalent: dns(UPPER.io)}", "14:20 profile-formula: UPPER.io"),
        ("{equivalent: 'allowed % declared'}", "14:25 profile-formula: %"),
    ],
)
def test_what_is_wrong_with_a_claim_is_said_at_its_words(item: str, words: str) -> None:
    assert said(f"{SOUND}claims:\n- {item}\n") == [words]


def test_formulas_bind_and_before_or() -> None:
    (claim,) = sound(
        f"{SOUND}claims:\n- {{equivalent: 'declared | to(api) & !from(shop/{{app=web}}) - port(53/udp)'}}\n"
    ).claims
    shop = PodsEnd("shop", (equals("k8s", "app", "web"),))
    both = Combined("&", Ends("to", (WorkloadEnd("api"),)), Complement(Ends("from", (shop,))))
    joined = Combined("|", Known("declared"), both)
    assert claim.formula == Combined("-", joined, OnPorts((PortSpan(53, 53, "UDP"),)))
    assert claim.ends == (WorkloadEnd("api"), shop)


def test_a_formula_is_neither_too_long_nor_too_deep() -> None:
    for formula in ("!" * 60 + "allowed", "(" * 60 + "allowed" + ")" * 60, "allowed|" * 400 + "allowed"):
        assert len(said(f"{SOUND}claims:\n- {{equivalent: '{formula}'}}\n")) == 1


ROLE = "paths:\n- {path: api -> db:5432, postgres: {role: api, allow: [DELETE ON orders]}}\n"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("{http: [GET /]}", ["16:3 profile-claim: {http: [GET /]}"]),
        (
            "{never: web -> db, never-causes: web -> db}",
            ["16:4 profile-claim: never", "16:22 profile-claim: never-causes"],
        ),
        ("{never-causes: web -> db}", ["16:4 profile-claim: never-causes"]),
        ("{never: web -> db, statements: [DELETE ON orders]}", ["16:22 profile-claim: statements"]),
        ("{never-causes: web -> db, statements: [DELETE ON orders], http: [GET /]}", ["16:61 profile-claim: http"]),
        ("{never-causes: web -> x, statements: [DELETE ON orders]}", ["16:25 profile-undeclared: x"]),
        ("{never-causes: web -> api, statements: [DELETE ON orders]}", ["16:18 profile-claim: web -> api"]),
        ("{never-causes: web -> db, statements: [DROP ON orders]}", ["16:42 profile-syntax: DROP ON orders"]),
        (
            "{never-causes: web -> db, statements: [DELETE ON orders], when: {apo: [GET /], api: [x]}}",
            ["16:88 profile-syntax: x"],
        ),
        (
            "{never-causes: web -> db, statements: [DELETE ON orders], when: {apo: [GET /, a.B/C]}}",
            ["16:68 profile-undeclared: apo"],
        ),
    ],
)  # fmt: skip
def test_claims_across_layers(item: str, expected: list[str]) -> None:
    assert said(f"{SOUND}{ROLE}claims:\n- {item}\n") == expected


def test_what_a_claim_across_layers_says() -> None:
    when = "when: {api: [DELETE /orders/*, shop.Orders/Drop]}"
    item = f"{{never-causes: 'world, web -> db:5432', statements: [DELETE ON a.orders], {when}}}"
    profile = sound(f"{SOUND}{ROLE}claims:\n- {item}\n")
    assert profile.claims == ()
    (claim,) = profile.causes
    assert claim.sources == (EntityEnd("world"), WorkloadEnd("web"))
    assert [grant.text for grant in claim.statements] == ["DELETE ON a.orders"]
    (trigger,) = claim.triggers
    assert [need.path for need in trigger.requests] == [
        r"/orders/[^/?]+(?:\?.*)?",
        r"/shop\.Orders/Drop(?:\?.*)?",
    ]


def test_a_misspelt_word_gets_its_neighbour_as_help() -> None:
    assert read(SOUND.replace("workloads:", "worklods:")).problems[0].help == "did you mean `workloads`?"
    assert read(with_paths("web -> apii:80")).problems[0].help == "did you mean `api`?"
    assert read(SOUND.replace("kind: Profile", "kind: Profil")).problems[0].help == "write `Profile`"


def test_all_errors_are_told_at_once() -> None:
    text = with_paths("web -> API:80", "web > api:80").replace('  cilium: "1.19"', "  cillium: 1.19")
    assert [line.split(" ")[1] for line in said(text)] == [
        "profile-structure:", "profile-unknown-key:", "profile-syntax:", "profile-syntax:",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [[], {}, "x", 3, True, {"kind": "Profile"}, {"paths": {"x": None}}])
def test_any_value_is_answered_with_problems(value: object) -> None:
    found = read_value(value)
    assert found.profile is None
    assert all(problem.span is not None for problem in found.problems)
