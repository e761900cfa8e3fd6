"""From anything that can go wrong to one line and an exit code."""

import os
import sys
import traceback
from collections.abc import Sequence

import click

from propolis.cli import DEFECT
from propolis.cli.root import DEBUG_FLAG, root
from propolis.model.exit import Exit


def exit_code(arguments: Sequence[str], name: str = "propolis") -> int:
    """The exit code of running *arguments* under *name*; every failure has said its line on stderr by then.

    Errors: KeyboardInterrupt, with what it left if that is no file.
    """
    # Looked for by hand: it must also work when the arguments are what cannot be understood.
    debug = DEBUG_FLAG in arguments
    try:
        outcome = root.main(args=list(arguments), prog_name=name, standalone_mode=False)
        sys.stdout.flush()
        return int(outcome or Exit.KEPT)
    except click.Abort as aborted:
        raise KeyboardInterrupt(*(aborted.__cause__.args if aborted.__cause__ else ())) from aborted
    except click.ClickException as mistake:
        mistake.show()
        return Exit.BAD_INPUT
    except BrokenPipeError:
        leave_stdout()
        return Exit.KEPT
    except OSError as error:
        _trace(debug)
        _say(_outside(error))
        return Exit.OUTSIDE_FAILED
    except Exception as error:
        _trace(debug)
        _say(f"this is a defect of propolis: {type(error).__name__}: {error}".splitlines()[0])
        if not debug:
            _say("please report it together with the input and what `--debug` prints")
        return DEFECT


def leave_stdout() -> None:
    """Stop writing to a reader that has gone, also in the flush at the interpreter's end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _outside(error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"`{error.filename}`: {reason}" if error.filename else reason


def _trace(debug: bool) -> None:
    if debug:
        traceback.print_exc(file=sys.stderr)


def _say(text: str) -> None:
    click.echo(f"propolis: {text}", err=True)
