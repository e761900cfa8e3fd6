"""Every module says what it is, and no file names a place of one machine."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SOURCE = REPOSITORY / "src" / "propolis"
MODULES = sorted(SOURCE.rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager"}
MACHINE_PATH = re.compile(r"(?<![\w.$>})])/(?:home|root|work|Users|tmp/[a-z])[/\w]", re.ASCII)
TEXT_SUFFIXES = {"", ".py", ".md", ".toml", ".yaml", ".yml", ".json", ".txt", ".cfg"}


def tracked() -> list[Path]:
    """Files under version control; those of the folder when it is no repository (an unpacked archive)."""
    listed = subprocess.run(
        ["git", "-C", str(REPOSITORY), "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    if listed.returncode == 0 and listed.stdout:
        return [REPOSITORY / name for name in listed.stdout.split("\0") if name]
    kept_out = {".venv", "build", ".git", "__pycache__", ".hypothesis"}
    return [
        file
        for file in REPOSITORY.rglob("*")
        if file.is_file()
        and not any(
            part in kept_out or part.endswith("_cache") for part in file.relative_to(REPOSITORY).parts
        )
    ]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_says_what_it_is(module: Path):
    docstring = ast.get_docstring(ast.parse(module.read_text()))
    assert docstring, f"{module} has no docstring"
    assert len(docstring.split("\n")[0]) <= 110


def test_no_module_is_a_drawer():
    assert not [module for module in MODULES if module.stem in FORBIDDEN_NAMES]


def test_no_file_names_a_place_of_one_machine():
    found = [
        f"{file.relative_to(REPOSITORY)}: {line.strip()}"
        for file in tracked()
        if file.suffix in TEXT_SUFFIXES and file.is_file() and file != Path(__file__)
        for line in file.read_text(errors="replace").splitlines()
        if MACHINE_PATH.search(line)
    ]
    assert not found
