"""The reading of a file: its text becomes documents and problems, never an exception."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

import msgspec
import yaml
from yaml.events import DocumentStartEvent, StreamEndEvent
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.scanner import Scanner

from propolis.manifest.yaml.builder import Builder, Refused
from propolis.manifest.yaml.document import Body, Document, Place
from propolis.manifest.yaml.limits import LIMITS, Limits
from propolis.manifest.yaml.marks import Lines
from propolis.manifest.yaml.split import pieces
from propolis.manifest.yaml.syntax import plain_words
from propolis.manifest.yaml.templated import first_template, templated_values
from propolis.model.span import Problem

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class PurePythonParser(Reader, Scanner, Parser):
    """The fallback where PyYAML was built without libyaml: the same events, about ten times slower."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


EventParser: Any = PurePythonParser
if yaml.__with_libyaml__:
    from yaml._yaml import CParser as EventParser


class Reading(msgspec.Struct, frozen=True):
    """What a text holds. A document with an error is named in *problems* and missing from *documents*."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


def documents(text: str, file: str, limits: Limits = LIMITS) -> Reading:
    """The documents of *text*, read as kubectl reads them; *file* is the name that spans carry.

    Empty documents are left out.

    Shape:   one problem at least per broken document; notes and warnings beside sound ones.
    Errors:  none.
    Law:     reading a stream is reading its documents one by one (tests/laws/yaml).
    Source:  YAML 1.1 as libyaml has it; scalars as go-yaml v2 has them.
    """
    read: list[Document] = []
    problems: list[Problem] = []
    try:
        for outcome in outcomes(Lines(file, text), limits):
            if isinstance(outcome, Document):
                read.append(outcome)
                problems += templated_values(outcome)
            else:
                problems += outcome
    except Refused as refused:
        return Reading((), (refused.problem,))
    return Reading(tuple(read), tuple(problems))


def outcomes(lines: Lines, limits: Limits = LIMITS) -> Iterator[Document | tuple[Problem, ...]]:
    """One by one, the documents of a text, and the problems of each that is broken.

    Errors:  Refused when nothing of the text may be read, also of what was yielded before.
    """
    text = lines.text
    if len(text) > limits.bytes or (not text.isascii() and _bytes(text) > limits.bytes):
        message = f"the file is larger than {limits.bytes} bytes"
        raise Refused(Problem("too-large", message, lines.span(0, 0)))
    plain: dict[str, Any] = {}
    index = 0
    for start, end in pieces(text):
        for outcome in _outcomes(lines, start, end, index, limits, plain):
            yield outcome
            index += 1
        if index > limits.documents:
            message = f"the file has more than {limits.documents} documents"
            raise Refused(Problem("too-many-documents", message, lines.span(start, start)))


def document_at(lines: Lines, place: Place) -> Document:
    """The document that `documents` once found at *place* of the same text, not read again before it is asked."""
    return Document(lines, place, _body)


def _body(lines: Lines, place: Place, limits: Limits = LIMITS) -> Body:
    """What stands at *place*, which was read without error before."""
    first = place.index - place.nth
    found = next(islice(_outcomes(lines, place.start, place.end, first, limits, {}), place.nth, None))
    assert isinstance(found, Document), "the same text reads the same way"
    return found.body


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def _outcomes(
    lines: Lines, start: int, end: int, index: int, limits: Limits, plain: dict[str, Any]
) -> Iterator[Document | tuple[Problem, ...]]:
    """The documents of one piece (nearly always one), or the problems of each."""
    first = index
    builder = Builder(lines, start, limits, plain)
    try:
        next_event = EventParser(lines.text[start:end]).get_event
        event = next_event()
        while type(event) is not StreamEndEvent:
            if type(event) is DocumentStartEvent:
                builder = Builder(lines, start, limits, plain)
                builder.build(next_event)
                if builder.problems:
                    yield tuple(builder.problems)
                    index += 1
                elif builder.value is not None:
                    surprises = tuple(builder.surprises)
                    place = Place(index, start, end, index - first, bool(surprises))
                    body = Body(builder.value, surprises, builder.mark)
                    yield Document(lines, place, partial(_body, limits=limits), body)
                    index += 1
            event = next_event()
    except Refused as refused:
        yield _refusals(lines, start, end, [*builder.problems, refused.problem])
    except (ReaderError, UnicodeEncodeError):
        yield (_unreadable(lines, start, end),)
    except yaml.MarkedYAMLError as error:
        yield _refusals(lines, start, end, [_broken(lines, start, end, error)])


def _broken(lines: Lines, start: int, end: int, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    at = min(start + mark.index, end) if mark is not None else start
    message, help = plain_words(error, lines.text[start:at], lines.text[at : at + 1])
    return Problem("not-yaml", message, lines.span(at, min(at + 1, end)), help)


def _refusals(lines: Lines, start: int, end: int, problems: list[Problem]) -> tuple[Problem, ...]:
    """*problems*, unless a template before the last of them explains it better."""
    last = problems[-1]
    found = first_template(lines.text, start, end)
    if last.code not in ("not-yaml", "unsupported-key") or found is None or last.span is None:
        return tuple(problems)
    offset, looks = found
    if offset > last.span.end:
        return tuple(problems)
    why = f"as YAML it breaks on line {last.span.line}: {last.message}"
    return (
        Problem(
            "templated-text",
            f"this is not YAML yet, it looks like {looks}",
            lines.span(offset, offset + 2),
            f"render it first ({why})",
        ),
    )


def _unreadable(lines: Lines, start: int, end: int) -> Problem:
    found = _UNPRINTABLE.search(lines.text, start, end)
    assert found is not None, "the parser refuses exactly these characters"
    code_point = ord(found[0])
    span = lines.span(found.start(), found.end())
    if 0xD800 <= code_point <= 0xDFFF:
        help = "save the file as UTF-8; UTF-16 is not read"
        return Problem("not-utf8", f"U+{code_point:04X} in the text: it is not UTF-8", span, help)
    help = (
        "write an escape"
        if code_point
        else "remove it; where every other one is zero, save the file as UTF-8"
    )
    return Problem("control-character", f"YAML allows no U+{code_point:04X} in a text", span, help)
