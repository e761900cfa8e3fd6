"""`propolis ask`: is this flow allowed, and by which lines?"""

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
)
from propolis.cli.progress import progress
from propolis.model.exit import Exit
from propolis.model.flags import Flag
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
    help="Add a header to HTTP questions, or metadata to gRPC calls.",
)
@click.option(
    "--grpc",
    "call",
    metavar="SERVICE/METHOD",
    help="Ask about this gRPC call where a question names no request, e.g. shop.Inventory/Get.",
)
@click.option(
    "-f",
    "--file",
    "files",
    multiple=True,
    type=click.Path(),
    metavar="PATH",
    help="A PATH to read, as an option.",
)
@click.option(
    "--cilium",
    type=CiliumVersion(),
    multiple=True,
    metavar="VERSION",
    help="Cilium version to judge by; several are compared.  [default: the profile's, or 1.19]",
)
@setting_option
@explain_option
@output_option
@cache_option
@appearance_options
def command(
    words: tuple[str, ...],
    headers: tuple[str, ...],
    call: str | None,
    files: tuple[str, ...],
    cilium: tuple[Version, ...],
    flags: tuple[Flag, ...],
    explaining: bool,
    output: str | None,
    fresh: bool,
    format_: str,
    color: str,
    quiet: bool,
) -> Exit:
    """Answer whether flows are allowed: leaving the source, reaching the destination, and the request.

    What holds `->` is a QUESTION, everything else a PATH (by default the current folder). Ends are workloads
    (`namespace/name`), pods that could exist (`namespace/(new pod labelled app=x)`, as reports name them), `world`,
    `host`, `remote-node`, `ingress`, `kube-apiserver`, an address, or a DNS name.

    \b
    Examples:
      propolis ask manifests/ 'shop/web -> shop/api:8080 GET /orders'
      propolis ask manifests/ -H 'X-API-KEY: s3cret' 'shop/web -> shop/api:8080 POST /orders'
      propolis ask manifests/ 'shop/web -> shop/api:8080 POST /orders [X-API-KEY=s3cret]'
      propolis ask manifests/ 'shop/api -> shop/stock:9090 gRPC shop.Inventory/Get'
      propolis ask manifests/ --grpc shop.Inventory/Get 'shop/api -> shop/stock:9090'
      propolis ask manifests/ 'shop/api -> kube-system/coredns:53/udp DNS api.example.com'
      propolis ask manifests/ 'shop/api -> api.example.com:443' 'world -> shop/web icmp/8'
      propolis ask --cilium 1.18 --cilium 1.20 -f manifests/ 'shop/web -> shop/api:8080'
      propolis ask manifests/ --explain 'shop/web -> shop/db:5432'   # what would have to change?
      propolis ask manifests/ --setting enable-host-firewall=true 'shop/web -> host:10250'
    """
    from propolis.commands.ask import ask, ask_each
    from propolis.commands.inputs import input_of
    from propolis.commands.questions import ARROW, with_call
    from propolis.semantics.explain import explained

    questions = [with_call(word, call) for word in words if ARROW in word]
    paths = (*files, *(word for word in words if ARROW not in word)) or HERE
    if not questions:
        raise click.UsageError(f"no question: one holds `{ARROW}`, as in 'shop/web {ARROW} shop/api:8080'")
    parsed = tuple(_header(text) for text in headers)
    answering = explained if explaining else None
    with progress("asking"):
        sources, gists = wiring.source_reader().read(paths), wiring.gists(not fresh)
        if len(cilium) > 1:
            given = [input_of(sources, version, flags, gists) for version in sorted(set(cilium))]
            report = ask_each(given, questions, parsed, answering)
        else:
            one = input_of(sources, cilium[0] if cilium else None, flags, gists)
            report = ask(one, questions, parsed, answering)
    return delivered(report, Appearance(format_, color, quiet, output))


def _header(text: str) -> tuple[str, str]:
    from propolis.commands.questions import header

    found = header(text)
    if found is None:
        raise click.BadParameter(f"`{text}` is no header: write 'Name: value'", param_hint="'--header'")
    return found
