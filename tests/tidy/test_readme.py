"""What the README shows is what the commands print."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from propolis.cli import main

REPOSITORY = Path(__file__).parents[2]
SHOWN = re.findall(r"```\n((?:error|warning|✗|✓|\$).*?)```", (REPOSITORY / "README.md").read_text(), re.S)
COMMANDS = (
    ("check", "examples/published"),
    ("prove", "examples/published", "examples/shop"),
    ("prove", "FIXED", "examples/shop"),
)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Everything that the README's commands print, in the repository's folder."""
    fixed = str(tmp_path_factory.mktemp("fixed"))
    output = tmp_path_factory.mktemp("output")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(REPOSITORY)
        main(["check", "examples/published", "--fix-into", fixed, "-o", str(output / "fixing")])
        for number, command in enumerate(COMMANDS):
            main([fixed if word == "FIXED" else word for word in command] + ["-o", str(output / str(number))])
    yield "\n".join(file.read_text() for file in sorted(output.iterdir()))


def test_there_are_excerpts():
    assert len(SHOWN) >= 2


@pytest.mark.parametrize("excerpt", SHOWN, ids=lambda text: text.split("\n")[0][:40])
def test_every_excerpt_is_printed_as_it_stands(excerpt: str, printed: str):
    assert excerpt in printed
