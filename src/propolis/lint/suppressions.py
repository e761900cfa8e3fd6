"""Suppressions: comments that allow a rule's finding on their line or the line below, with a reason."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from propolis.lint.comments import Comment, comments
from propolis.manifest.yaml import Document
from propolis.model.finding import Finding
from propolis.model.span import Span

_WORDS = re.compile(r"#\s*propolis:\s*allow\b")
_COMMENT = re.compile(
    r"propolis:\s*allow\s+(?P<rules>[a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s*(?:--\s*(?P<reason>.*))?"
)


class Suppression(msgspec.Struct, frozen=True):
    """`# propolis: allow <rule>, <rule> -- <reason>`.

    *line* is the line whose findings it hides, *used* the rules among *rules* that had one there.
    A comment that only begins like this has no *rules*.
    """

    rules: tuple[str, ...]
    reason: str
    span: Span
    line: int
    used: tuple[str, ...] = ()


class Judged(msgspec.Struct, frozen=True):
    """The findings that stay, and the suppressions with what each of them hid."""

    findings: tuple[Finding, ...]
    suppressions: tuple[Suppression, ...]


def suppressions(documents: Iterable[Document]) -> tuple[Suppression, ...]:
    """The suppressions in all files of *documents*, in reading order."""
    by_file = groupby(sorted(documents, key=lambda document: document.file), lambda document: document.file)
    return tuple(found for _, of_file in by_file for found in _in_file(tuple(of_file)))


def _in_file(documents: tuple[Document, ...]) -> Iterator[Suppression]:
    for comment in comments(documents, _WORDS):
        found = _COMMENT.fullmatch(comment.text)
        names = tuple(name.strip() for name in found["rules"].split(",")) if found else ()
        reason = (found["reason"] or "").strip() if found else ""
        line = _line_below(documents[0].text, comment) if comment.alone else comment.span.line
        yield Suppression(names, reason, comment.span, line)


def _line_below(text: str, comment: Comment) -> int:
    """The first line below *comment* that holds more than a comment."""
    line = comment.span.line
    for below in text[comment.span.end :].splitlines()[1:]:
        line += 1
        if below.strip() and not below.lstrip().startswith("#"):
            return line
    return line


def judged(findings: Iterable[Finding], known: tuple[Suppression, ...]) -> Judged:
    """Take the findings away that a suppression with a reason hides.

    One without a reason hides nothing: the reason is what makes it readable in a year.
    """
    hiding = {(s.span.file, s.line, rule): s for s in known if s.reason for rule in s.rules}
    staying: list[Finding] = []
    used: set[tuple[Span, str]] = set()
    for finding in findings:
        place = (finding.span.file, finding.span.line, finding.rule)
        if place in hiding:
            used.add((hiding[place].span, finding.rule))
        else:
            staying.append(finding)
    return Judged(tuple(staying), tuple(_with_use(suppression, used) for suppression in known))


def _with_use(suppression: Suppression, used: set[tuple[Span, str]]) -> Suppression:
    rules = tuple(rule for rule in suppression.rules if (suppression.span, rule) in used)
    return msgspec.structs.replace(suppression, used=rules)
