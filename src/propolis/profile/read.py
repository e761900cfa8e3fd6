"""The reading of a profile: a YAML document becomes a profile, or problems with line and column."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from propolis.manifest.yaml import Document
from propolis.model.profile import Profile
from propolis.model.span import Problem, Span
from propolis.profile import causes, meaning, structure
from propolis.profile.build import built
from propolis.profile.calls import MethodsOf, defined
from propolis.profile.structure import Located


class Read(msgspec.Struct, frozen=True):
    """*profile* is None exactly if there are *problems*. *remarks* are what its author should know besides."""

    profile: Profile | None
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...] = ()


def profile(document: Document) -> Read:
    """The profile that *document* holds.

    How it is built is looked at first; what it means (declared names, paths that contradict each other,
    what Cilium cannot hold) only in a profile that is built right.

    Errors:  none; every problem has a span and a help.
    Law:     a profile that the JSON Schema refuses has problems (tests/profile/test_schema.py).
    """
    problems = _problems(document, structure.faults(document.value))
    problems = problems or _problems(document, causes.faults(document.value))
    if problems:
        return Read(None, problems)
    found = built(document.value)
    problems = _problems(document, meaning.faults(found))
    return Read(None, problems) if problems else Read(found, ())


def with_definitions(found: Profile, document: Document, methods_of: MethodsOf) -> Read:
    """*found*, which *document* holds, held against the files that define its gRPC services."""
    told = defined(found, methods_of)
    problems = _problems(document, told.faults)
    remarks = _problems(document, told.remarks, "warning")
    return Read(None, problems) if problems else Read(told.profile, (), remarks)


def _problems(
    document: Document, located: Iterable[Located], severity: Literal["error", "warning"] = "error"
) -> tuple[Problem, ...]:
    """In the order of the text."""
    found = [(_span(document, each), each) for each in located]
    found.sort(key=lambda pair: pair[0].start)
    return tuple(
        Problem(each.fault.code, each.fault.message, span, _help(document, each), severity)
        for span, each in found
    )


def _help(document: Document, located: Located) -> str:
    if not located.other:
        return located.fault.help
    return f"{located.fault.help}; the other line is line {document.span(located.other).line}"


def _span(document: Document, located: Located) -> Span:
    """Where the fault is written: the very words if the text stands in the file as it was read."""
    whole = document.key_span(located.path) if located.on_key else document.span(located.path)
    start, end = located.fault.start, located.fault.end
    value = _value(document.value, located)
    written = document.excerpt(whole)
    if end <= start or not isinstance(value, str) or value not in written:
        return whole
    offset = whole.start + written.index(value)
    return document.lines.span(offset + start, offset + end)


def _value(value: object, located: Located) -> object:
    if located.on_key:
        return located.path[-1] if located.path else None
    for step in located.path:
        value = value[step]  # type: ignore[index]
    return value
