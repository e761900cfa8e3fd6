"""Which adapter stands behind which port."""

from propolis.commands.ports import OutputWriter, RecordReader, SourceReader
from propolis.files import DiskReader, DiskRecords, DiskWriter, DryWriter
from propolis.revisions import RevisionReader


def source_reader() -> SourceReader:
    return DiskReader()


def revision_reader() -> SourceReader:
    """Reads git revisions (`REVISION:PATH`) as well."""
    return RevisionReader(DiskReader())


def record_reader() -> RecordReader:
    return DiskRecords()


def output_writer() -> OutputWriter:
    return DiskWriter()


def comparing_writer() -> OutputWriter:
    """A writer that writes nothing and says what would change."""
    return DryWriter()
