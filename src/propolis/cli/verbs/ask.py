"""`propolis ask`: is this flow allowed, and by which lines?"""

import click

from propolis import wiring
from propolis.cli.delivery import delivered
from propolis.cli.options import Appearance, appearance_options, cilium_option, output_option
from propolis.cli.progress import progress
from propolis.model.exit import Exit
from propolis.model.settings import Version

HERE = (".",)


@click.command("ask")
@click.argument("words", metavar="[PATH]... QUESTION...", nargs=-1, required=True)
@click.option(
    "-H",
    "--header",
    "headers",
    multiple=True,
    metavar="'NAME: VALUE'",
    help="Add a header to HTTP questions.",
)
@cilium_option
@output_option
@appearance_options
def command(
    words: tuple[str, ...],
    headers: tuple[str, ...],
    cilium: Version | None,
    output: str | None,
    format_: str,
    color: str,
    quiet: bool,
) -> Exit:
    """Answer whether flows are allowed: leaving the source, reaching the destination, and the request.

    What holds `->` is a QUESTION, everything else a PATH (by default the current folder). Ends are workloads
    (`namespace/name`), pods that could exist (`namespace/(new pod)`), `world`, `host`, `remote-node`, `ingress`,
    `kube-apiserver`, an address, or a DNS name.

    \b
    Examples:
      propolis ask manifests/ 'shop/web -> shop/api:8080 GET /orders'
      propolis ask manifests/ -H 'X-API-KEY: s3cret' 'shop/web -> shop/api:8080 POST /orders'
      propolis ask manifests/ 'shop/web -> shop/api:8080 POST /orders [X-API-KEY=s3cret]'
      propolis ask manifests/ 'shop/api -> kube-system/coredns:53/udp DNS api.example.com'
      propolis ask manifests/ 'shop/api -> api.example.com:443' 'world -> shop/web icmp/8'
    """
    from propolis.commands.ask import ask
    from propolis.commands.inputs import input_of
    from propolis.commands.questions import ARROW

    questions = [word for word in words if ARROW in word]
    paths = [word for word in words if ARROW not in word] or HERE
    if not questions:
        raise click.UsageError(f"no question: one holds `{ARROW}`, as in 'shop/web {ARROW} shop/api:8080'")
    parsed = tuple(_header(text) for text in headers)
    with progress("asking"):
        report = ask(input_of(wiring.source_reader().read(paths), cilium), questions, parsed)
    return delivered(report, Appearance(format_, color, quiet, output))


def _header(text: str) -> tuple[str, str]:
    from propolis.commands.questions import header

    found = header(text)
    if found is None:
        raise click.BadParameter(f"`{text}` is no header: write 'Name: value'", param_hint="'--header'")
    return found
