"""Which adapter stands behind which port."""

from propolis.commands.ports import OutputWriter, SourceReader
from propolis.files import DiskReader, DiskWriter, DryWriter


def source_reader() -> SourceReader:
    return DiskReader()


def output_writer() -> OutputWriter:
    return DiskWriter()


def comparing_writer() -> OutputWriter:
    """A writer that writes nothing and says what would change."""
    return DryWriter()
