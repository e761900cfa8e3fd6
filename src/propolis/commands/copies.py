"""Fixed copies: what `check --fix-into` writes, the originals left as they are."""

import msgspec

from propolis.commands.check import check, fixed_texts
from propolis.commands.inputs import Input, input_of
from propolis.commands.ports import OutputWriter, Sources
from propolis.commands.project import ALONE, Project
from propolis.manifest import Source
from propolis.model.finding import Safety
from propolis.model.report import Report


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
    sources = Sources(tuple(Source(places[name], text) for name, text in texts.items()))
    originals = {place: name for name, place in places.items()}

    def place(path: str) -> str:
        return project.place(originals.get(path, path))

    beside = msgspec.structs.replace(project, place=place)
    report = check(input_of(sources, given.settings.version, given.flags, given.gists), beside)
    unread = tuple(problem for problem in given.problems if problem.span is None)
    return msgspec.structs.replace(
        report,
        written=written,
        problems=(*unread, *report.problems),
        exit=max(report.exit, given.exit) if unread else report.exit,
    )
