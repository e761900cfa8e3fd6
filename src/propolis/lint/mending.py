"""Mending: the evidence after its safe fixes, so that rules can say what is wrong besides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from propolis.lint.context import Evidence
from propolis.lint.fixing import by_file, fixed
from propolis.manifest.read import Source, read
from propolis.manifest.yaml.marks import Lines
from propolis.model.finding import Finding, Safety, TextEdit
from propolis.model.span import Span


@dataclass(frozen=True)
class Mended:
    """*evidence* after the fixes; *lines* are those of the texts before, *edits* what was changed in each."""

    evidence: Evidence
    lines: Mapping[str, Lines]
    edits: Mapping[str, tuple[TextEdit, ...]]

    def before(self, finding: Finding) -> Finding:
        """*finding*, made on the mended text, at its place in the text as written."""
        related = tuple(self._span(span) for span in finding.related)
        return msgspec.structs.replace(finding, span=self._span(finding.span), related=related)

    def _span(self, span: Span) -> Span:
        edits = self.edits.get(span.file, ())
        return self.lines[span.file].span(_offset(span.start, edits), _offset(span.end, edits))


def mended(evidence: Evidence, findings: Iterable[Finding]) -> Mended:
    """What *evidence* is once the safe fixes of *findings* are made.

    A policy that is refused for a slip is not in force, but its author will mend the slip: what else is wrong
    with it is worth saying now.
    """
    lines = {document.file: document.lines for document in evidence.documents}
    changing = by_file(findings)
    safe = frozenset({Safety.SAFE})
    results = {name: fixed(one.text, name, changing.get(name, ()), safe) for name, one in lines.items()}
    edits = {name: result.edits for name, result in results.items()}
    if not any(edits.values()):
        return Mended(evidence, lines, edits)
    texts = [Source(name, result.text) for name, result in results.items()]
    again = read(texts, evidence.settings.version.series, evidence.gists)
    after = Evidence(
        again.documents,
        again.policies,
        again.problems,
        again.world if evidence.world else None,
        evidence.settings,
        evidence.gists,
        again.values,
        again.flags,
    )
    return Mended(after, lines, edits)


def _offset(after: int, edits: Iterable[TextEdit]) -> int:
    """The offset before *edits* (sorted) of what stands at *after* behind them."""
    shift = 0
    for edit in edits:
        start = edit.start + shift
        end = start + len(edit.replacement)
        if after < start:
            break
        if after < end:
            return edit.start
        shift += len(edit.replacement) - (edit.end - edit.start)
    return after - shift
