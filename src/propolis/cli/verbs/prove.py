"""`propolis prove`: the promises of a profile against policies."""

import click

from propolis import wiring
from propolis.cli.delivery import delivered
from propolis.cli.options import (
    Appearance,
    appearance_options,
    cache_option,
    cilium_option,
    explain_option,
    output_option,
    paths_argument,
    setting_option,
    timeout_option,
)
from propolis.cli.progress import progress
from propolis.model.exit import Exit
from propolis.model.flags import Flag
from propolis.model.settings import Version


@click.command("prove")
@paths_argument
@cilium_option
@setting_option
@explain_option
@timeout_option
@output_option
@cache_option
@appearance_options
def command(
    paths: tuple[str, ...],
    cilium: Version | None,
    flags: tuple[Flag, ...],
    explaining: bool,
    timeout: float | None,
    output: str | None,
    fresh: bool,
    format_: str,
    color: str,
    quiet: bool,
) -> Exit:
    """Prove the promises of a profile, or show a flow that breaks them.

    PATH... holds the policies, the workloads and one profile, in any order. Each promise is kept, broken with a
    counterexample and the lines that decide it, or unknown with the reason.

    \b
    Examples:
      propolis prove policies/ deployments/ profile.yaml
      propolis prove shop/ --cilium 1.20 --format json -o proof.json
      propolis prove shop/ --setting enable-policy=always --timeout 60
      propolis prove shop/ --explain                     # what would have to change?
      propolis render profile.yaml | propolis prove - deployments/ profile.yaml
    """
    from propolis.commands.inputs import input_of
    from propolis.commands.prove import prove
    from propolis.semantics.explain import answered, explained

    with progress("proving"):
        given = input_of(
            wiring.source_reader().read(paths), cilium, flags, wiring.gists(not fresh), wiring.file_reader()
        )
        answering = explained if explaining else answered
        report = prove(given, wiring.deadline(timeout), wiring.finder(), answering)
    return delivered(report, Appearance(format_, color, quiet, output))
