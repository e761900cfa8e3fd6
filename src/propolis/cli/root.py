"""The command `propolis`: its verbs, of which only the one that runs is imported."""

from importlib import import_module

import click

from propolis import __version__

DEBUG_FLAG = "--debug"

VERBS = {
    "check": "Find what is wrong in policies, say why, and fix what is safe to fix.",
    "prove": "Prove the promises of a profile against policies, or show what breaks them.",
    "repair": "Propose the smallest proved change of policies for each broken promise.",
    "render": "Turn a profile into Cilium policies.",
    "sql": "Make PostgreSQL hold what the statements of a profile say.",
    "ask": "Answer whether a flow is allowed, and by which lines.",
    "diff": "Compare policies by meaning: which flows change, and by which lines?",
    "map": "Draw who reaches whom, by application, namespace, tenant or label.",
    "conform": "Compare verdicts with those recorded from the real Cilium engine.",
    "rule": "Show the page of a rule of `check`.",
    "lsp": "Serve an editor: findings while you type, explanations, fixes.",
    "completion": "Print the completion script for your shell.",
}
"""Verb → its line in `propolis --help`; kept here so that the help imports no verb."""

EPILOG = """\b
Exit codes:
  0  kept: nothing to report, every claim holds, the flow is allowed
  1  findings of weight, a broken or unknown claim, a denied flow, an undecided difference
  2  bad input: wrong arguments, unreadable manifests
  3  the outside failed: permissions, a full disk
  4  `diff` alone: narrowed, nothing is newly allowed
  5  `diff` alone: widened, something is newly allowed

\b
Examples:
  propolis check manifests/
  propolis prove manifests/ profile.yaml
  propolis ask manifests/ 'shop/web -> shop/api:8080 GET /orders'
"""


class LazyGroup(click.Group):
    """Verbs that are found in `propolis.cli.verbs` when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"propolis.cli.verbs.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@click.version_option(__version__, "-V", "--version", message="propolis %(version)s")
@click.option(DEBUG_FLAG, is_flag=True, expose_value=False, help="Show the traceback of a defect.")
def root() -> None:
    """Write, check and prove Cilium network policies.

    Propolis reads manifests from files, folders and stdin. It never talks to a cluster; `sql` alone talks to a
    database, when asked to.
    """
