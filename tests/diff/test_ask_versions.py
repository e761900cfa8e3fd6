"""`ask` for several Cilium versions: each answers, and a difference is said."""

import json

import pytest

from fakes.files import MemoryReader
from propolis.cli import main
from propolis.commands.ask import ask, ask_each
from propolis.commands.inputs import Input, input_of
from propolis.model.report import Exit
from propolis.model.settings import Version
from propolis.report.formats import text

POLICY = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  egress:
  - toEndpoints: [{}]
    toPorts: [{ports: [{port: "0", endPort: 100, protocol: TCP}]}]
"""
CHANGED, UNCHANGED = "shop/web -> shop/api:8080", "shop/web -> shop/api:80"
VERSIONS = (Version(1, 18), Version(1, 20))


def given(version: Version, policy: str = POLICY) -> Input:
    return input_of(MemoryReader({"a.yaml": policy}).read(["a.yaml"]), version)


def test_a_difference_is_said_and_a_denial_counts():
    report = ask_each([given(version) for version in VERSIONS], [CHANGED], ())
    assert [(answer.cilium, answer.outcome) for answer in report.answers] == [
        ("1.18", "DENY"),
        ("1.20", "ALLOW"),
    ]
    assert report.exit is Exit.BROKEN
    assert report.notes == (f"the versions differ: {CHANGED}/tcp: DENY in Cilium 1.18, ALLOW in Cilium 1.20",)
    assert report.summary == "Cilium 1.18, Cilium 1.20 differ in 1 of 1 flow"


def test_agreement_is_said_too():
    report = ask_each([given(version) for version in VERSIONS], [UNCHANGED], ())
    assert (report.exit, report.notes) == (Exit.KEPT, ())
    assert report.summary == "Cilium 1.18, Cilium 1.20 agree about all of 1 flow"


def test_each_version_answers_as_if_asked_alone():
    together = ask_each([given(version) for version in VERSIONS], [CHANGED, UNCHANGED], ())
    alone = [ask(given(version), [CHANGED, UNCHANGED], ()) for version in VERSIONS]
    assert sorted(together.answers, key=repr) == sorted((a for r in alone for a in r.answers), key=repr)
    flows = [answer.flow for answer in together.answers]
    assert flows == [f"{CHANGED}/tcp"] * 2 + [f"{UNCHANGED}/tcp"] * 2


def test_the_schema_of_each_version_judges():
    later = POLICY.replace("protocol: TCP", "protocol: VRRP").replace('"0", endPort: 100', '"0"')
    report = ask_each([given(Version(1, 18), later), given(Version(1, 19), later)], [UNCHANGED], ())
    assert [answer.outcome for answer in report.answers] == ["ALLOW", "DENY"]
    assert "Cilium 1.18: 1 of 1 policy object not in force, for the reasons above" in report.notes


def test_the_text_names_the_version_of_each_answer():
    shown = text.render(
        ask_each([given(version) for version in VERSIONS], [CHANGED], ()), color=False, width=100
    )
    assert f"DENY    {CHANGED}/tcp  (Cilium 1.18)" in shown
    assert f"ALLOW   {CHANGED}/tcp  (Cilium 1.20)" in shown


def test_one_bad_question_is_said_once():
    report = ask_each([given(version) for version in VERSIONS], ["nobody -> shop/api:80"], ())
    assert report.exit is Exit.BAD_INPUT
    assert len(report.problems) == 1


def test_the_command(tmp_path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.yaml").write_text(POLICY)
    arguments = ["ask", "--cilium", "1.20", "--cilium", "1.18", "-f", str(tmp_path), CHANGED]
    assert main([*arguments, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [answer["cilium"] for answer in told["answers"]] == ["1.18", "1.20"]
    assert main(["ask", "--cilium", "1.20", "-f", str(tmp_path), CHANGED]) == 0
    assert "(Cilium 1.20)" in capsys.readouterr().out
