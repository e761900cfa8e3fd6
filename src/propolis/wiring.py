"""Which adapter stands behind which port."""

import os
import time
from importlib.util import find_spec

from propolis.algebra.classes import Classes, Finder, Space, classes
from propolis.algebra.patience import IsOver, never
from propolis.commands.ports import Gists, OutputWriter, RecordReader, SourceReader
from propolis.files import DiskReader, DiskRecords, DiskWriter, DryWriter
from propolis.recall import Recall
from propolis.recall.shelf import Shelf, place
from propolis.revisions import RevisionReader


def source_reader() -> SourceReader:
    return DiskReader()


def revision_reader() -> SourceReader:
    """Reads git revisions (`REVISION:PATH`) as well."""
    return RevisionReader(DiskReader())


def gists(cached: bool) -> Gists:
    """What makes gists of texts; *cached*: with those that were made before, and kept for the next time."""
    folder = place(os.environ) if cached else None
    return Recall(Shelf(folder) if folder else None, _processors())


def _processors() -> int:
    """How many this process may use; not every system can say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def deadline(seconds: float | None) -> IsOver:
    """What says whether so many *seconds* have gone by since now; None: they never do."""
    if seconds is None:
        return never
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def finder() -> Finder:
    """What finds the kinds of pods that could be created; a SAT solver helps where the extra `sat` is installed."""

    def find(space: Space, most: int) -> Classes:
        found = classes(space, most)
        if found.whole or find_spec("pysat") is None:
            return found
        from propolis.algebra import sat

        return sat.classes(space, most)

    return find


def record_reader() -> RecordReader:
    return DiskRecords()


def output_writer() -> OutputWriter:
    return DiskWriter()


def comparing_writer() -> OutputWriter:
    """A writer that writes nothing and says what would change."""
    return DryWriter()
