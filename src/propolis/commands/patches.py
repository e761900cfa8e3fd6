"""Patches: what `check --diff` shows, nothing written."""

import difflib
import re

import msgspec

from propolis.commands.check import COMMAND, fixed_texts, with_exit_of
from propolis.commands.inputs import Input, counted, reported
from propolis.commands.project import ALONE, Project
from propolis.model.finding import Safety
from propolis.model.report import Exit, Report

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Differences(msgspec.Struct, frozen=True):
    """What fixes would change: *patch* for `patch -p0` and `git apply -p0`, *report* says how much."""

    patch: str
    report: Report


def differences(given: Input, allowed: frozenset[Safety], project: Project = ALONE) -> Differences:
    """What the *allowed* fixes would change in the files of *given*; nothing is written.

    Exit: BAD_INPUT when a document could not be read, BROKEN when something would change, else KEPT.
    """
    after = fixed_texts(given, allowed, project)
    changed = [name for name, text in given.texts.items() if after[name] != text]
    patch = "".join(_patch(name, given.texts[name], after[name]) for name in changed)
    summary = f"{counted(len(changed), 'file')} would change" if changed else "nothing would change"
    exit_ = Exit.BROKEN if changed else Exit.KEPT
    report = Report(command=COMMAND, exit=exit_, summary=summary, problems=project.problems)
    return Differences(patch, with_exit_of(project, reported(report, given)))


def _patch(name: str, before: str, after: str) -> str:
    """The unified diff of one file; a last line without its end is said to have none."""
    lines = difflib.unified_diff(_LINE.findall(before), _LINE.findall(after), name, name)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
