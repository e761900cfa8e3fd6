"""The worked examples of docs/examples: runs their commands and puts what they print below them.

    python demo/examples.py            # write the pages anew
    python demo/examples.py --check    # only say which pages would change

Needs the applications in `../shared/corpus/apps`, beside this repository.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PAGES = sorted((REPOSITORY / "docs" / "examples").glob("*.md"))
APPLICATIONS = REPOSITORY.parent / "shared" / "corpus" / "apps"
BLOCK = re.compile(r"```console\n\$ (?P<command>(?:[^\n]*\\\n)*[^\n]*)\n(?P<output>.*?)```", re.S)


def printed(command: str) -> str:
    """What *command* prints in the repository's folder; the `propolis` beside this interpreter is meant."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=REPOSITORY,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        check=False,
    )
    return done.stdout


def page(text: str) -> str:
    """*text* with the output of every command as it is now."""

    def run(block: re.Match[str]) -> str:
        return f"```console\n$ {block['command']}\n{printed(block['command'])}```"

    return BLOCK.sub(run, text)


def main() -> int:
    if not APPLICATIONS.is_dir():
        print(f"the applications are not there: {APPLICATIONS}", file=sys.stderr)
        return 2
    stale = 0
    for file in PAGES:
        before = file.read_text()
        after = page(before)
        if after != before:
            stale += 1
            print(f"{'stale' if '--check' in sys.argv else 'written'} {file.relative_to(REPOSITORY)}")
            if "--check" not in sys.argv:
                file.write_text(after)
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
