"""The plug-in of kubectl: `kubectl propolis …` is `propolis …`, completion included."""

import sys
from collections.abc import Iterator

from propolis.cli import main as run

NAME = "kubectl propolis"
MAY_BE_FILES, NO_FILES = 0, 4
"""What kubectl's shell does besides, as a number behind the last word."""


def main() -> int:
    """`kubectl-propolis`, which kubectl starts for `kubectl propolis`."""
    return run(name=NAME)


def complete() -> int:
    """`kubectl_complete-propolis`, to which kubectl hands the words behind `propolis`, the last one unfinished."""
    sys.stdout.writelines(f"{line}\n" for line in _completions(sys.argv[1:] or [""]))
    return 0


def _completions(words: list[str]) -> Iterator[str]:
    from click.shell_completion import ShellComplete

    from propolis.cli.root import root

    found = ShellComplete(root, {}, NAME, "_PROPOLIS_COMPLETE").get_completions(words[:-1], words[-1])
    plain = [item for item in found if item.type == "plain"]
    yield from (f"{item.value}\t{item.help}" if item.help else str(item.value) for item in plain)
    yield f":{NO_FILES if plain else MAY_BE_FILES}"
