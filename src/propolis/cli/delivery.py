"""From a report to text on a stream or in a file, and to the exit code."""

import shutil
import sys
from typing import TextIO

from propolis import wiring
from propolis.cli.failures import leave_stdout
from propolis.cli.options import Appearance
from propolis.model.report import Exit, Report
from propolis.report.quiet import quieted

WIDEST = 110
"""Columns; longer lines are hard to read on wide terminals."""

PIPED = 100
"""Columns of what no terminal shows: the same on every machine, so that reports can be compared."""


def delivered(report: Report, appearance: Appearance) -> Exit:
    """Write *report* to stdout or to the file that *appearance* names, and return its exit code."""
    if appearance.output:
        wiring.output_writer().write(appearance.output, _text(report, appearance, None))
    else:
        print_text(_text(report, appearance, sys.stdout))
    return report.exit


def remarked(report: Report, appearance: Appearance) -> Exit:
    """Write *report* to stderr, because stdout holds what was asked for, and return its exit code."""
    sys.stderr.write(_writable(_text(report, appearance, sys.stderr), sys.stderr))
    return report.exit


def print_text(text: str) -> None:
    """Write *text* to stdout; a reader that has closed it (`| head`) has read enough."""
    try:
        sys.stdout.write(_writable(text, sys.stdout))
        sys.stdout.flush()
    except BrokenPipeError:
        leave_stdout()


def _text(report: Report, appearance: Appearance, stream: TextIO | None) -> str:
    shown = quieted(report) if appearance.quiet else report
    text: str = appearance.format.render(shown, color=appearance.takes_color(stream), width=_width(stream))
    return text


def _width(stream: TextIO | None) -> int:
    if stream is None or not stream.isatty():
        return PIPED
    return min(shutil.get_terminal_size((PIPED, 24)).columns, WIDEST)


def _writable(text: str, stream: TextIO) -> str:
    """*text* with `?` for what the stream's encoding lacks."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
