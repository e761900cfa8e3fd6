"""`propolis diff` on input in memory and in a git repository: what is read, what is left out, how much is shown."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from fakes.files import MemoryReader
from propolis.cli import main
from propolis.commands.diff import between_texts, between_versions, diff
from propolis.commands.ports import Sources
from propolis.model.report import Exit, Meaning, Report, Risk
from propolis.model.settings import Version
from propolis.revisions import RevisionReader

CLOSED = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress:
  - fromEntities: [host]
"""
OPENED = CLOSED + "  - fromEntities: [world]\n"
ELSEWHERE = CLOSED.replace("name: api,", "name: other,").replace("app: api", "app: web")


def workload(name: str) -> str:
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
spec: {{containers: [{{name: c, image: i}}]}}
---
"""


WORLD = workload("api") + workload("web")


def sources(**texts: str) -> Sources:
    named = {f"{name}.yaml": text for name, text in texts.items()}
    return MemoryReader(named).read(list(named))


def compared(old: Sources, new: Sources, world: Sources, most: int = 20) -> Report:
    return diff(between_texts(old, new, world, None), most)


def meaning(report: Report) -> Meaning:
    assert report.comparison is not None, report.problems
    return report.comparison.meaning


def test_the_same_text_is_the_same():
    report = compared(sources(a=CLOSED), sources(b=CLOSED), sources(w=WORLD))
    assert (meaning(report), report.exit) == (Meaning.SAME, Exit.KEPT)
    assert report.comparison is not None and "2 workloads" in report.comparison.scope
    assert report.comparison.unchanged == (2 + 5 + 1) ** 2  # workloads, nodes and Cilium's own, the world


def test_opening_to_the_world_is_shown_with_the_lines_of_both_sides():
    report = compared(sources(old=CLOSED), sources(new=OPENED), sources(w=WORLD))
    assert (meaning(report), report.exit) == (Meaning.WIDENED, Exit.WIDENED)
    assert report.comparison is not None
    first = report.comparison.changes[0]
    assert (first.source, first.destination) == ("world", "shop/api")
    assert report.comparison.unchanged == 8**2 - 1
    assert [line.span.file for line in first.old.ingress.lines] == ["old.yaml"]
    assert [(line.span.file, line.span.line) for line in first.new.ingress.lines] == [("new.yaml", 8)]


def test_other_policies_of_the_world_count_on_both_sides():
    everybody = CLOSED.replace("name: api,", "name: all,").replace("{matchLabels: {app: api}}", "{}")
    open_to_all = everybody.replace("[host]", "[all]")
    report = compared(sources(old=CLOSED), sources(new=OPENED), sources(w=WORLD, x=open_to_all))
    assert meaning(report) is Meaning.SAME


@pytest.mark.parametrize("held", [CLOSED, OPENED])
def test_the_worlds_copy_of_a_compared_policy_is_left_out(held: str):
    report = compared(sources(old=CLOSED), sources(new=ELSEWHERE), sources(w=WORLD, dump=held))
    assert meaning(report) is Meaning.BOTH
    assert not [problem for problem in report.problems if problem.code == "replaced-object"]


def test_a_file_of_one_side_can_be_the_world_of_the_other():
    both = {"a": CLOSED, "w": WORLD}
    report = compared(sources(**both), sources(new=CLOSED), sources(**both))
    assert meaning(report) is Meaning.SAME


def test_a_workload_on_one_side_is_compared_as_if_on_both():
    report = compared(sources(old=WORLD + CLOSED), sources(new=workload("web") + CLOSED), Sources(()))
    assert meaning(report) is Meaning.SAME
    assert "1 workload on one side only: compared as if on both" in report.notes


def test_a_workload_whose_labels_change_keeps_those_of_each_side():
    moved = WORLD.replace("labels: {app: api}", "labels: {app: moved}")
    report = compared(sources(old=WORLD + CLOSED), sources(new=moved + CLOSED), Sources(()))
    assert meaning(report) is Meaning.WIDENED


def test_namespace_labels_that_one_side_knows_hold_for_both():
    labelled = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n---\n"
    by_label = CLOSED.replace(
        "fromEntities: [host]",
        'fromEndpoints: [{matchLabels: {"k8s:io.cilium.k8s.namespace.labels.team": a}}]',
    )
    report = compared(sources(old=labelled + WORLD + by_label), sources(new=WORLD + by_label), Sources(()))
    assert meaning(report) is Meaning.SAME


def test_what_cannot_be_read_is_not_compared():
    report = compared(sources(old=CLOSED), sources(new="a: [1\n"), sources(w=WORLD))
    assert (report.exit, report.comparison) == (Exit.BAD_INPUT, None)
    assert report.summary == "nothing compared: not everything could be read"
    gone = compared(MemoryReader({}).read(["gone"]), sources(new=CLOSED), sources(w=WORLD))
    assert (gone.exit, gone.comparison) == (Exit.BAD_INPUT, None)


def test_show_limits_the_changes_and_counts_the_rest():
    whole = compared(Sources(()), sources(new=CLOSED), sources(w=WORLD))
    cut = compared(Sources(()), sources(new=CLOSED), sources(w=WORLD), most=2)
    assert whole.comparison is not None and cut.comparison is not None
    assert [t.pairs for t in cut.comparison.tallies] == [t.pairs for t in whole.comparison.tallies]
    assert [t.shown for t in whole.comparison.tallies] == [t.pairs for t in whole.comparison.tallies]
    real = [change for change in whole.comparison.changes if change.existing]
    assert [change for change in cut.comparison.changes if change.existing] == real[:2]


def test_versions_take_the_same_text_each_in_its_way():
    zero = CLOSED.replace(
        "fromEntities: [host]",
        'toPorts: [{ports: [{port: "0", endPort: 9, protocol: TCP}]}]',
    )
    asked = between_versions(sources(a=zero, w=WORLD), Version(1, 19), Version(1, 20))
    report = diff(asked, 20)
    assert meaning(report) is Meaning.WIDENED
    assert report.summary.endswith("(Cilium 1.19 to 1.20)")
    assert report.comparison is not None
    assert {change.new.cilium for change in report.comparison.changes} == {"1.20"}


TENANTS = """\
apiVersion: propolis.dev/v1alpha1
kind: Profile
metadata: {name: p}
cluster:
  cilium: "1.19"
  dns: {namespace: kube-system, labels: {k8s-app: kube-dns}, upstream: [192.0.2.53/32]}
  exempt: {kube-system: its own}
tenants: {by: pod-label, label: app}
workloads:
  api: {namespace: shop, labels: {app: api}}
  web: {namespace: shop, labels: {app: web}}
paths: [web -> api:8080]
"""


@pytest.mark.parametrize(
    ("profile", "port", "risk"),
    [
        ("", "8080", Risk.WITHIN),
        ("", "5432", Risk.WITHIN_TO_DATA),
        (TENANTS, "8080", Risk.TENANTS),
        (TENANTS, "5432", Risk.TENANTS_TO_DATA),
    ],
)
def test_what_crosses_tenants_is_told_where_a_profile_says_what_they_are(profile: str, port: str, risk: Risk):
    opened = f"""{CLOSED}\
  - fromEndpoints: [{{matchLabels: {{app: web}}}}]
    toPorts: [{{ports: [{{port: "{port}", protocol: TCP}}]}}]
"""
    world = sources(w=WORLD, **({"profile": profile} if profile else {}))
    report = compared(sources(old=CLOSED), sources(new=opened), world)
    assert report.comparison is not None, report.problems
    assert [(c.source, c.risk) for c in report.comparison.changes if c.existing] == [("shop/web", risk)]


# --- git revisions ---


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def git(*arguments: str) -> None:
        identity = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        subprocess.run(
            ["git", *arguments], cwd=tmp_path, check=True, env={**os.environ, **identity}, capture_output=True
        )

    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "api.yaml").write_text(CLOSED)
    (folder / "notes.txt").write_text("no manifest")
    (folder / ".hidden.yaml").write_text("a: [1")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    (folder / "api.yaml").write_text(OPENED)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Refusing:
    """A disk that must not be asked."""

    def read(self, paths):
        raise AssertionError(f"asked for {paths}")


@pytest.mark.parametrize("spelling", ["HEAD:policies", "HEAD:policies/", "HEAD:", "HEAD:policies/api.yaml"])
def test_a_revision_is_read_as_it_was_committed(repository: Path, spelling: str):
    found = RevisionReader(Refusing()).read([spelling])
    assert [source.text for source in found.texts] == [CLOSED]
    assert found.texts[0].name.startswith("HEAD:") and found.texts[0].name.endswith("api.yaml")
    assert (found.problems, found.exit) == ((), Exit.KEPT)


def test_a_revision_is_found_from_a_subfolder(repository: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(repository / "policies")
    for spelling in ("HEAD:policies", "HEAD:./", "HEAD:./api.yaml"):
        found = RevisionReader(Refusing()).read([spelling])
        assert [source.text for source in found.texts] == [CLOSED], found.problems


@pytest.mark.parametrize("spelling", ["HEAD:nowhere", "nobody:policies", "HEAD:policies/notes.txt/x"])
def test_a_revision_that_is_not_there_is_bad_input(repository: Path, spelling: str):
    found = RevisionReader(Refusing()).read([spelling])
    assert found.exit is Exit.BAD_INPUT
    assert f"`{spelling}`" in found.problems[0].message
    assert "REVISION:PATH" in found.problems[0].help


def test_a_link_in_a_revision_is_not_followed(repository: Path):
    (repository / "policies" / "link.yaml").symlink_to("api.yaml")
    subprocess.run(["git", "add", "."], check=True)
    identity = ["-c", "user.name=x", "-c", "user.email=x"]
    subprocess.run(["git", *identity, "commit", "-qm", "link"], check=True)
    found = RevisionReader(Refusing()).read(["HEAD:policies"])
    assert (found.exit, found.problems[0].code) == (Exit.BAD_INPUT, "link")


def test_without_git_the_outside_fails(repository: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(repository / "empty"))
    found = RevisionReader(Refusing()).read(["HEAD:policies"])
    assert (found.exit, found.problems[0].code) == (Exit.OUTSIDE_FAILED, "no-git")


def test_the_command_compares_a_revision_with_the_disk(repository: Path, capsys: pytest.CaptureFixture[str]):
    (repository / "world.yaml").write_text(WORLD)
    arguments = ["diff", "HEAD:policies", "policies/api.yaml", "--world", "world.yaml"]
    assert main([*arguments, "--format", "json"]) == Exit.WIDENED
    told = json.loads(capsys.readouterr().out)
    assert told["comparison"]["meaning"] == "widened"
    files = {line["span"]["file"] for line in told["comparison"]["changes"][0]["old"]["ingress"]["lines"]}
    assert files == {"HEAD:policies/api.yaml"}
    assert main([*arguments, "--show", "1"]) == Exit.WIDENED
    text = capsys.readouterr().out
    assert main(["diff", "policies", "HEAD:policies", "--world", "world.yaml", "-q"]) == Exit.NARROWED
    capsys.readouterr()
    assert "newly allowed  world -> shop/api" in text
    assert "HEAD:policies/api.yaml:7:5" in text and "policies/api.yaml:8:5" in text
    assert main([*arguments, "--format", "markdown"]) == Exit.WIDENED
    assert "| newly allowed | `world` | `shop/api` |" in capsys.readouterr().out


def test_the_command_compares_versions_and_says_nothing_when_quiet(
    repository: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["diff", "--cilium", "1.18..1.19", "policies/api.yaml", "-q"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["policies"], "OLD and NEW, or a range of versions"),
        (["a", "b", "c"], "OLD and NEW, or a range of versions"),
        (["--cilium", "1.18..1.3", "a"], "`1.3` is no supported Cilium version"),
        (["--cilium", "1.18..", "a"], "`` is no supported Cilium version"),
        (["--show", "-1", "a", "b"], "--show"),
    ],
)
def test_wrong_arguments(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str):
    assert main(["diff", *arguments]) == 2
    assert words in " ".join(capsys.readouterr().err.split())


def test_the_command_explains_what_would_have_to_change(repository: Path, capsys: pytest.CaptureFixture[str]):
    (repository / "world.yaml").write_text(WORLD)
    arguments = ["diff", "HEAD:policies", "policies", "--world", "world.yaml", "--explain"]
    assert main([*arguments, "--format", "json"]) == Exit.WIDENED
    first = json.loads(capsys.readouterr().out)["comparison"]["changes"][0]
    assert first["old"]["nearest"]["changes"] and first["new"]["nearest"] is None
    assert [step["lines"][0]["span"]["line"] for step in first["new"]["remedies"] if step["lines"]] == [8]
    assert main(arguments) == Exit.WIDENED
    assert "to deny it, at one end or the other:" in capsys.readouterr().out
