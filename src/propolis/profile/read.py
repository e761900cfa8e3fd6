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
    wrong = problems(document, structure.faults(document.value))
    wrong = wrong or problems(document, causes.faults(document.value))
    if wrong:
        return Read(None, wrong)
    found = built(document.value)
    wrong = problems(document, meaning.faults(found))
    return Read(None, wrong) if wrong else Read(found, ())


def with_definitions(found: Profile, document: Document, methods_of: MethodsOf) -> Read:
    """*found*, which *document* holds, held against the files that define its gRPC services."""
    told = defined(found, methods_of)
    wrong = problems(document, told.faults)
    remarks = problems(document, told.remarks, "warning")
    return Read(None, wrong) if wrong else Read(told.profile, (), remarks)


def problems(
    document: Document, located: Iterable[Located], severity: Literal["error", "warning"] = "error"
) -> tuple[Problem, ...]:
    """The faults *located* in *document*, each at its line and column, in the order of the text."""
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
    if end <= start or not isinstance(value, str):
        return whole
    if value not in written:
        return _in_its_line(document, whole, value, start, end)
    offset = whole.start + written.index(value)
    return document.lines.span(offset + start, offset + end)


def _in_its_line(document: Document, whole: Span, value: str, start: int, end: int) -> Span:
    """The words in a text of several lines, which YAML indents; *whole* when their line is not found, or twice."""
    before = value.rfind("\n", 0, start) + 1
    line = value[before:].partition("\n")[0]
    written = document.excerpt(whole)
    if "\n" not in value or written.count(line) != 1:
        return whole
    offset = whole.start + written.index(line) + start - before
    return document.lines.span(offset, offset + min(end - start, len(line)))


def _value(value: object, located: Located) -> object:
    if located.on_key:
        return located.path[-1] if located.path else None
    for step in located.path:
        value = value[step]  # type: ignore[index]
    return value
