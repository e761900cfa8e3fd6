"""The baseline: what `check --write-baseline` writes."""

import msgspec

from propolis.commands.check import COMMAND, other_problems, with_exit_of
from propolis.commands.inputs import Input, reported
from propolis.commands.inspection import looked_at
from propolis.commands.ports import OutputWriter
from propolis.commands.project import Project
from propolis.lint import baseline
from propolis.model.report import Exit, Report


def write_baseline(given: Input, project: Project, writer: OutputWriter) -> Report:
    """Write the findings in *given* as the baseline of *project*; what it knows of other files stays.

    Errors:  OSError of *writer*.
    """
    looked = looked_at(given, msgspec.structs.replace(project, known=()))
    seen = {project.place(name) for name in given.texts}
    elsewhere = [one for one in project.known if one.file not in seen]
    found = tuple(sorted((*elsewhere, *baseline.of(looked.marks))))
    written = writer.write(project.baseline_file, baseline.encoded(found))
    count = len(looked.marks)
    report = Report(
        command=COMMAND,
        exit=Exit.KEPT,
        summary=f"{count} finding is known now" if count == 1 else f"{count} findings are known now",
        problems=(*project.problems, *other_problems(given)),
        written=(written,),
    )
    return with_exit_of(project, reported(report, given))
