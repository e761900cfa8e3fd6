"""The command line as users meet it: help, mistakes, exit codes, interruptions; nobody sees a traceback."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from propolis import __version__
from propolis.cli import DEFECT, INTERRUPTED, main
from propolis.cli.root import VERBS

REPOSITORY = Path(__file__).parents[2]
SHOP = REPOSITORY / "examples" / "shop"
PROFILE = SHOP / "profile.yaml"
PUBLISHED = REPOSITORY / "examples" / "published"


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


# --- the cache ---

POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: p{number}, namespace: shop}}
spec: {{endpointSelector: {{}}, ingress: [{{fromEntities: [world]}}]}}
"""
MUCH = "---\n".join(POLICY.format(number=number) for number in range(800))


def test_a_second_run_finds_what_the_first_one_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    file, cache = tmp_path / "much.yaml", tmp_path / "cache"
    file.write_text(MUCH)
    monkeypatch.setenv("PROPOLIS_CACHE", str(cache))
    fresh = called(capsys, "check", str(file), "--no-cache")
    assert not cache.exists()
    assert called(capsys, "check", str(file)) == fresh
    before = {kept: kept.read_bytes() for kept in (cache / "gists").iterdir()}
    assert len(before) == 2, "the text with its findings, and all findings together"
    assert called(capsys, "check", str(file)) == fresh
    for kept, data in before.items():
        assert kept.read_bytes() == data
        kept.write_bytes(data[:100])
    assert called(capsys, "check", str(file)) == fresh
    assert {kept: kept.read_bytes() for kept in before} == before


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
    pipe, folder = tmp_path / "pipe.yaml", tmp_path / "out"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "propolis", "render", str(pipe), "-o", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with pipe.open("wb"):  # opens when the command has opened its end, which then waits for text
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == INTERRUPTED
    assert err.strip() == "propolis: interrupted; no file is half-written"
    assert out == ""
    assert not folder.exists()


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


# --- check, prove, ask ---


def test_check_finds_every_fault_of_the_published_profile(capsys: pytest.CaptureFixture[str]):
    code, out, _ = called(capsys, "check", str(PUBLISHED), str(SHOP), "--format", "json")
    findings = json.loads(out)["findings"]
    assert code == 1
    assert {finding["rule"] for finding in findings} >= {
        "unknown-field",
        "invalid-protocol",
        "header-alternative",
        "literal-header-value",
        "inert-deny",
        "baseline-covers-dns",
        "no-ingress-default-deny",
        "cut-path",
        "open-database",
        "override-comment",
    }
    assert all(
        finding["span"]["line"] and finding["span"]["column"] and finding["why"] for finding in findings
    )


def test_fixing_a_copy_leaves_the_original_and_the_second_time_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    before = {file: file.read_bytes() for file in PUBLISHED.iterdir()}
    for changed in (True, False):
        _, out, _ = called(capsys, "check", str(PUBLISHED), "--fix-into", str(tmp_path), "--format", "json")
        assert {entry["changed"] for entry in json.loads(out)["written"]} == {changed}
    assert {file: file.read_bytes() for file in PUBLISHED.iterdir()} == before
    code, _, _ = called(capsys, "check", str(tmp_path), "--fix", "--quiet")
    assert code == 1
    assert "metadata:" in (tmp_path / "as-published.yaml").read_text()


def test_the_patch_of_diff_makes_what_fix_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    text = (PUBLISHED / "as-published.yaml").read_bytes().replace(b"\n", b"\r\n").rstrip()
    for name in ("patched.yaml", "fixed.yaml"):
        (tmp_path / name).write_bytes(text)
    code, patch, err = called(capsys, "check", "patched.yaml", "--diff", "--unsafe-fixes")
    assert (code, err) == (1, "1 file would change\n")
    assert (tmp_path / "patched.yaml").read_bytes() == text
    subprocess.run(["git", "apply", "-p0", "-"], input=patch.encode(), cwd=tmp_path, check=True)
    called(capsys, "check", "fixed.yaml", "--fix", "--unsafe-fixes")
    assert (tmp_path / "patched.yaml").read_bytes() == (tmp_path / "fixed.yaml").read_bytes() != text
    assert called(capsys, "check", "fixed.yaml", "--diff", "--unsafe-fixes") == (
        0,
        "",
        "nothing would change\n",
    )


def test_an_old_repository_starts_with_a_baseline_and_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "policies").mkdir()
    shipped = (PUBLISHED / "as-published.yaml").read_text()
    (tmp_path / "policies" / "a.yaml").write_text(shipped)
    monkeypatch.chdir(tmp_path / "policies")
    assert called(capsys, "check", ".", "--write-baseline", "--baseline", "known.json")[0] == 0
    (tmp_path / "policies" / "a.yaml").write_text("# moved\n" + shipped)
    code, out, _ = called(capsys, "check", ".", "--baseline", "known.json")
    assert code == 0
    assert out.splitlines()[-1].startswith("nothing new in 2 policies; ")
    Path("known.json").unlink()
    (tmp_path / "propolis.toml").write_text(
        '[[check.allow]]\nrules = ["*"]\nfiles = ["policies/"]\nreason = "x"\n'
    )
    code, out, _ = called(capsys, "check", str(tmp_path / "policies"))
    assert code == 0
    assert "allowed by the project" in out
    assert called(capsys, "check", ".", "--config", "nowhere.toml")[0] == 2


def test_prove_writes_its_report_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    proof = tmp_path / "proof.json"
    code, out, err = called(capsys, "prove", str(PUBLISHED), str(SHOP), "--format", "json", "-o", str(proof))
    assert (code, out, err) == (1, "", "")
    assert {claim["status"] for claim in json.loads(proof.read_text())["claims"]} >= {"kept", "broken"}


def test_what_is_rendered_is_proved_through_a_pipe(capsys: pytest.CaptureFixture[str]):
    _, stream, _ = called(capsys, "render", str(PROFILE))
    done = run("prove", "-", str(SHOP), "--quiet", stdin=stream)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


ORDERS = "app-namespace/my-frontend -> app-namespace/my-backend:8080 GET /api/orders"


def test_ask_answers_each_side_and_the_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    called(capsys, "render", str(PROFILE), "-o", str(tmp_path))
    code, out, _ = called(capsys, "ask", str(tmp_path), str(SHOP), ORDERS)
    lines = out.splitlines()
    assert code == 1
    assert lines[0].startswith("DENY    app-namespace/my-frontend -> app-namespace/my-backend:8080/tcp")
    said = {line[2:9].strip(): line[10:].split()[0] for line in lines if line[:2] == "  " and line[2] != " "}
    assert (said["egress"], said["ingress"], said["layer 7"]) == ("ALLOW", "ALLOW", "DENY")
    assert any("app-namespace.my-backend.yaml:" in line for line in lines)


def test_ask_reads_the_current_folder_when_no_path_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(SHOP)
    code, out, _ = called(capsys, "ask", ORDERS)
    assert code == 0
    assert out.startswith("ALLOW ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", "examples"], "no question: one holds `->`"),
        (["ask", "-H", "two words", "a -> b:1"], "`two words` is no header"),
        (["check"], "Missing argument"),
        (["check", "x", "--unsafe-fixes"], "goes with --fix"),
        (["check", "x", "--fix", "--diff"], "exclude each other"),
        (["prove", "x", "--format", "sarif"], "`sarif` is a format of `check` only"),
        (["ask", "x", "--format", "junit"], "`junit` is a format of `check` and `prove` only"),
        (["conform", "nowhere.jsonl"], "does not exist"),
    ],
)
def test_wrong_arguments_of_other_verbs(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str], words: str
):
    code, out, err = called(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize("verb", ["check", "prove", "render"])
@pytest.mark.parametrize("path", ["https://example.com/p.yaml", "nowhere.yaml"])
def test_paths_that_are_none_are_bad_input(capsys: pytest.CaptureFixture[str], verb: str, path: str):
    code, out, err = called(capsys, verb, path)
    assert code == 2
    assert f"`{path}`" in out + err
    assert "Traceback" not in out + err
