"""The baseline: findings that an old repository has already, known by what stands there and not by its line."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from propolis.model.finding import Finding

SCHEMA = "propolis.dev/baseline/v1"


class Known(msgspec.Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """*count* findings of *rule* on lines that read *line*. *file* counts from the project's folder."""

    file: str
    rule: str
    policy: str
    line: str
    count: int = 1


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: str
    findings: tuple[Known, ...]


class Sorted(msgspec.Struct, frozen=True):
    """The findings that are new, how many are known, and what is known and was not found."""

    new: tuple[Finding, ...]
    known: int
    gone: tuple[Known, ...]


Lines = Mapping[tuple[str, int], str]
"""(file, line) → the text of that line."""


def mark(finding: Finding, lines: Lines, place: Callable[[str], str]) -> Known:
    """What *finding* is known by."""
    text = lines.get((finding.span.file, finding.span.line), "")
    return Known(place(finding.span.file), finding.rule, finding.policy, " ".join(text.split()))


def of(findings: Iterable[Known]) -> tuple[Known, ...]:
    """Equal ones counted, in order."""
    counts = Counter(findings)
    return tuple(sorted(msgspec.structs.replace(one, count=number) for one, number in counts.items()))


def sorted_out(
    findings: Sequence[Finding], marks: Sequence[Known], known: Iterable[Known], files: Iterable[str]
) -> Sorted:
    """Which of *findings* are *known*, each with its mark in *marks*; *files* are those that were looked at.

    Law: with `known = of(marks)` nothing is new and nothing is gone, wherever lines have moved.
    """
    held = tuple(known)
    left = Counter({msgspec.structs.replace(one, count=1): 0 for one in held})
    for one in held:
        left[msgspec.structs.replace(one, count=1)] += one.count
    new: list[Finding] = []
    for finding, its in zip(findings, marks, strict=True):
        if left[its] > 0:
            left[its] -= 1
        else:
            new.append(finding)
    seen = frozenset(files)
    gone = tuple(
        msgspec.structs.replace(one, count=number)
        for one, number in sorted(left.items())
        if number > 0 and one.file in seen
    )
    return Sorted(tuple(new), len(findings) - len(new), gone)


def encoded(findings: Iterable[Known]) -> str:
    """The file: one finding a line, sorted, so that changes of it can be read."""
    lines = ",\n".join(f"    {msgspec.json.encode(one).decode()}" for one in findings)
    body = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "schema": "{SCHEMA}",\n  "findings": {body}\n}}\n'


def decoded(text: str) -> tuple[Known, ...]:
    """The findings that a baseline file holds.

    Errors:  ValueError with a sentence.
    """
    try:
        found = msgspec.json.decode(text, type=Baseline)
    except msgspec.DecodeError as error:
        raise ValueError(f"it is no baseline: {error}") from error
    if found.schema != SCHEMA:
        raise ValueError(f"its schema is `{found.schema}`, known is `{SCHEMA}`")
    return found.findings
