"""The lines of policies that rules were written on, for explanations."""

from collections.abc import Sequence
from typing import Any

from propolis.manifest import Document
from propolis.model.report import Line
from propolis.model.rule import Origin
from propolis.model.span import Path
from propolis.semantics.explain import Place

LONGEST = 200
"""Characters of an excerpt; the span leads to the rest."""


def place_in(documents: Sequence[Document]) -> Place:
    """A function from a rule's origin to its line in *documents*."""

    def place(origin: Origin) -> Line:
        return line_at(documents[origin.document], origin.policy, origin.path)

    return place


def line_at(document: Document, name: str, path: Path) -> Line:
    """The line at *path* of *document*, which is called *name*."""
    text = written(value_at(document.value, path))
    excerpt = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return Line(name, document.span(path), excerpt)


def value_at(value: Any, path: Path) -> Any:
    """The value at *path*; that of its nearest ancestor if there is none."""
    for step in path:
        inner = _child(value, step)
        if inner is None:
            break
        value = inner
    return value


def _child(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def written(value: Any) -> str:
    """*value* in one line, as YAML's flow style has it, without the outermost braces and without quotes."""
    if isinstance(value, dict) and value:
        return ", ".join(f"{key}: {_inner(inner)}" for key, inner in value.items())
    return _inner(value)


def _inner(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_inner(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inner(inner) for inner in value) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)
