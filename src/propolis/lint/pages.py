"""The rules' pages: Markdown made from the docstrings. `python -m propolis.lint.pages FOLDER` writes them."""

import inspect
import re
import sys
from pathlib import Path
from types import ModuleType

from propolis.lint.rule import group, modules

SECTIONS = ("What it does", "Why it is bad", "Avoid", "Prefer", "Fix", "Source", "Versions")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_EXAMPLE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def sections(module: ModuleType) -> dict[str, str]:
    """The text of each section of the page, by heading, in order."""
    parts = _HEADING.split(_docstring(module))
    return {heading: text.strip() for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


def example(module: ModuleType, heading: str) -> str:
    """The YAML of the section *heading*, `Avoid` or `Prefer`."""
    found = _EXAMPLE.search(sections(module)[heading])
    assert found, f"{module.__name__} has no YAML under {heading}"
    return found[1]


def headline(module: ModuleType) -> str:
    """The first line of the docstring: what the rule says, in one sentence."""
    return _docstring(module).partition("\n")[0]


def page(name: str) -> str:
    """The page of the rule *name*."""
    module = modules()[name]
    facts = " · ".join(
        (module.SEVERITY, f"confidence {module.CONFIDENCE}", _words(module), f"needs {_needs(module)}")
    )
    body = _docstring(module).partition("\n")[2].strip()
    return f"# {name}\n\n{headline(module)}\n\n{facts}\n\n{body}\n"


def index() -> str:
    """The list of all rules, by group."""
    lines = [
        "# Rules",
        "",
        "Written by `python -m propolis.lint.pages docs/rules` from the rules' docstrings.",
    ]
    by_group: dict[str, list[str]] = {}
    for name, module in modules().items():
        by_group.setdefault(group(module), []).append(f"- [{name}]({name}.md) — {headline(module)}")
    for title, rows in sorted(by_group.items()):
        lines += ["", f"## {title.replace('_', ' ')}", "", *rows]
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {"README.md": index(), **{f"{name}.md": page(name) for name in modules()}}


def _docstring(module: ModuleType) -> str:
    return inspect.cleandoc(module.__doc__ or "")


def _words(module: ModuleType) -> str:
    return group(module).replace("_", " ")


def _needs(module: ModuleType) -> str:
    return {
        "document": "policies",
        "policies": "policies",
        "world": "policies, and workloads (without any: pods as the policies name them)",
        "workloads": "policies and workloads (without any it says nothing)",
        "outcome": "the other rules",
    }[module.NEEDS]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    written = pages()
    for stale in {path.name for path in folder.glob("*.md")} - set(written):
        (folder / stale).unlink()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
