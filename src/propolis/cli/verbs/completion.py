"""`propolis completion`: the completion script for a shell."""

import click
from click.shell_completion import get_completion_class

from propolis.cli.delivery import print_text


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    Examples:
      eval "$(propolis completion bash)"                 # in ~/.bashrc
      eval "$(propolis completion zsh)"                  # in ~/.zshrc
      propolis completion fish > ~/.config/fish/completions/propolis.fish
    """
    completion = get_completion_class(shell)
    assert completion is not None, "click knows all three shells"
    print_text(completion(context.find_root().command, {}, "propolis", "_PROPOLIS_COMPLETE").source())
