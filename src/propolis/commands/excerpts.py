"""The source lines that a report points at, put into the report."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from propolis.model.report import Report, SourceLine
from propolis.model.span import Span

LINE_END = re.compile(r"[\r\n]")


def with_source_lines(report: Report, texts: Mapping[str, str]) -> Report:
    """*report* with the first line of every span that a finding or a problem names in *texts*.

    Shape:   sorted, each line once; spans in files that *texts* lacks add nothing.
    """
    lines = {source_line(span, texts[span.file]) for span in _spans(report) if span.file in texts}
    return msgspec.structs.replace(report, source_lines=tuple(sorted(lines)))


def source_line(span: Span, text: str) -> SourceLine:
    """The line of *text* that *span* starts on: found by offset, so that line-break rules do not matter."""
    start = max(span.start - (span.column - 1), 0)
    end = LINE_END.search(text, span.start)
    return SourceLine(span.file, span.line, text[start : end.start() if end else len(text)])


def _spans(report: Report) -> Iterator[Span]:
    for finding in report.findings:
        yield finding.span
        yield from finding.related
    for problem in report.problems:
        if problem.span:
            yield problem.span
