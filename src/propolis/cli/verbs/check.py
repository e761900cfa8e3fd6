"""`propolis check`: what is wrong in policies."""

import click

from propolis import wiring
from propolis.cli.delivery import delivered
from propolis.cli.options import (
    Appearance,
    appearance_options,
    cache_option,
    cilium_option,
    output_option,
    paths_argument,
    setting_option,
)
from propolis.cli.progress import progress
from propolis.model.exit import Exit
from propolis.model.flags import Flag
from propolis.model.settings import Version


@click.command("check")
@paths_argument
@cilium_option
@setting_option
@click.option(
    "--fix",
    "fixing",
    type=click.Choice(["safe", "all"]),
    help="Write fixes into the files: safe ones, or proposals too.",
)
@click.option(
    "--fix-into",
    "folder",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Write fixed copies below DIR instead; the files stay as they are.",
)
@output_option
@cache_option
@appearance_options
def command(
    paths: tuple[str, ...],
    cilium: Version | None,
    flags: tuple[Flag, ...],
    fixing: str | None,
    folder: str | None,
    output: str | None,
    fresh: bool,
    format_: str,
    color: str,
    quiet: bool,
) -> Exit:
    """Find what is wrong in the policies under PATH..., say why, and fix what is safe to fix.

    Give the workloads too, and the rules that need them run as well.

    \b
    Examples:
      propolis check policies/
      propolis check policies/ deployments/ --cilium 1.18
      propolis check policies/ --setting enable-node-selector-labels=true
      propolis check policies/ --fix safe
      propolis check policies/ --fix-into fixed/         # copies, the originals stay
      helm template chart/ | propolis check -
    """
    from propolis.commands import check, copies
    from propolis.commands.inputs import input_of

    allowed = check.EVERY_FIX if fixing == "all" else check.SAFE_ONLY
    with progress("checking"):
        given = input_of(
            wiring.source_reader().read(paths), cilium, flags, wiring.gists(not fresh), wiring.file_reader()
        )
        if folder is not None:
            report = copies.fixed_copies(given, allowed, folder, wiring.output_writer())
        elif fixing is not None:
            report = check.fix(given, allowed, wiring.output_writer())
        else:
            report = check.check(given)
    return delivered(report, Appearance(format_, color, quiet, output))
