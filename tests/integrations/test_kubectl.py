"""The plug-in of kubectl, by the two names under which kubectl looks for it."""

import subprocess
import sys
from pathlib import Path

import pytest

BINARIES = Path(sys.executable).parent


def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(BINARIES / name), *arguments], capture_output=True, text=True)


def test_it_is_propolis_under_the_name_that_was_called() -> None:
    done = run("kubectl-propolis", "check", "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: kubectl propolis check ")
    assert run("kubectl-propolis", "nonsense").returncode == 2


@pytest.mark.parametrize(
    ("words", "line", "directive"),
    [
        ([""], "check\tFind what is wrong", ":4"),
        (["che"], "check\tFind what is wrong", ":4"),
        (["check", "--form"], "--format\tHow to write the report.", ":4"),
        (["rule", "header-alt"], "header-alternative", ":4"),
        (["check", ""], "", ":0"),
    ],
)
def test_words_are_completed(words: list[str], line: str, directive: str) -> None:
    done = run("kubectl_complete-propolis", *words)
    *found, last = done.stdout.splitlines()
    assert (done.returncode, last) == (0, directive)
    assert any(one.startswith(line) for one in found) if line else not found
