"""`propolis map`: what it draws is what the reference engine says of every pair, and it never draws too much."""

import json
from collections import Counter
from itertools import product

import pytest

from agreement.worlds import Draw, policies, settings, world
from commands.shop import POLICY, PROFILE, WORKLOADS
from fakes.files import MemoryReader
from propolis.cli import main
from propolis.commands.grouping import By, Grouping, grouped
from propolis.commands.inputs import Input, input_of
from propolis.commands.map import MOST_GROUPS, NODES, Wanted, drawing, mapped, too_dense
from propolis.model.flow import Flow
from propolis.model.report import Exit, Extent, Map, Place, Reach, Report
from propolis.model.verdict import Outcome
from propolis.semantics.endpoints import existing
from propolis.semantics.reference import verdict
from propolis.semantics.ruleset import ruleset
from propolis.semantics.symbolic import decided

PLACES = (("TCP", 80), ("TCP", 8080), ("UDP", 53), ("SCTP", 1), ("ICMP", 8))


def given(**texts: str) -> Input:
    named = {f"{name}.yaml": text for name, text in texts.items()}
    return input_of(MemoryReader(named).read(list(named)), None)


def drawn(report: Report) -> Map:
    assert report.map is not None, report.problems
    return report.map


def reach(map_: Map, source: str, destination: str) -> Reach | None:
    names = [group.name for group in map_.groups]
    wanted = names.index(source), names.index(destination)
    return next((one for one in map_.reaches if (one.source, one.destination) == wanted), None)


def test_a_policy_leaves_one_way_in():
    map_ = drawn(mapped(given(w=WORKLOADS, p=POLICY), Wanted()))
    assert [group.name for group in map_.groups if group.place is Place.PODS] == [
        "kube-system/kube-dns",
        "shop/api",
        "shop/web",
    ]
    into = reach(map_, "shop/web", "shop/api")
    assert into is not None and into.extent is Extent.PART
    assert into.traffic == ("8080/tcp (some requests)",)
    assert reach(map_, "world", "shop/api") is None
    open_ = reach(map_, "shop/api", "shop/web")
    assert open_ is not None and open_.extent is Extent.EVERYTHING


def test_nodes_are_drawn_when_asked_for():
    plain, whole = (
        {group.name for group in drawn(mapped(given(w=WORKLOADS), Wanted(roles=roles))).groups}
        for roles in (frozenset(), NODES)
    )
    assert whole - plain == {"host", "remote-node", "health"}
    assert {"ingress", "kube-apiserver", "world"} <= plain


@pytest.mark.parametrize(
    ("grouping", "names"),
    [
        (Grouping(By.WORKLOAD), ["kube-system/coredns", "shop/api", "shop/web"]),
        (Grouping(By.APPLICATION), ["kube-system/kube-dns", "shop/api", "shop/web"]),
        (Grouping(By.NAMESPACE), ["kube-system", "shop"]),
        (Grouping(By.LABEL, "app"), ["(without app)", "api", "web"]),
        (Grouping(By.LABEL, "kubernetes.io/metadata.name"), ["kube-system", "shop"]),
        (Grouping(By.TENANT), ["kube-system (no tenant)", "shop"]),
    ],
)
def test_groups(grouping: Grouping, names: list[str]):
    profile = PROFILE + "tenants: {by: namespace}\n"
    map_ = drawn(mapped(given(w=WORKLOADS, p=POLICY, profile=profile), Wanted(grouping)))
    assert [group.name for group in map_.groups if group.place is Place.PODS] == names


def test_one_namespace_is_drawn_with_those_it_deals_with():
    map_ = drawn(mapped(given(w=WORKLOADS, p=POLICY), Wanted(namespaces=frozenset({"shop"}))))
    names = [group.name for group in map_.groups]
    assert names[:3] == ["kube-system", "shop/api", "shop/web"]
    shop = {names.index("shop/api"), names.index("shop/web")}
    assert all(shop & {one.source, one.destination} for one in map_.reaches)


def _crowd(namespaces: int, pods: int) -> str:
    return "---\n".join(
        "apiVersion: v1\nkind: Pod\n"
        f"metadata: {{name: p{n}, namespace: ns{m}, labels: {{app: a{n}, team: t{m % 2}}}}}\n"
        "spec: {containers: [{name: c, image: i}]}\n"
        for m in range(namespaces)
        for n in range(pods)
    )


def test_too_many_applications_are_drawn_by_namespace_with_a_note():
    report = mapped(given(w=_crowd(2, MOST_GROUPS)), Wanted())
    assert drawn(report).by == "namespace"
    assert any("by application there would be more" in note for note in report.notes)


@pytest.mark.parametrize("grouping", [None, Grouping(By.NAMESPACE), Grouping(By.WORKLOAD)])
def test_what_is_too_much_is_refused_with_what_to_do(grouping: Grouping | None):
    report = mapped(given(w=_crowd(MOST_GROUPS + 1, 1)), Wanted(grouping))
    assert (report.exit, report.map, report.summary) == (Exit.BAD_INPUT, None, "nothing drawn")
    assert report.problems[-1].code == "too-many-groups"
    assert "--by label:KEY" in report.problems[-1].help
    by_team = mapped(given(w=_crowd(MOST_GROUPS + 1, 1)), Wanted(Grouping(By.LABEL, "team")))
    assert drawn(by_team).groups[0].members > 1


def test_a_graph_refuses_more_lines_than_one_can_read():
    report = mapped(given(w=_crowd(3, 7)), Wanted())
    assert len(drawn(report).reaches) > 300
    dense = too_dense(report, 300, "dot")
    assert (dense.exit, dense.map) == (Exit.BAD_INPUT, None)
    assert "`dot`" in dense.problems[-1].message


@pytest.mark.parametrize(
    ("wanted", "texts", "code"),
    [
        (Wanted(namespaces=frozenset({"shopp"})), {"w": WORKLOADS}, "unknown-namespace"),
        (Wanted(Grouping(By.TENANT)), {"w": WORKLOADS}, "no-tenants"),
        (Wanted(Grouping(By.TENANT)), {"w": WORKLOADS, "p": PROFILE}, "no-tenants"),
        (Wanted(), {"p": POLICY}, "no-workloads"),
    ],
)
def test_what_cannot_be_drawn_says_why(wanted: Wanted, texts: dict[str, str], code: str):
    report = mapped(given(**texts), wanted)
    assert (report.exit, report.map) == (Exit.BAD_INPUT, None)
    assert report.problems[-1].code == code


def test_what_was_not_read_is_not_drawn():
    report = mapped(given(w=WORKLOADS, p="a: [1\n"), Wanted())
    assert (report.exit, report.map) == (Exit.BAD_INPUT, None)


@pytest.mark.parametrize("seed", range(25))
def test_groups_add_up_what_single_pairs_say(seed: int):
    draw = Draw(seed)
    chosen = settings(draw)
    rules = ruleset(policies(draw, chosen), world(draw), chosen)
    found = existing(rules)
    groups = grouped(found, Grouping(By.NAMESPACE), None, frozenset(), NODES)
    map_ = drawing(rules, found, groups, Wanted(roles=NODES), "namespace")
    names = [group.name for group in map_.groups]
    told = {(names[one.source], names[one.destination]): one for one in map_.reaches}
    whole = decided(rules, found)
    open_: Counter[tuple[str, str]] = Counter()
    for (one, source), (other, destination) in product(enumerate(found), repeat=2):
        ends = [groups.groups[groups.of[end]] for end in (one, other)]
        if Place.PODS not in (end.place for end in ends):
            continue
        pair = ends[0].name, ends[1].name
        open_[pair] += bool(whole.allowed.traffic(one, other))
        for protocol, port in PLACES:
            answer = verdict(rules, Flow(source, destination, protocol, port))
            if answer.egress.proxy or answer.ingress.proxy:
                continue  # the connection is open for the proxy's sake, whether or not any request passes it
            if answer.outcome is not Outcome.DENY:
                assert pair in told
            if pair in told and told[pair].extent is Extent.EVERYTHING:
                assert answer.outcome is Outcome.ALLOW
    assert {pair: one.pairs for pair, one in told.items()} == {pair: open_[pair] for pair in told}
    assert not [pair for pair, number in open_.items() if number and pair not in told]


# --- the command ---


@pytest.fixture
def folder(tmp_path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "w.yaml").write_text(WORKLOADS + "---\n" + POLICY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("format_", "start"),
    [
        ("mermaid", "flowchart LR\n"),
        ("dot", "digraph reach {\n"),
        ("svg", "<svg "),
        ("json", "{"),
        ("markdown", "###"),
    ],
)
def test_the_command_draws_in_every_format(
    folder, capsys: pytest.CaptureFixture[str], format_: str, start: str
):
    assert main(["map", ".", "--by", "namespace", "--format", format_]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(start) and told.err == ""


def test_the_command_says_on_stderr_what_it_cannot_draw(folder, capsys: pytest.CaptureFixture[str]):
    assert main(["map", ".", "--namespace", "nowhere", "--format", "svg"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "`nowhere`" in told.err


def test_json_has_every_number(folder, capsys: pytest.CaptureFixture[str]):
    assert main(["map", ".", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)["map"]
    assert {group["members"] for group in told["groups"]} == {1}
    assert all(one["of"] >= one["pairs"] for one in told["reaches"])


@pytest.mark.parametrize("wrong", ["teams", "label", "label:", "namespace:x"])
def test_wrong_groupings(capsys: pytest.CaptureFixture[str], wrong: str):
    assert main(["map", ".", "--by", wrong]) == 2
    assert f"`{wrong}` makes no groups" in capsys.readouterr().err


def test_other_verbs_do_not_offer_drawings(capsys: pytest.CaptureFixture[str]):
    assert main(["check", ".", "--format", "svg"]) == 2
    assert "`svg` is a format of `map` only" in capsys.readouterr().err
