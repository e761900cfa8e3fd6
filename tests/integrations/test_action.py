"""The GitHub Action: its metadata, and its step, run as a runner does."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from integrations.test_pre_commit import BAD, GOOD
from propolis.cli.options import found_formats

REPOSITORY = Path(__file__).parents[2]
METADATA = yaml.safe_load((REPOSITORY / "action.yml").read_text())
(STEP,) = METADATA["runs"]["steps"]
INPUTS = METADATA["inputs"]


def test_the_metadata_is_what_github_asks_for() -> None:
    assert set(METADATA) <= {"name", "author", "description", "inputs", "outputs", "runs", "branding"}
    assert all(METADATA[key] for key in ("name", "description"))
    assert METADATA["runs"]["using"] == "composite" and set(METADATA["runs"]) == {"using", "steps"}
    for name, declared in INPUTS.items():
        assert re.fullmatch(r"[a-zA-Z_][\w-]*", name)
        assert set(declared) <= {"description", "required", "default", "deprecationMessage"}
        assert isinstance(declared["default"], str) and declared["description"]
    for declared in METADATA["outputs"].values():
        assert set(declared) == {"description", "value"}
    assert set(STEP) <= {"name", "id", "if", "env", "shell", "run", "uses", "with", "working-directory"}
    assert STEP["shell"] == "bash"
    assert all(isinstance(value, str) for value in STEP["env"].values())
    assert INPUTS["format"]["default"] in found_formats()


def test_no_input_is_part_of_a_script() -> None:
    assert "${{" not in STEP["run"]
    assert "${{" not in (REPOSITORY / "action.sh").read_text()
    used = set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", " ".join(STEP["env"].values())))
    assert used == set(INPUTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bad").mkdir()
    (tmp_path / "good").mkdir()
    (tmp_path / "bad" / "a.yaml").write_text(BAD)
    (tmp_path / "good" / "a.yaml").write_text(GOOD)
    return tmp_path


def step(folder: Path, **inputs: str) -> tuple[int, str, str]:
    """The step with *inputs*: its exit code, what it wrote, and its output. Propolis is installed already."""
    given = {**{name: declared["default"] for name, declared in INPUTS.items()}, **inputs}
    contexts = {"github.action_path": str(REPOSITORY), "runner.temp": str(folder / "temp")}
    contexts |= {f"inputs.{name}": value for name, value in given.items()}
    environment = {
        name: re.sub(r"\$\{\{ (\S+) \}\}", lambda found: contexts[found[1]], value)
        for name, value in STEP["env"].items()
    }
    binaries = folder / "temp" / "propolis" / "bin"
    binaries.mkdir(parents=True, exist_ok=True)
    command = Path(sys.executable).parent / "propolis"
    if not (binaries / "propolis").exists():
        (binaries / "propolis").symlink_to(command)
    output = folder / "output"
    output.write_text("")
    bash = shutil.which("bash")
    assert bash
    done = subprocess.run(
        [bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", STEP["run"]],
        cwd=folder,
        env={**os.environ, **environment, "GITHUB_OUTPUT": str(output)},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr, output.read_text()


def test_findings_are_annotations_and_fail_the_step(folder: Path) -> None:
    code, told, output = step(folder, paths="bad\n")
    assert (code, output) == (1, "exit-code=1\n")
    assert re.search(r"^::warning file=bad/a.yaml,line=\d+,.*title=inert-deny::", told, re.MULTILINE)
    assert step(folder, paths="bad", fail="false")[::2] == (0, "exit-code=1\n")
    assert step(folder, paths="good")[::2] == (0, "exit-code=0\n")


def test_bad_input_always_fails_the_step(folder: Path) -> None:
    assert step(folder, paths="good\nnowhere", fail="false")[::2] == (2, "exit-code=2\n")


def test_every_input_arrives(folder: Path) -> None:
    code, told, _ = step(
        folder,
        paths="bad\ngood",
        cilium="1.18",
        settings="enable-policy=always\nenable-host-firewall=true\n",
        format="json",
        output="report.json",
    )
    assert code == 1 and '"inert-deny"' in (folder / "report.json").read_text(), told
    assert step(folder, cilium="9.9")[0] == 2
    assert step(folder, settings="nonsense=1")[0] == 2


@pytest.mark.parametrize(
    "hostile",
    ["$(touch owned)", "`touch owned`", "; touch owned", "' ; touch owned '", "--output=owned", "-o owned"],
)
def test_hostile_inputs_are_words_and_no_more(folder: Path, hostile: str) -> None:
    assert step(folder, paths=hostile)[0] == 2
    assert step(folder, settings=hostile, cilium=hostile, config=hostile)[0] == 2
    assert not list(folder.rglob("owned"))
