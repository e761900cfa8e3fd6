"""Ctrl-C while `check` works on much: it ends at once, takes its workers along, and leaves whole files only."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: p{number}, namespace: shop}}
spec:
  endpointSelector: {{matchLabels: {{app: a{number}}}}}
  ingress:
  - fromEndpoints: [{{matchLabels: {{app: b{number}}}}}]
    toPorts: [{{ports: [{{port: {port}, protocol: TCP}}]}}]
"""
FILES, EACH = 40, 300
"""Above two million characters, from which on workers help; seconds of work on any machine."""


@pytest.fixture(scope="module")
def much(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("much")
    for file in range(FILES):
        numbers = range(file * EACH, (file + 1) * EACH)
        text = "---\n".join(POLICY.format(number=number, port=8000 + number % 90) for number in numbers)
        (folder / f"{file:03}.yaml").write_text(text)
    return folder


def started(much: Path, cache: Path, *options: str) -> subprocess.Popen[str]:
    """In a session of its own: what it starts is in the same group, and a signal to the group is a Ctrl-C."""
    return subprocess.Popen(
        [sys.executable, "-m", "propolis", "check", str(much), *options],
        env={**os.environ, "PROPOLIS_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def members(group: int) -> int:
    """How many processes *group* has, those not counted that have ended."""
    listed = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True)
    lines = (line.split() for line in listed.stdout.splitlines())
    return sum(int(pgid) == group and not stat.startswith("Z") for pgid, stat in lines)


def all_ended(group: int) -> bool:
    """Whether *group* is empty, or will be as soon as its workers see that nobody reads what they write."""
    until = time.monotonic() + 20
    while members(group) and time.monotonic() < until:
        time.sleep(0.02)
    return not members(group)


@pytest.mark.parametrize("whole_group", [True, False], ids=["Ctrl-C", "a signal to propolis alone"])
def test_it_ends_at_once_with_its_workers(much: Path, tmp_path: Path, whole_group: bool) -> None:
    process = started(much, tmp_path / "cache", "--format", "json", "-o", str(tmp_path / "report.json"))
    until = time.monotonic() + 60
    while members(process.pid) < 2 and time.monotonic() < until and process.poll() is None:
        time.sleep(0.02)
    assert process.poll() is None, "it should still be at work"
    (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.strip() == "propolis: interrupted; no file is half-written"
    assert all_ended(process.pid)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in left if path.suffix != ".gists"], "neither a report nor a part of a file"


@pytest.mark.parametrize("after", [0.05, 0.5, 2.0])
def test_files_that_were_being_fixed_are_whole(much: Path, tmp_path: Path, after: float) -> None:
    copies = {path.name: path.read_text() for path in sorted(much.iterdir())[:4]}
    for name, text in copies.items():
        (tmp_path / name).write_text(text)
    process = started(tmp_path, tmp_path / ".cache", "--fix")
    time.sleep(after)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert all_ended(process.pid)
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == set(copies)
    for name, text in copies.items():
        found = (tmp_path / name).read_text()
        fixed = "".join(
            line.replace("port: 8", 'port: "8').replace(", protocol", '", protocol')
            for line in text.splitlines(True)
        )
        assert found in (text, fixed)
