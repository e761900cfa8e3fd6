"""A profile with a `.proto` file beside it, from the command line: rendered, proved, asked, compared."""

import json
from pathlib import Path

import pytest

from propolis.cli import main

PROFILE = """\
apiVersion: propolis.dev/v1alpha1
kind: Profile
metadata: {name: small}
cluster:
  cilium: "1.19"
  dns: {namespace: kube-system, labels: {k8s-app: kube-dns}}
  exempt: {kube-system: runs the cluster}
workloads:
  web: {namespace: shop, labels: {app: web}}
  api: {namespace: shop, labels: {app: api}}
paths:
- path: web -> api:9090
  grpc: {methods: [shop.Inventory/Get, shop.Inventory/Watch], proto: [protos/inventory.proto]}
"""
PROTO = """\
syntax = "proto3";
package shop;
message M {}
service Inventory { rpc Get(M) returns (M); rpc Watch(M) returns (stream M); rpc Drop(M) returns (M); }
"""
WORLD = "".join(
    "---\napiVersion: v1\nkind: Pod\n"
    f"metadata: {{name: {name}, namespace: {namespace}, labels: {labels}}}\n"
    "spec: {containers: [{name: c, image: c}]}\n"
    for name, namespace, labels in (
        ("web", "shop", "{app: web}"),
        ("api", "shop", "{app: api}"),
        ("dns", "kube-system", "{k8s-app: kube-dns}"),
    )
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder is another one: files are looked for beside the profile."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    (tmp_path / "protos").mkdir()
    (tmp_path / "protos" / "inventory.proto").write_text(PROTO)
    (tmp_path / "profile.yaml").write_text(PROFILE)
    (tmp_path / "world.yaml").write_text(WORLD)
    assert main(["render", str(tmp_path / "profile.yaml"), "-o", str(tmp_path / "policies"), "-q"]) == 0
    return tmp_path


def report(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict]:
    capsys.readouterr()
    code = main([str(argument) for argument in (*arguments, "--format", "json")])
    return code, json.loads(capsys.readouterr().out)


def test_streams_are_marked_and_new_methods_reported(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert (
        "# a stream: shop.Inventory/Watch (server streams)"
        in (folder / "policies" / "shop.api.yaml").read_text()
    )
    code, told = report(capsys, "prove", folder)
    assert code == 0
    (problem,) = [p for p in told["problems"] if p["code"] == "profile-unlisted-method"]
    assert (problem["span"]["line"], problem["span"]["column"]) == (13, 71)
    assert "shop.Inventory/Drop" in problem["message"]
    assert any("gRPC shop.Inventory/Watch (server streams)" in claim["sentence"] for claim in told["claims"])


def test_a_wider_policy_is_told_in_calls(folder: Path, capsys: pytest.CaptureFixture[str]):
    wide = folder / "wide"
    wide.mkdir()
    for policy in (folder / "policies").iterdir():
        text = policy.read_text().replace(r"Inventory/Watch'", r"Inventory/(?:Watch|Drop)'")
        (wide / policy.name).write_text(text)
    code, told = report(capsys, "prove", wide, folder / "profile.yaml", folder / "world.yaml")
    assert code == 1
    (broken,) = [claim for claim in told["claims"] if claim["status"] != "kept"]
    assert broken["counterexample"]["request_line"] == "gRPC shop.Inventory/Drop"
    code, told = report(capsys, "diff", folder / "policies", wide, "--world", folder / "world.yaml")
    assert code == 5
    assert told["comparison"]["changes"][0]["traffic"] == ["9090/tcp (gRPC shop.Inventory/Drop)"]
    for method, outcome in (("Get", "ALLOW"), ("Drop", "DENY")):
        asked = (
            "ask",
            folder / "world.yaml",
            "-f",
            folder / "policies",
            "--grpc",
            f"shop.Inventory/{method}",
        )
        _, told = report(capsys, *asked, "shop/web -> shop/api:9090")
        assert [answer["outcome"] for answer in told["answers"]] == [outcome]
        assert told["answers"][0]["request_line"] == f"gRPC shop.Inventory/{method}"


def test_a_method_that_is_gone_is_a_mistake_of_the_profile(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "protos" / "inventory.proto").write_text(PROTO.replace("rpc Get(M) returns (M);", ""))
    code, told = report(capsys, "prove", folder)
    assert code == 2
    (problem,) = [p for p in told["problems"] if p["severity"] == "error"]
    assert (problem["code"], problem["span"]["line"], problem["span"]["column"]) == (
        "profile-unknown-method",
        13,
        20,
    )
    (folder / "protos" / "inventory.proto").unlink()
    code, told = report(capsys, "prove", folder)
    assert code == 2
    assert "profile-unread-file" in {p["code"] for p in told["problems"]}


def test_what_is_wrong_with_the_calls_stays_said_after_fixing(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    """Each way of fixing reads the files that the profile names again, beside the original also from a copy."""
    ways = ([], ["--fix"], ["--fix-into", str(folder / "copy" / "of" / "it")])
    for way in ways:
        _, told = report(capsys, "check", folder, *way)
        assert "profile-unlisted-method" in {p["code"] for p in told["problems"]}, way
        assert "profile-unread-file" not in {p["code"] for p in told["problems"]}, way
    (folder / "protos" / "inventory.proto").write_text(PROTO.replace("rpc Get(M) returns (M);", ""))
    for way in ways:
        code, told = report(capsys, "check", folder / "profile.yaml", *way)
        assert (code, "profile-unknown-method" in {p["code"] for p in told["problems"]}) == (2, True), way
