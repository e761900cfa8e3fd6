"""`propolis diff`: which flows change between two sets of policies, or between two Cilium versions?"""

from typing import Any

import click

from propolis import wiring
from propolis.cli.delivery import delivered
from propolis.cli.options import (
    Appearance,
    CiliumVersion,
    appearance_options,
    cache_option,
    explain_option,
    output_option,
    setting_option,
    timeout_option,
)
from propolis.cli.progress import progress
from propolis.model.exit import Exit
from propolis.model.flags import Flag
from propolis.model.settings import Version

RANGE = ".."


class VersionOrRange(click.ParamType[tuple[Version, ...]]):
    name = "version"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Version, ...]:
        if isinstance(value, tuple):
            return value
        one = CiliumVersion()
        return tuple(one.convert(part, param, ctx) for part in str(value).split(RANGE, 1))


@click.command("diff")
@click.argument("paths", metavar="OLD NEW", nargs=-1, required=True, type=click.Path())
@click.option(
    "--world",
    "world",
    multiple=True,
    type=click.Path(),
    metavar="PATH",
    help="What stands beside both: workloads, namespaces, other policies.",
)
@click.option(
    "--cilium",
    type=VersionOrRange(),
    metavar="VERSION[..VERSION]",
    help="Cilium version to judge by; a range compares the same manifests under both.",
)
@setting_option
@click.option(
    "--show",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="Show at most N changes of each kind; the rest is counted.",
)
@explain_option
@timeout_option
@output_option
@cache_option
@appearance_options
def command(
    paths: tuple[str, ...],
    world: tuple[str, ...],
    cilium: tuple[Version, ...] | None,
    flags: tuple[Flag, ...],
    show: int,
    explaining: bool,
    timeout: float | None,
    output: str | None,
    fresh: bool,
    format_: str,
    color: str,
    quiet: bool,
) -> Exit:
    """Compare policies by their meaning: which flows and requests are newly allowed, and which newly denied?

    OLD and NEW are files, folders or git revisions (REVISION:PATH, the path from the repository's root). With
    a range of versions, PATH... are the same manifests before and after an upgrade.

    Exits with 0 when every flow has the same verdict, 4 when policies are narrowed, 5 when they are widened, and 1 when
    that is not decided.

    \b
    Examples:
      propolis diff old/ new/ --world deployments/
      propolis diff HEAD~1:policies policies --world deployments/ --format markdown
      propolis diff --cilium 1.18..1.19 policies/ deployments/
      propolis diff old/ new/ --setting policy-default-local-cluster=false
    """
    from propolis.commands.diff import between_texts, between_versions, diff
    from propolis.semantics.explain import answered, explained

    reader, gists = wiring.revision_reader(), wiring.gists(not fresh)
    with progress("comparing"):
        if cilium and len(cilium) == 2:
            asked = between_versions(reader.read((*paths, *world)), *cilium, flags, gists)
        elif len(paths) == 2:
            old, new = (reader.read((path,)) for path in paths)
            asked = between_texts(old, new, reader.read(world), cilium[0] if cilium else None, flags, gists)
        else:
            raise click.UsageError(
                "name two sets of policies, OLD and NEW, or a range of versions: `--cilium 1.18..1.19`"
            )
        answering = explained if explaining else answered
        report = diff(asked, show, answering, wiring.deadline(timeout))
    return delivered(report, Appearance(format_, color, quiet, output))
