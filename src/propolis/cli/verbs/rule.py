"""`propolis rule`: the page of a rule of `check`."""

from typing import Any

import click
from click.shell_completion import CompletionItem

from propolis.cli.delivery import print_text
from propolis.model.exit import Exit
from propolis.model.span import Problem


def _names(context: click.Context, parameter: Any, start: str) -> list[CompletionItem[Any]]:
    from propolis.commands import rule

    return [CompletionItem(name) for name in rule.names() if name.startswith(start)]


@click.command("rule")
@click.argument("name", required=False, shell_complete=_names)
def command(name: str | None) -> Exit:
    """Show the page of the rule NAME: what it finds, why that is bad, what to write instead.

    Without NAME, list all rules.

    \b
    Examples:
      propolis rule
      propolis rule header-alternative
    """
    from propolis.commands import rule

    found = rule.page(name) if name else rule.index()
    if isinstance(found, Problem):
        raise click.UsageError(f"{found.message}; {found.help}")
    print_text(found)
    return Exit.KEPT
