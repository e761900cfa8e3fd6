"""`propolis render`: a profile becomes policies, one file each."""

import posixpath

import msgspec

from propolis import profile as profiles
from propolis.commands.inputs import Input, counted, reported
from propolis.commands.ports import OutputWriter
from propolis.model.finding import Severity
from propolis.model.report import Exit, Report, Written
from propolis.model.span import Problem
from propolis.profile import Rendering

COMMAND = "render"


class Rendered(msgspec.Struct, frozen=True, eq=False):
    """*stream*: all policies as one YAML stream, "" when nothing could be rendered."""

    report: Report
    stream: str


def stream(given: Input) -> Rendered:
    """The policies of the profile in *given* as one YAML stream."""
    made = _rendering(given)
    if made is None:
        return Rendered(_refused(given), "")
    text = "---\n".join(profiles.text(policy) for policy in made.policies)
    summary = f"{counted(len(made.policies), 'policy file')} rendered"
    return Rendered(_report(given, made, Exit.KEPT, summary, ()), text)


def files(given: Input, folder: str, writer: OutputWriter) -> Report:
    """Write each policy of the profile in *given* into *folder*.

    Errors:  OSError of *writer*.
    """
    made = _rendering(given)
    if made is None:
        return _refused(given)
    written = _written(made, folder, writer)
    changed = sum(each.changed for each in written)
    summary = (
        f"{counted(len(written), 'file')} in {folder}: {changed} written, {len(written) - changed} unchanged"
    )
    return _report(given, made, Exit.KEPT, summary, written, _strays(made, folder, writer))


def comparison(given: Input, folder: str, comparing: OutputWriter) -> Report:
    """Whether *folder* holds what *files* would write; *comparing* writes nothing. BROKEN when it does not."""
    made = _rendering(given)
    if made is None:
        return _refused(given)
    written = _written(made, folder, comparing)
    changed = sum(each.changed for each in written)
    strays = _strays(made, folder, comparing)
    if changed or strays:
        summary = f"{folder} is not what the profile says: {counted(changed, 'file')} would change"
        return _report(given, made, Exit.BROKEN, summary, (), strays + _stale(written))
    return _report(given, made, Exit.KEPT, f"{folder} is what the profile says", ())


def _rendering(given: Input) -> Rendering | None:
    return profiles.rendering(given.profile) if given.profile else None


def _refused(given: Input) -> Report:
    if given.profile_document:
        summary = "nothing rendered: the profile has mistakes"
    else:
        summary = (
            "nothing rendered: no profile was given (`apiVersion: propolis.dev/v1alpha1`, `kind: Profile`)"
        )
    return reported(
        Report(command=COMMAND, exit=Exit.BAD_INPUT, summary=summary, problems=given.problems), given
    )


def _written(made: Rendering, folder: str, writer: OutputWriter) -> tuple[Written, ...]:
    return tuple(
        writer.write(posixpath.join(folder, policy.file), profiles.text(policy)) for policy in made.policies
    )


def _strays(made: Rendering, folder: str, writer: OutputWriter) -> tuple[str, ...]:
    """A note for each manifest in *folder* that is not of *made*: applied, it would still let flows through."""
    own = {policy.file for policy in made.policies}
    return tuple(
        f"`{posixpath.join(folder, name)}` is not of this profile: remove it, or it stays in force"
        for name in writer.manifests(folder)
        if name not in own
    )


def _stale(written: tuple[Written, ...]) -> tuple[str, ...]:
    return tuple(f"`{each.path}` would change" for each in written if each.changed)


def _report(
    given: Input,
    made: Rendering,
    exit_: Exit,
    summary: str,
    written: tuple[Written, ...],
    notes: tuple[str, ...] = (),
) -> Report:
    problems = tuple(problem for problem in given.problems if problem.severity != Severity.NOTE.value)
    report = Report(
        command=COMMAND,
        exit=exit_,
        summary=summary,
        problems=(*problems, *_unheld(given, made)),
        written=written,
        notes=notes,
    )
    return reported(report, given)


def _unheld(given: Input, made: Rendering) -> tuple[Problem, ...]:
    """What the profile says and no policy can hold, at its line."""
    document = given.profile_document
    return tuple(
        Problem(
            note.code,
            note.message,
            document.span(note.where) if document else None,
            note.help,
            note.severity.value,
        )
        for note in made.notes
    )
