"""The command line: arguments → command → format → exit code."""

import gc
import sys
from collections.abc import Sequence

INTERRUPTED = 130
DEFECT = 70
"""`EX_SOFTWARE`: the tool itself is wrong; never the exit code of a user's mistake."""


GARBAGE = (1_000_000, 20, 100)
"""How often to look for cycles of garbage: what a command makes stays until it ends, and holds next to none."""


def main(arguments: Sequence[str] | None = None, name: str = "propolis") -> int:
    """Run the command line and return its exit code (see `model.report.Exit`, INTERRUPTED and DEFECT).

    *name* is what the user has called it by.

    Errors: none; whatever goes wrong becomes one line on stderr. `--debug` adds the traceback.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    gc.set_threshold(*GARBAGE)
    try:
        from propolis.cli.failures import exit_code  # the imports can be interrupted as well

        return exit_code(arguments, name)
    except KeyboardInterrupt as interrupted:
        sys.stderr.write(f"\npropolis: interrupted; {str(interrupted) or 'no file is half-written'}\n")
        return INTERRUPTED
