"""Which adapter stands behind which port."""

import os
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

from propolis.commands.ports import (
    FileReader,
    Gists,
    OutputWriter,
    ProjectFiles,
    RecordReader,
    SourceReader,
)
from propolis.files import DiskFiles, DiskProject, DiskReader, DiskRecords, DiskWriter, DryWriter
from propolis.model.flags import Flag
from propolis.recall import Recall
from propolis.recall.shelf import Shelf, place
from propolis.revisions import RevisionReader

if TYPE_CHECKING:  # loaded by those verbs alone that need them
    from propolis.algebra.classes import Classes, Finder, Space
    from propolis.algebra.patience import IsOver
    from propolis.commands.sessions import DatabaseServer
    from propolis.recall.findings import Remembered


def source_reader() -> SourceReader:
    return DiskReader()


def revision_reader() -> SourceReader:
    """Reads git revisions (`REVISION:PATH`) as well."""
    return RevisionReader(DiskReader())


def gists(cached: bool) -> Gists:
    """What makes gists of texts; *cached*: with those that were made before, and kept for the next time."""
    return Recall(_shelf(cached), _processors())


def memory(cached: bool, flags: tuple[Flag, ...]) -> "Remembered":
    """The same for one run of `check`, which asks for findings besides, under *flags*."""
    from propolis.recall.findings import Remembered  # whoever asks for no findings needs none of the rules

    shelf = _shelf(cached)
    return Remembered(Recall(shelf, _processors()), shelf, flags)


def _shelf(cached: bool) -> Shelf | None:
    folder = place(os.environ) if cached else None
    return Shelf(folder) if folder else None


def _processors() -> int:
    """How many this process may use; not every system can say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def file_reader() -> FileReader:
    return DiskFiles()


def deadline(seconds: float | None) -> "IsOver":
    """What says whether so many *seconds* have gone by since now; None: they never do."""
    end = float("inf") if seconds is None else time.monotonic() + seconds
    return lambda: time.monotonic() > end


def finder() -> "Finder":
    """What finds the kinds of pods that could be created; a SAT solver helps where the extra `sat` is installed."""
    from propolis.algebra.classes import classes

    def find(space: "Space", most: int) -> "Classes":
        found = classes(space, most)
        if found.whole or find_spec("pysat") is None:
            return found
        from propolis.algebra import sat

        return sat.classes(space, most)

    return find


def record_reader() -> RecordReader:
    return DiskRecords()


def project_files() -> ProjectFiles:
    return DiskProject()


def output_writer() -> OutputWriter:
    return DiskWriter()


def comparing_writer() -> OutputWriter:
    """A writer that writes nothing and says what would change."""
    return DryWriter()


def database_server(connection: str | None) -> "DatabaseServer":
    """The server behind *connection*, a libpq URI; None: what libpq's own environment says (`PGHOST`, …)."""
    from propolis.postgres import PostgresServer

    return PostgresServer(connection)
