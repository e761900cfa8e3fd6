"""`propolis conform`: our verdicts against recorded ones."""

import click

from propolis import wiring
from propolis.cli.delivery import delivered
from propolis.cli.options import Appearance, Setting, appearance_options, cilium_option, output_option
from propolis.cli.progress import progress
from propolis.model.exit import Exit
from propolis.model.flags import Flag
from propolis.model.settings import NEWEST, Settings, Version


@click.command("conform")
@click.argument(
    "paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False)
)
@click.option(
    "--show",
    "shown",
    metavar="N",
    type=click.IntRange(0),
    default=20,
    help="Explain so many disagreements of each file.",
)
@cilium_option
@click.option(
    "--setting",
    "flags",
    type=Setting(),
    multiple=True,
    metavar="NAME=VALUE",
    help="A flag of Cilium's agent instead of what the cases record, e.g. defect=none; repeatable.",
)
@output_option
@appearance_options
def command(
    paths: tuple[str, ...],
    shown: int,
    cilium: Version | None,
    flags: tuple[Flag, ...],
    output: str | None,
    format_: str,
    color: str,
    quiet: bool,
) -> Exit:
    """Compare our verdicts with those that the real Cilium engine gave.

    Each FILE holds one recorded case a line, as JSON (`.jsonl`, `.jsonl.gz`). What a case records about its own
    settings goes before --cilium, and --setting before both.

    \b
    Examples:
      propolis conform core.jsonl.gz
      propolis conform core.jsonl.gz --setting defect=none
      propolis conform *.jsonl.gz --format json -o conformance.json
    """
    from propolis.commands.conformity import conformity

    with progress("comparing"):
        report = conformity(paths, Settings(version=cilium or NEWEST), wiring.record_reader(), shown, flags)
    return delivered(report, Appearance(format_, color, quiet, output))
