"""The report of `propolis conform`: how many recorded verdicts are ours, and where we differ."""

import re
from collections.abc import Sequence

import msgspec

from propolis.commands.conform import Agreement, agreement
from propolis.commands.inputs import counted
from propolis.commands.ports import RecordReader
from propolis.model.flags import Flag
from propolis.model.report import Exit, Report
from propolis.model.settings import SUPPORTED, Settings, Version
from propolis.model.span import Problem

COMMAND = "conform"
MOST_SHOWN = 20
"""Disagreements of one file; who mends them begins with the first."""
_NAMED_VERSION = re.compile(r"v?1[._](\d\d)(?=[._]|$)")


def conformity(
    paths: Sequence[str],
    settings: Settings,
    reader: RecordReader,
    shown: int = MOST_SHOWN,
    flags: tuple[Flag, ...] = (),
) -> Report:
    """Our verdicts against those recorded in the files *paths*, with *shown* disagreements of each.

    *flags* go before what the cases record of their own settings.

    A file whose name says a version (`validation_v1_19.jsonl.gz`) is read with that one.

    Exit: BAD_INPUT when a file holds no recorded cases, BROKEN when any verdict differs, else KEPT.

    Errors:  OSError of *reader*.
    """
    read = {path: reader.records(path) for path in paths}
    problems = tuple(cases for cases in read.values() if isinstance(cases, Problem))
    found = {
        path: agreement(cases, _named_settings(path, settings), flags)
        for path, cases in read.items()
        if not isinstance(cases, Problem)
    }
    asked = sum(each.asked for each in found.values())
    told = "".join(f", with {flag.name}={flag.value}" for flag in flags)
    agreed = sum(each.agreed for each in found.values())
    exit_ = Exit.BAD_INPUT if problems else Exit.KEPT if agreed == asked else Exit.BROKEN
    return Report(
        command=COMMAND,
        exit=exit_,
        summary=f"{agreed} of {counted(asked, 'recorded answer')} are ours{told}",
        problems=problems,
        notes=tuple(note for path, each in found.items() for note in _notes(path, each, shown)),
    )


def _named_settings(path: str, settings: Settings) -> Settings:
    named = _NAMED_VERSION.search(path.rpartition("/")[2])
    version = Version(1, int(named[1])) if named else settings.version
    return msgspec.structs.replace(settings, version=version if version in SUPPORTED else settings.version)


def _notes(path: str, found: Agreement, shown: int) -> list[str]:
    lines = [f"{path}: agree {found.agreed} of {found.asked}"]
    for each in found.disagreements[:shown]:
        lines.append(f"{each.case} {each.question}: recorded {each.recorded}, ours {each.ours}")
    if len(found.disagreements) > shown:
        lines.append(f"… and {len(found.disagreements) - shown} more")
    return lines
