"""`propolis check`: what is wrong in policies."""

import click

from propolis import wiring
from propolis.cli.delivery import delivered, print_text, remarked
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
@click.option("--fix", "fixing", is_flag=True, help="Write the safe fixes into the files.")
@click.option(
    "--fix-into",
    "folder",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Write fixed copies below DIR instead; the files stay as they are.",
)
@click.option(
    "--diff", "differing", is_flag=True, help="Show what the fixes would change; nothing is written."
)
@click.option(
    "--unsafe-fixes", "proposals", is_flag=True, help="Make proposals too, which may change the meaning."
)
@click.option(
    "--baseline",
    "known",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Say nothing of the findings that FILE knows.  [default: the one that propolis.toml names]",
)
@click.option(
    "--write-baseline", "recording", is_flag=True, help="Write what is found now into the baseline."
)
@click.option(
    "--persona",
    type=click.Choice(["regular", "pedantic", "auditor"]),
    help="Who is to hear the findings: auditors hear most.  [default: regular]",
)
@click.option(
    "--config",
    "configuration",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="What the project allows.  [default: the nearest propolis.toml above]",
)
@output_option
@cache_option
@appearance_options
def command(
    paths: tuple[str, ...],
    cilium: Version | None,
    flags: tuple[Flag, ...],
    fixing: bool,
    folder: str | None,
    differing: bool,
    proposals: bool,
    known: str | None,
    recording: bool,
    persona: str | None,
    configuration: str | None,
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
      propolis check policies/ --diff                    # what --fix would change
      propolis check policies/ --fix --unsafe-fixes
      propolis check policies/ --fix-into fixed/         # copies, the originals stay
      propolis check policies/ --write-baseline --baseline known.json
      propolis check policies/ --baseline known.json     # only what is new
      propolis check policies/ --format sarif -o propolis.sarif
      helm template chart/ | propolis check -
    """
    if sum((fixing, folder is not None, differing, recording)) > 1:
        raise click.UsageError("--fix, --fix-into, --diff and --write-baseline exclude each other")
    if proposals and not (fixing or folder is not None or differing):
        raise click.UsageError("--unsafe-fixes goes with --fix, --fix-into or --diff")
    from propolis.commands import baseline, check, copies, patches
    from propolis.commands.inputs import input_of
    from propolis.commands.project import manifests_of, project
    from propolis.lint.rule import Persona

    appearance = Appearance(format_, color, quiet, output)
    listener = Persona(persona) if persona else None
    allowed = check.EVERY_FIX if proposals else check.SAFE_ONLY
    with progress("checking"):
        memory = wiring.memory(not fresh, flags)
        beside = project(wiring.project_files(), configuration, known, recording, listener)
        sources = manifests_of(wiring.source_reader().read(paths), beside)
        given = input_of(sources, cilium, flags, memory, wiring.file_reader())
        if beside.problems:  # what is allowed is not known, so nothing is written
            differing, report = False, check.check(given, beside, memory)
        elif recording:
            report = baseline.write_baseline(given, beside, wiring.output_writer())
        elif folder is not None:
            report = copies.fixed_copies(given, allowed, folder, wiring.output_writer(), beside)
        elif fixing:
            report = check.fix(given, allowed, wiring.output_writer(), beside, memory)
        elif differing:
            differences = patches.differences(given, allowed, beside)
        else:
            report = check.check(given, beside, memory)
    if differing:
        print_text(differences.patch)
        return remarked(differences.report, appearance)
    return delivered(report, appearance)
