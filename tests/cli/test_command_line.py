"""The command line as users meet it: help, mistakes, exit codes, interruptions; nobody sees a traceback."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from propolis import __version__
from propolis.cli import DEFECT, INTERRUPTED, main
from propolis.cli.root import VERBS

REPOSITORY = Path(__file__).parents[2]
SHOP = REPOSITORY / "examples" / "shop"
PROFILE = SHOP / "profile.yaml"


def run(
    *arguments: str, stdin: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "propolis", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, **(env or {})},
        check=False,
    )


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a run in this process: faster than `run`."""
    code = main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


# --- help ---


def test_every_verb_has_a_module_and_every_module_is_a_verb():
    folder = REPOSITORY / "src" / "propolis" / "cli" / "verbs"
    assert {file.stem for file in folder.glob("[!_]*.py")} == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_help_has_examples(capsys: pytest.CaptureFixture[str], verb: str):
    code, out, _ = called(capsys, verb, "--help")
    assert code == 0
    assert "Examples:" in out
    assert f"propolis {verb}" in out
    assert all(len(line) <= 110 for line in out.splitlines())


def test_the_help_names_every_verb_and_exit_code(capsys: pytest.CaptureFixture[str]):
    code, out, _ = called(capsys, "--help")
    assert code == 0
    assert all(verb in out for verb in VERBS)
    assert "Exit codes:" in out


def test_the_help_imports_no_verb_and_no_engine():
    code = (
        "import sys; from propolis.cli import main; main(['--help']); "
        "heavy = [m for m in sys.modules if m.startswith(('propolis.', 'yaml', 'msgspec', 'jsonschema'))]; "
        "print(*sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stderr.split()) == {
        "propolis.cli",
        "propolis.cli.failures",
        "propolis.cli.root",
        "propolis.model",
        "propolis.model.exit",
    }


def test_the_version(capsys: pytest.CaptureFixture[str]):
    assert called(capsys, "--version") == (0, f"propolis {__version__}\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(capsys: pytest.CaptureFixture[str], shell: str):
    code, out, _ = called(capsys, "completion", shell)
    assert code == 0
    assert "_PROPOLIS_COMPLETE" in out


def test_completion_completes_verbs():
    env = {"_PROPOLIS_COMPLETE": "bash_complete", "COMP_WORDS": "propolis pr", "COMP_CWORD": "1"}
    assert run(env=env).stdout.split() == ["plain,prove"]


# --- mistakes ---


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["render", "--nonsense"], "No such option"),
        (["render", "x", "--cilium", "1.3"], "`1.3` is no supported Cilium version (supported: 1.16, "),
        (["render", "x", "--format", "pdf"], "'pdf' is not one of"),
        (["render", "x", "--check"], "--check needs --output DIR"),
        (["rule", "header-alternativ"], "did you mean `header-alternative`?"),
        (["completion", "tcsh"], "'tcsh' is not one of"),
        (["render", "x", "--debug", "--color", "blue"], "'blue' is not one of"),
    ],
)
def test_wrong_arguments(capsys: pytest.CaptureFixture[str], arguments: Sequence[str], words: str):
    code, out, err = called(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1", "error["),
        ("\tkey: 1", "error["),
        ("kind: Profile", "error["),
        ("apiVersion: propolis.dev/v1alpha1\nkind: Profile\nmetadata: 3\n", "error["),
        ("", "nothing rendered: no profile was given"),
        ("\0", "error["),
        ("&a [*a]", "error["),
        ("- " * 5000, ""),
        ("{" * 5000, ""),
    ],
)
def test_bad_input_is_answered_with_2_and_no_traceback(text: str, words: str):
    done = run("render", "-", stdin=text)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "defect" not in done.stderr


def test_a_defect_is_one_line_and_debug_shows_where(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object) -> None:
        raise ValueError("wings\nfell off")

    monkeypatch.setattr("propolis.commands.render.stream", broken)
    code, _, err = called(capsys, "render", str(PROFILE))
    assert code == DEFECT
    assert "propolis: this is a defect of propolis: ValueError: wings\n" in err
    assert "please report it" in err
    assert "Traceback" not in err
    code, _, err = called(capsys, "render", str(PROFILE), "--debug")
    assert code == DEFECT
    assert "Traceback" in err and "test_command_line.py" in err


# --- the outside ---


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_is_the_outside_failing():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "propolis", "render", str(PROFILE)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    assert "no space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_made_is_the_outside_failing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "file").write_text("")
    code, _, err = called(capsys, "render", str(PROFILE), "-o", str(tmp_path / "file" / "deep"))
    assert code == 3
    assert "propolis: `" in err and "not a directory" in err


def test_a_reader_that_stops_reading_is_no_failure():
    done = subprocess.run(
        f"set -o pipefail; {sys.executable} -m propolis render {PROFILE} 2>&1 | head -1",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert "BrokenPipe" not in done.stdout + done.stderr


def test_an_interruption_exits_130_with_one_line_and_writes_nothing(tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "-m", "propolis", "render", "-", "-o", str(tmp_path)],
        stdin=subprocess.PIPE,  # stays open: the command waits for its input
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == INTERRUPTED
    assert err.strip() == "propolis: interrupted; no file is half-written"
    assert out == ""
    assert not list(tmp_path.iterdir())


# --- render ---


def test_rendering_twice_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code, _, _ = called(capsys, "render", str(PROFILE), "-o", str(tmp_path), "--check")
    assert code == 1
    assert not list(tmp_path.iterdir())
    code, out, _ = called(capsys, "render", str(PROFILE), "-o", str(tmp_path))
    assert code == 0
    assert "written   " in out and "unchanged " not in out
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    code, out, _ = called(capsys, "render", str(PROFILE), "-o", str(tmp_path))
    assert code == 0
    assert "unchanged " in out and "written   " not in out
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before
    code, _, _ = called(capsys, "render", str(PROFILE), "-o", str(tmp_path), "--check")
    assert code == 0


def test_a_policy_that_no_profile_asks_for_any_more_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    called(capsys, "render", str(PROFILE), "-o", str(tmp_path))
    (tmp_path / "left-over.yaml").write_text("")
    code, out, _ = called(capsys, "render", str(PROFILE), "-o", str(tmp_path))
    assert code == 0
    assert "left-over.yaml` is not of this profile" in " ".join(out.split())
    code, _, _ = called(capsys, "render", str(PROFILE), "-o", str(tmp_path), "--check")
    assert code == 1


def test_the_stream_holds_yaml_alone_and_can_be_read_back(capsys: pytest.CaptureFixture[str]):
    code, out, err = called(capsys, "render", str(PROFILE))
    assert code == 0
    assert "rendered" in err
    again = run("render", "-", str(PROFILE), "--quiet", stdin=out)
    assert again.returncode == 0
    assert again.stdout == out
    assert again.stderr == ""


def test_json_on_stdout_is_nothing_but_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code, out, err = called(capsys, "render", str(PROFILE), "-o", str(tmp_path), "--format", "json")
    report = json.loads(out)
    assert (report["command"], report["exit"], code, err) == ("render", 0, 0, "")
    assert all(entry["changed"] for entry in report["written"])


def test_color_is_off_when_piped_and_can_be_forced(tmp_path: Path):
    assert "\x1b[" not in run("render", str(PROFILE), "-o", str(tmp_path)).stdout
    assert "\x1b[" in run("render", str(PROFILE), "-o", str(tmp_path), "--color", "always").stdout
