"""`propolis rule`: the pages of the linter's rules."""

from difflib import get_close_matches

from propolis.lint import pages, rule
from propolis.model.span import Problem


def names() -> tuple[str, ...]:
    """Every rule's name, sorted."""
    return tuple(rule.modules())


def page(name: str) -> str | Problem:
    """The page of the rule *name*, as Markdown.

    Errors:  a Problem that says which rule could be meant.
    """
    if name in names():
        return pages.page(name)
    close = get_close_matches(name, names(), 3)
    meant = f"did you mean {' or '.join(f'`{each}`' for each in close)}?" if close else ""
    return Problem(
        "unknown-rule", f"no rule is called `{name}`", None, meant or "`propolis rule` lists them all"
    )


def index() -> str:
    """One line for each rule, names first."""
    found = rule.modules()
    width = max(len(name) for name in found)
    return "".join(f"{name.ljust(width)}  {pages.headline(module)}\n" for name, module in found.items())
