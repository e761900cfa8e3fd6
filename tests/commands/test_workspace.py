"""The workspace of an editor, without an editor: what is found at once, and after a judgement of everything."""

from pathlib import Path

import pytest

from fakes.files import MemoryProject, MemoryReader
from propolis.commands import workspace as module
from propolis.commands.check import check
from propolis.commands.inputs import input_of
from propolis.commands.workspace import Workspace
from propolis.lint.alone import Examined, examined
from propolis.model.finding import Safety
from propolis.model.settings import OLDEST, Settings, Version
from propolis.model.span import Problem

POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
"""
CLOSED = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: frontend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: frontend}}
  egress:
  - toEntities: [host]
"""
PODS = "---\n".join(
    f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}\n"
    "spec: {containers: [{name: main, image: main}]}\n"
    for name in ("frontend", "backend")
)
FILES = {"w/backend.yaml": POLICY, "w/frontend.yaml": CLOSED, "w/pods.yaml": PODS}
FAULT = POLICY.replace("protocol: TCP", "protocol: tcp")


def workspace(texts: dict[str, str], version: Version | None = None) -> Workspace:
    return Workspace(MemoryReader(texts), MemoryProject(texts), version)


def loaded(files: dict[str, str] | None = None) -> Workspace:
    found = workspace(dict(files or FILES))
    found.load(list(files or FILES))
    judge(found)
    return found


def judge(workspace: Workspace) -> tuple[str, ...]:
    return workspace.accept(workspace.judgement(workspace.snapshot()))


def rules(workspace: Workspace, name: str) -> list[str]:
    shown = workspace.shown(name)
    return [finding.rule for finding in shown.findings] if shown else []


def test_a_judgement_is_what_check_says() -> None:
    found = loaded()
    report = check(input_of(MemoryReader(FILES).read(list(FILES)), None))
    assert report.findings
    for name in FILES:
        shown = found.shown(name)
        assert shown and shown.findings == tuple(f for f in report.findings if f.span.file == name)


def test_a_fault_of_one_text_is_shown_at_once() -> None:
    found = loaded()
    found.opened("w/backend.yaml", FAULT)
    assert "invalid-protocol" in rules(found, "w/backend.yaml")


def test_what_other_texts_have_a_part_in_stays_until_the_next_judgement_and_moves() -> None:
    found = loaded()
    (before,) = (f for f in found.shown("w/backend.yaml").findings if f.rule == "cut-path")
    shown = found.opened("w/backend.yaml", "# a line\n" + POLICY)
    (after,) = (f for f in shown.findings if f.rule == "cut-path")
    assert (after.span.line, after.span.start) == (before.span.line + 1, before.span.start + 9)
    found.opened("w/frontend.yaml", CLOSED.replace("- toEntities: [host]", "- toEndpoints: [{}]"))
    assert "cut-path" in rules(found, "w/backend.yaml")
    assert "w/backend.yaml" in judge(found)
    assert "cut-path" not in rules(found, "w/backend.yaml")


def test_an_unsaved_text_goes_before_the_one_on_the_disk_until_it_is_closed() -> None:
    found = loaded()
    found.opened("w/frontend.yaml", CLOSED.replace("[host]", "[cluster]"))
    judge(found)
    assert "cut-path" not in rules(found, "w/backend.yaml")
    found.closed("w/frontend.yaml")
    judge(found)
    assert "cut-path" in rules(found, "w/backend.yaml")


def test_a_file_that_goes_takes_its_findings_along() -> None:
    texts = dict(FILES)
    found = workspace(texts)
    found.load(list(FILES))
    judge(found)
    del texts["w/backend.yaml"]
    found.stored("w/backend.yaml")
    assert found.shown("w/backend.yaml") is None
    assert "w/backend.yaml" not in found.snapshot().texts


def test_only_what_has_changed_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counting(texts: list[str], settings: Settings) -> list[Examined]:
        asked.extend(texts)
        return list(examined(texts, settings))

    monkeypatch.setattr(module, "examined", counting)
    found = loaded()
    assert sorted(asked) == sorted(FILES.values())
    asked.clear()
    found.opened("w/backend.yaml", FAULT)
    judge(found)
    found.opened("w/backend.yaml", FAULT)
    judge(found)
    assert asked == [FAULT]


def test_a_judgement_that_is_late_does_not_undo_what_was_typed_meanwhile() -> None:
    found = loaded()
    late = found.judgement(found.snapshot())
    found.opened("w/backend.yaml", FAULT)
    assert not found.is_current(late.snapshot)
    found.accept(late)
    assert "invalid-protocol" in rules(found, "w/backend.yaml")
    assert found.shown("w/backend.yaml").text == FAULT


def test_settings_of_a_manifest_and_of_the_user_hold_for_every_text() -> None:
    host = POLICY.replace("endpointSelector", "nodeSelector").replace(
        "CiliumNetwork", "CiliumClusterwideNetwork"
    )
    config = "{apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config}, data: {enable-host-firewall: 'true'}}"
    assert "host-policy-without-host-firewall" in rules(loaded({"w/a.yaml": host}), "w/a.yaml")
    both = loaded({"w/a.yaml": host, "w/b.yaml": config})
    assert "host-policy-without-host-firewall" not in rules(both, "w/a.yaml")
    assert not {f.rule for f in both.opened("w/a.yaml", host + "#").findings} & {
        "host-policy-without-host-firewall"
    }
    old = workspace({}, OLDEST)
    deep = POLICY.replace("ingress:", "egress:").replace(
        "fromEndpoints: [{matchLabels: {app: frontend}}]", "toFQDNs: [{matchPattern: '**.example.com'}]"
    )
    assert "double-star-name" in {finding.rule for finding in old.opened("a.yaml", deep).findings}


@pytest.mark.parametrize(
    "text", ["", "a: [1", "services: {web: {image: x}}\n", "- 1\n", "\ud800", "\0", "{{ x }}"]
)
def test_any_text_can_be_typed(text: str) -> None:
    found = loaded()
    found.opened("w/other.yaml", text)
    judge(found)
    found.hints("w/other.yaml", 0)
    found.fixes("w/other.yaml", 0, 100)
    assert "cut-path" in rules(found, "w/backend.yaml")


def test_a_text_can_be_typed_letter_by_letter() -> None:
    text = (Path(__file__).parents[2] / "examples" / "published" / "as-published.yaml").read_text()
    found = loaded()
    for end in range(0, len(text), 23):
        shown = found.opened("w/other.yaml", text[:end])
        for one in (*shown.findings, *shown.problems):
            assert one.span and 0 <= one.span.start <= one.span.end <= end
        if end % 10 == 0:
            judge(found)
        found.hints("w/other.yaml", end)


def test_yaml_for_something_else_is_left_alone() -> None:
    found = loaded()
    shown = found.opened("w/compose.yaml", "services: {web: {image: x}}\n")
    assert (shown.findings, shown.problems) == ((), ())
    judge(found)
    assert found.shown("w/compose.yaml").problems == ()


def test_a_suppression_hides_at_once() -> None:
    found = loaded()
    text = FAULT.replace("    toPorts", "    # propolis: allow invalid-protocol -- on purpose\n    toPorts")
    assert "invalid-protocol" not in {
        finding.rule for finding in found.opened("w/backend.yaml", text).findings
    }


ALLOWING = (
    '[[check.allow]]\nrules = ["invalid-protocol", "cut-path"]\nfiles = ["backend.yaml"]\nreason = "r"\n'
)


def test_what_the_project_allows_is_not_shown_at_once_nor_later() -> None:
    texts = {**FILES, "w/propolis.toml": ALLOWING}
    found = workspace(texts)
    assert found.load(["w", *FILES]) == (Problem("no-such-path", "there is no file or folder `w`", None),)
    found.opened("w/backend.yaml", FAULT)
    assert rules(found, "w/backend.yaml") == []
    judge(found)
    assert rules(found, "w/backend.yaml") == []
    texts["w/propolis.toml"] = ALLOWING.replace('"r"', '""')
    (problem,) = found.configured()
    assert "reason" in problem.message
    del texts["w/propolis.toml"]
    assert found.configured() == ()
    judge(found)
    assert rules(found, "w/backend.yaml") == ["cut-path", "invalid-protocol"]


# --- what is asked ---


def test_the_selector_under_the_cursor_says_what_it_selects() -> None:
    found = loaded()
    (subject,) = found.hints("w/backend.yaml", POLICY.index("app: backend"))
    assert subject.text == "This subject selects 1 of the 2 workloads:\n- `shop/backend`"
    assert POLICY[subject.span.start : subject.span.end].startswith("{matchLabels: {app: backend")
    hints = found.hints("w/backend.yaml", POLICY.index("app: frontend"))
    assert "This peer selects 1 of the 2 workloads:\n- `shop/frontend`" in {hint.text for hint in hints}
    nobody = POLICY.replace("app: frontend", "app: fronted")
    found.opened("w/backend.yaml", nobody)
    texts = {hint.text for hint in found.hints("w/backend.yaml", nobody.index("app: fronted"))}
    assert "This peer selects none of the 2 workloads." in texts
    assert found.hints("w/backend.yaml", 0) == ()
    assert found.hints("w/unknown.yaml", 0) == ()


def test_a_network_policy_has_selectors_too() -> None:
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np, namespace: shop}\n"
        "spec:\n  podSelector: {matchLabels: {app: backend}}\n"
        "  ingress: [{from: [{podSelector: {matchLabels: {app: frontend}}}]}]\n"
    )
    found = loaded({**FILES, "w/np.yaml": text})
    for place, told in (
        ("app: backend", "This subject selects 1 of the 2 workloads:\n- `shop/backend`"),
        ("app: frontend", "This peer selects 1 of the 2 workloads:\n- `shop/frontend`"),
    ):
        hints = found.hints("w/np.yaml", text.index(place))
        assert told in {hint.text for hint in hints}


def test_without_workloads_the_pods_are_those_that_policies_talk_about() -> None:
    found = loaded({"w/backend.yaml": POLICY})
    (hint,) = found.hints("w/backend.yaml", POLICY.index("app: backend"))
    assert "1 of the 2 pods that the policies here talk about" in hint.text


def test_the_page_of_a_rule_is_shown_where_it_has_a_finding() -> None:
    found = loaded()
    found.opened("w/backend.yaml", FAULT)
    hints = found.hints("w/backend.yaml", FAULT.index("tcp") + 1)
    assert [hint.text.splitlines()[0] for hint in hints if hint.text.startswith("#")][
        -1
    ] == "# invalid-protocol"


def test_fixes_are_those_of_the_place_and_safe_ones_go_together() -> None:
    found = loaded()
    text = FAULT + "  - toPorts: [{ports: [{port: 53, protocol: udp}]}]\n"
    found.opened("w/backend.yaml", text)
    (fix,) = {one.fix.title for one in found.fixes("w/backend.yaml", text.index("tcp"), text.index("tcp"))}
    assert fix == "write `TCP`"
    assert found.fixes("w/backend.yaml", 0, 1) == ()
    assert {edit.replacement for edit in found.safe_edits("w/backend.yaml")} == {"TCP", "UDP", '"53"'}
    assert all(f.fix.safety is Safety.SAFE for f in found.fixes("w/backend.yaml", 0, len(text)))
