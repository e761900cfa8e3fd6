"""Which adapter stands behind which port."""

import os

from propolis.commands.ports import FileReader, Gists, OutputWriter, RecordReader, SourceReader
from propolis.files import DiskFiles, DiskReader, DiskRecords, DiskWriter, DryWriter
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


def file_reader() -> FileReader:
    return DiskFiles()


def record_reader() -> RecordReader:
    return DiskRecords()


def output_writer() -> OutputWriter:
    return DiskWriter()


def comparing_writer() -> OutputWriter:
    """A writer that writes nothing and says what would change."""
    return DryWriter()
