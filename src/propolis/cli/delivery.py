"""From a report to bytes on stdout or in a file, and to the exit code."""

import shutil
import sys

from propolis import wiring
from propolis.cli.failures import leave_stdout
from propolis.cli.options import Appearance
from propolis.model.report import Exit, Report
from propolis.report.quiet import quieted

WIDEST = 110
"""Columns; longer lines are hard to read on wide terminals."""


def delivered(report: Report, appearance: Appearance) -> Exit:
    """Write *report* where *appearance* says, and return its exit code."""
    shown = quieted(report) if appearance.quiet else report
    width = min(shutil.get_terminal_size((100, 24)).columns, WIDEST)
    text = appearance.format.render(shown, color=appearance.color, width=width)
    if appearance.output:
        wiring.output_writer().write(appearance.output, text)
    else:
        print_text(text)
    return report.exit


def print_text(text: str) -> None:
    """Write *text* to stdout; a reader that has closed it (`| head`) has read enough."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        leave_stdout()
