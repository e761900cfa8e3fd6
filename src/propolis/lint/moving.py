"""Moving: where a finding stands after its text has changed, as far as the change leaves its place alone."""

import msgspec

from propolis.manifest.yaml.marks import Lines
from propolis.model.finding import Finding, TextEdit
from propolis.model.span import Problem, Span


class Change(msgspec.Struct, frozen=True):
    """What was between offsets *start* and *end* of a text has become *longer* code points longer."""

    start: int
    end: int
    longer: int
    file: str
    lines: Lines

    def moved(self, finding: Finding) -> Finding | None:
        """*finding* at its place in the text as it is now; None when an end of that was changed.

        What was changed inside may have made it wrong. What it says besides (other places, a fix) goes with it where it
        can be moved too; a fix only where nothing was changed.
        """
        span = self._span(finding.span)
        if span is None:
            return None
        related = tuple(place for one in finding.related if (place := self._span(one)))
        edits = [self._edit(edit) for edit in finding.fix.edits] if finding.fix else []
        kept = tuple(edit for edit in edits if edit)
        fix = msgspec.structs.replace(finding.fix, edits=kept) if finding.fix and all(edits) else None
        return msgspec.structs.replace(finding, span=span, related=related, fix=fix)

    def told(self, problem: Problem) -> Problem | None:
        """*problem* in the same way."""
        span = problem.span and self._span(problem.span)
        return msgspec.structs.replace(problem, span=span) if span else None

    def _span(self, span: Span) -> Span | None:
        if span.file != self.file:
            return span
        by = self._by(span.start, span.end)
        if by is not None:
            return self.lines.span(span.start + by, span.end + by)
        is_inside = span.start <= self.start and self.end <= span.end
        return self.lines.span(span.start, span.end + self.longer) if is_inside else None

    def _edit(self, edit: TextEdit) -> TextEdit | None:
        by = self._by(edit.start, edit.end) if edit.file == self.file else 0
        return None if by is None else msgspec.structs.replace(edit, start=edit.start + by, end=edit.end + by)

    def _by(self, start: int, end: int) -> int | None:
        if end <= self.start:
            return 0
        return self.longer if start >= self.end else None


def change(before: str, after: str, file: str) -> Change:
    """The smallest change that makes *after* of *before*, the text of *file*.

    Law:     what lies outside of it is the same, code point by code point (tests/lint/test_moving.py).
    """
    most = min(len(before), len(after))
    start = _shared(before, after, most)
    end = _shared(
        before[: start - 1 if start else None : -1], after[: start - 1 if start else None : -1], most - start
    )
    return Change(start, len(before) - end, len(after) - len(before), file, Lines(file, after))


def _shared(one: str, other: str, most: int) -> int:
    """How many code points, up to *most*, two texts begin with alike: found by halving, for texts are long."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
