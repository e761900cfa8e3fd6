"""Fixing: the text of a file after the fixes of its findings."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from propolis.manifest.splice import Edit, spliced
from propolis.model.finding import Finding, Safety, TextEdit


class Fixed(msgspec.Struct, frozen=True):
    """A file after its fixes. *edits* are sorted; *left* counts the fixes that wait for the next round."""

    text: str
    edits: tuple[TextEdit, ...]
    applied: tuple[Finding, ...]
    left: int


def fixed(text: str, file: str, findings: Iterable[Finding], allowed: frozenset[Safety]) -> Fixed:
    """*text* of *file* with every *allowed* fix of *findings* made.

    A fix is made as a whole or not at all; of two that touch, the first in order wins.

    Units:   offsets of the edits are code points of *text*.
    Law:     what lies outside of the edits stays as it is, code point by code point.
    """
    taken: list[TextEdit] = []
    applied: list[Finding] = []
    left = 0
    for finding in findings:
        fix = finding.fix
        if fix is None or fix.safety not in allowed or any(edit.file != file for edit in fix.edits):
            continue
        new = tuple(edit for edit in fix.edits if edit not in taken)
        if new and any(_touch(edit, other) for edit in new for other in taken):
            left += 1
            continue
        taken += new
        applied.append(finding)
    edits = tuple(sorted(taken, key=lambda edit: (edit.start, edit.end)))
    after = spliced(text, [Edit(edit.start, edit.end, edit.replacement) for edit in edits])
    return Fixed(after, edits, tuple(applied), left)


def by_file(findings: Iterable[Finding]) -> Mapping[str, Sequence[Finding]]:
    """The *findings* that have a fix, in their order, by the file that it begins to change."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.fix is not None and finding.fix.edits:
            found.setdefault(finding.fix.edits[0].file, []).append(finding)
    return found


def _touch(one: TextEdit, other: TextEdit) -> bool:
    """Whether the two share a code point or a place of insertion."""
    return one.start <= other.end and other.start <= one.end
