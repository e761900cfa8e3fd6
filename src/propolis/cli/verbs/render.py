"""`propolis render`: a profile becomes policies."""

import click

from propolis import wiring
from propolis.cli.delivery import delivered, print_text, remarked
from propolis.cli.options import Appearance, appearance_options, cache_option, cilium_option, paths_argument
from propolis.cli.progress import progress
from propolis.model.report import Exit
from propolis.model.settings import Version


@click.command("render")
@paths_argument
@cilium_option
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Write one file for each policy into DIR.  [default: a YAML stream on stdout]",
)
@click.option("--check", "comparing", is_flag=True, help="Write nothing; exit 1 if DIR would change.")
@cache_option
@appearance_options
def command(
    paths: tuple[str, ...],
    cilium: Version | None,
    folder: str | None,
    comparing: bool,
    fresh: bool,
    format_: str,
    color: str,
    quiet: bool,
) -> Exit:
    """Turn the profile in PATH... into Cilium policies.

    The YAML stream goes to stdout, the report to stderr; with --output the report goes to stdout.

    \b
    Examples:
      propolis render profile.yaml                       # a YAML stream
      propolis render profile.yaml -o policies/          # one file each, the same bytes every time
      propolis render profile.yaml -o policies/ --check  # exit 1 if policies/ is out of date
    """
    if comparing and not folder:
        raise click.UsageError("--check needs --output DIR to compare with")
    from propolis.commands import render
    from propolis.commands.inputs import input_of

    appearance = Appearance(format_, color, quiet)
    with progress("rendering"):
        given = input_of(
            wiring.source_reader().read(paths),
            cilium,
            gists=wiring.gists(not fresh),
            files=wiring.file_reader(),
        )
        if folder is None:
            rendered = render.stream(given)
            print_text(rendered.stream)
            return remarked(rendered.report, appearance)
        if comparing:
            report = render.comparison(given, folder, wiring.comparing_writer())
        else:
            report = render.files(given, folder, wiring.output_writer())
    return delivered(report, appearance)
