"""`propolis repair`: changes that keep broken promises."""

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
    timeout_option,
)
from propolis.cli.progress import progress
from propolis.model.exit import Exit
from propolis.model.flags import Flag
from propolis.model.settings import Version


@click.command("repair")
@paths_argument
@click.option(
    "--proofs",
    type=click.IntRange(min=1),
    default=40,
    show_default=True,
    metavar="N",
    help="Prove at most N candidates for each broken promise.",
)
@timeout_option
@cilium_option
@setting_option
@output_option
@cache_option
@appearance_options
def command(
    paths: tuple[str, ...],
    proofs: int,
    timeout: float | None,
    cilium: Version | None,
    flags: tuple[Flag, ...],
    output: str | None,
    fresh: bool,
    format_: str,
    color: str,
    quiet: bool,
) -> Exit:
    """Propose the smallest change of the policies in PATH... for each broken promise of the profile among them.

    Every change is proved before it is shown: the promise is kept, what was kept stays kept, and each end still lets
    through every declared flow that it let through. It is a unified diff for `patch -p0`; nothing is written.

    \b
    Examples:
      propolis repair policies/ deployments/ profile.yaml
      propolis repair shop/ --proofs 200 --timeout 60 --format json -o repairs.json
    """
    from propolis.commands.inputs import input_of
    from propolis.commands.repair import repair

    with progress("repairing"):
        sources, gists = wiring.source_reader().read(paths), wiring.gists(not fresh)
        given = input_of(sources, cilium, flags, gists, wiring.file_reader())
        report = repair(given, proofs, wiring.deadline(timeout))
    return delivered(report, Appearance(format_, color, quiet, output))
