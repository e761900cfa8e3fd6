"""Fixed copies: what `check --fix-into` writes, the originals left as they are."""

from collections.abc import Mapping

import msgspec

from propolis.commands.check import check, fixed_texts
from propolis.commands.inputs import Input, again
from propolis.commands.ports import FileReader, OutputWriter
from propolis.commands.project import ALONE, Project
from propolis.model.finding import Safety
from propolis.model.report import Report
from propolis.model.span import Problem


def fixed_copies(
    given: Input,
    allowed: frozenset[Safety],
    folder: str,
    writer: OutputWriter,
    project: Project = ALONE,
) -> Report:
    """Write every file of *given*, with the *allowed* fixes made, below *folder*; report what is left in the copies.

    Errors:  OSError of *writer*.
    """
    texts = {
        name: text for name, text in fixed_texts(given, allowed, project).items() if not name.startswith("<")
    }
    places = writer.places(list(texts), folder)
    written = tuple(writer.write(places[name], text) for name, text in texts.items())
    originals = {place: name for name, place in places.items()}

    def place(path: str) -> str:
        return project.place(originals.get(path, path))

    beside = msgspec.structs.replace(project, place=place)
    files = _Originals(given.files, originals) if given.files else None
    report = check(again(given, {places[name]: text for name, text in texts.items()}, files), beside)
    unread = tuple(problem for problem in given.problems if problem.span is None)
    return msgspec.structs.replace(
        report,
        written=written,
        problems=(*unread, *report.problems),
        exit=max(report.exit, given.exit) if unread else report.exit,
    )


class _Originals(msgspec.Struct, frozen=True):
    """Reads the files that a copied profile names, which stand beside its original."""

    files: FileReader
    originals: Mapping[str, str]

    def data(self, name: str, beside: str) -> bytes | Problem:
        return self.files.data(name, self.originals.get(beside, beside))
