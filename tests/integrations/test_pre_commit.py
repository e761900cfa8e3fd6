"""The hook that `.pre-commit-hooks.yaml` defines, run by pre-commit itself in a repository of its own."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("pre_commit")

REPOSITORY = Path(__file__).parents[2]
HOOKS = REPOSITORY / ".pre-commit-hooks.yaml"
GOOD = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
"""
BAD = GOOD + "  ingressDeny:\n  - {}\n"


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HOME": str(folder),
        "PRE_COMMIT_HOME": str(folder / ".cache"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def pre_commit(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "pre_commit", *arguments, folder=folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with the hook. It runs what is installed here: to install it again would need a network."""
    (hook,) = yaml.safe_load(HOOKS.read_text())
    hook: dict[str, Any] = {**hook, "language": "system"}
    hook.pop("minimum_pre_commit_version")
    hook.pop("additional_dependencies")
    configuration = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    (tmp_path / "policies").mkdir()
    assert run("git", "init", "-q", folder=tmp_path).returncode == 0
    return tmp_path


def test_the_definition_is_one_that_pre_commit_accepts(tmp_path: Path) -> None:
    done = pre_commit("validate-manifest", str(HOOKS), folder=tmp_path)
    assert done.returncode == 0, done.stdout


def test_the_hook_can_read_what_profiles_name() -> None:
    (hook,) = yaml.safe_load(HOOKS.read_text())
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert hook["additional_dependencies"] == project["optional-dependencies"]["grpc"]


def test_a_finding_stops_a_commit_and_its_absence_does_not(folder: Path) -> None:
    (folder / "policies" / "a.yaml").write_text(BAD)
    run("git", "add", "policies", folder=folder)
    stopped = pre_commit("run", folder=folder)
    assert stopped.returncode == 1
    assert "error[inert-deny]" in stopped.stdout or "[inert-deny]" in stopped.stdout
    (folder / "policies" / "a.yaml").write_text(GOOD)
    run("git", "add", "policies", folder=folder)
    passed = pre_commit("run", folder=folder)
    assert (passed.returncode, "Passed" in passed.stdout) == (0, True)


def test_a_commit_without_manifests_is_not_looked_at(folder: Path) -> None:
    (folder / "policies" / "a.yaml").write_text(BAD)
    (folder / "readme.md").write_text("no manifest\n")
    run("git", "add", "readme.md", folder=folder)
    done = pre_commit("run", folder=folder)
    assert (done.returncode, "Skipped" in done.stdout) == (0, True)
