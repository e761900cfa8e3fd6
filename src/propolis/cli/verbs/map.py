"""`propolis map`: who reaches whom?"""

from typing import Any

import click
import msgspec

from propolis import wiring
from propolis.cli.delivery import delivered, remarked
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
from propolis.commands.grouping import By, Grouping
from propolis.model.exit import Exit
from propolis.model.flags import Flag
from propolis.model.settings import Version


class GroupingType(click.ParamType[Grouping]):
    name = "grouping"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Grouping:
        if isinstance(value, Grouping):
            return value
        word, colon, key = str(value).partition(":")
        if word == By.LABEL and key:
            return Grouping(By.LABEL, key)
        if word in (by.value for by in By if by is not By.LABEL) and not colon:
            return Grouping(By(word))
        known = ", ".join(by.value for by in By if by is not By.LABEL)
        return self.fail(f"`{value}` makes no groups: write {known} or label:KEY", param, ctx)


@click.command("map")
@paths_argument
@click.option(
    "--by",
    "grouping",
    type=GroupingType(),
    metavar="GROUPING",
    help="workload, application, namespace, tenant or label:KEY.  [default: application, or namespace if those are"
    " too many]",
)
@click.option(
    "-n",
    "--namespace",
    "namespaces",
    multiple=True,
    metavar="NAME",
    help="Draw only what begins or ends in this namespace; repeatable.",
)
@click.option("--nodes", is_flag=True, help="Draw nodes and health probes too.")
@cilium_option
@setting_option
@output_option
@cache_option
@appearance_options
def command(
    paths: tuple[str, ...],
    grouping: Grouping | None,
    namespaces: tuple[str, ...],
    nodes: bool,
    cilium: Version | None,
    flags: tuple[Flag, ...],
    output: str | None,
    fresh: bool,
    format_: str,
    color: str,
    quiet: bool,
) -> Exit:
    """Draw who reaches whom under the policies in PATH..., which holds the workloads too.

    A matrix (text, svg) or a graph (mermaid, dot); json has every number. Only what exists is drawn, and never more
    than a page holds: large clusters are put together by namespace or label, or drawn in parts.

    \b
    Examples:
      propolis map manifests/
      propolis map manifests/ --by namespace --format svg -o map.svg
      propolis map manifests/ --by label:team --format mermaid
      propolis map manifests/ -n shop --format dot | dot -Tsvg > shop.svg
    """
    from propolis.commands.inputs import input_of
    from propolis.commands.map import NODES, Wanted, mapped, too_dense

    appearance = Appearance(format_, color, quiet, output)
    wanted = Wanted(grouping, frozenset(namespaces), NODES if nodes else frozenset())
    with progress("drawing"):
        given = input_of(wiring.source_reader().read(paths), cilium, flags, wiring.gists(not fresh))
        report = mapped(given, wanted)
    if appearance.format.VERBS is None:
        return delivered(report, appearance)
    most = getattr(appearance.format, "MOST_LINES", None)
    if report.map and most is not None and len(report.map.reaches) > most:
        report = too_dense(report, most, format_)
    told = msgspec.structs.replace(report, map=None)
    remarked(told, Appearance("text", color, quiet or bool(report.map)))
    return delivered(report, appearance) if report.map else report.exit
