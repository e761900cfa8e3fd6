"""`propolis lsp`: the language server for editors."""

import os
import signal
import sys

import click

from propolis import wiring
from propolis.cli import INTERRUPTED
from propolis.cli.options import cilium_option, debug_option, setting_option
from propolis.model.exit import Exit
from propolis.model.flags import Flag
from propolis.model.settings import Version

INSTALL = "pip install 'propolis[lsp]'"


@click.command("lsp")
@cilium_option
@setting_option
@debug_option
def command(cilium: Version | None, flags: tuple[Flag, ...]) -> Exit:
    """Serve an editor on stdin and stdout, by the Language Server Protocol.

    While you type it shows what `propolis check` finds in the whole workspace, unsaved texts included; it explains the
    rule and the selector under the cursor, and offers fixes. Your editor starts it; see docs/editors.md.

    \b
    Examples:
      propolis lsp
      propolis lsp --cilium 1.18 --setting enable-host-firewall=true
    """
    try:
        from propolis.editor.server import server
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise click.ClickException(f"`propolis lsp` needs `pygls`: {INSTALL}") from missing
    from propolis.commands.workspace import Workspace

    # The thread that waits for the editor's next message cannot be woken; and nothing is ever written here.
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    made = server(Workspace(wiring.source_reader(), wiring.project_files(), cilium, flags))
    # The server closes what it writes to; whoever ends this process still flushes stdout.
    made.start_io(sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb"))
    return Exit.KEPT if made.is_done else Exit.BROKEN
