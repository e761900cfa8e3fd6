"""The worked examples print what their pages show, as far as the applications are beside this repository."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
APPLICATIONS = REPOSITORY.parent / "shared" / "corpus" / "apps"
PAGES = sorted((REPOSITORY / "docs" / "examples").glob("*.md"))


def test_every_example_has_commands():
    assert len(PAGES) >= 2
    for page in PAGES:
        text = page.read_text()
        assert text.count("```console\n$ ") == text.count("```") // 2 > 3, page.name


@pytest.mark.skipif(not APPLICATIONS.is_dir(), reason=f"the applications are not in {APPLICATIONS}")
def test_the_pages_show_what_the_commands_print():
    command = [sys.executable, "demo/examples.py", "--check"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), "run `python demo/examples.py`"
