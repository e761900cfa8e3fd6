"""`propolis sql render`: what a profile wants of its databases, as SQL and `pg_hba.conf`."""

import posixpath

import msgspec

from propolis.commands.databases import Chosen, chosen, reading
from propolis.commands.inputs import Input, counted, reported
from propolis.commands.ports import OutputWriter
from propolis.model.report import Exit, Report, Written
from propolis.sql.render import hba_file, script

COMMAND = "sql render"


class Rendered(msgspec.Struct, frozen=True, eq=False):
    """*stream*: all that was rendered as one SQL script, the lines of `pg_hba.conf` as comments; "" for nothing."""

    report: Report
    stream: str


def stream(given: Input, which: str | None) -> Rendered:
    """The databases of the profile in *given* as one script for `psql`."""
    found = chosen(given, which)
    if not found.databases:
        return Rendered(_refused(given, found), "")
    scripts = [script(_name(given), database) for database in found.databases]
    text = "\n".join([*scripts, *(_commented(found, server) for server in _servers(found))])
    summary = f"{counted(len(found.databases), 'database')} rendered"
    return Rendered(_report(given, found, Exit.KEPT, summary), text)


def _servers(found: Chosen) -> list[str]:
    return sorted({database.server for database in found.databases})


def _hba(found: Chosen, server: str) -> str:
    """A server has one `pg_hba.conf`, with the lines of all its databases, whichever of them are asked for."""
    return hba_file([database for database in found.all if database.server == server])


def _commented(found: Chosen, server: str) -> str:
    return "".join(
        f"-- {line}\n" for line in ("pg_hba.conf of the server:", *_hba(found, server).splitlines())
    )


def files(given: Input, which: str | None, folder: str, writer: OutputWriter) -> Report:
    """Write a script for each database, and the lines of `pg_hba.conf` for each server, into *folder*.

    Errors: OSError of *writer*.
    """
    found = chosen(given, which)
    if not found.databases:
        return _refused(given, found)
    written = _written(given, found, folder, writer)
    changed = sum(each.changed for each in written)
    summary = (
        f"{counted(len(written), 'file')} in {folder}: {changed} written, {len(written) - changed} unchanged"
    )
    return _report(given, found, Exit.KEPT, summary, written)


def comparison(given: Input, which: str | None, folder: str, comparing: OutputWriter) -> Report:
    """Whether *folder* holds what *files* would write; *comparing* writes nothing. BROKEN when it does not."""
    found = chosen(given, which)
    if not found.databases:
        return _refused(given, found)
    stale = [each for each in _written(given, found, folder, comparing) if each.changed]
    if not stale:
        return _report(given, found, Exit.KEPT, f"{folder} is what the profile says")
    summary = f"{folder} is not what the profile says: {counted(len(stale), 'file')} would change"
    report = _report(given, found, Exit.BROKEN, summary)
    return msgspec.structs.replace(report, notes=tuple(f"`{each.path}` would change" for each in stale))


def _written(given: Input, found: Chosen, folder: str, writer: OutputWriter) -> tuple[Written, ...]:
    texts = {_file(f"{each.server}.{each.name}.sql"): script(_name(given), each) for each in found.databases}
    texts |= {_file(f"{server}.pg_hba.conf"): _hba(found, server) for server in _servers(found)}
    return tuple(writer.write(posixpath.join(folder, name), text) for name, text in sorted(texts.items()))


def _file(name: str) -> str:
    """*name* for a file: what no file's name should hold is written as its number, so that no two names become one."""
    kept = (c if c.isascii() and (c.isalnum() or c in "._-") else f"%{ord(c):x}%" for c in name)
    return "".join(kept)


def _name(given: Input) -> str:
    return given.profile.name if given.profile else ""


def _refused(given: Input, found: Chosen) -> Report:
    summary = "nothing rendered: the profile does not say what its databases hold"
    problems = (*reading(given), *found.problems)
    return reported(Report(command=COMMAND, exit=Exit.BAD_INPUT, summary=summary, problems=problems), given)


def _report(
    given: Input, found: Chosen, exit_: Exit, summary: str, written: tuple[Written, ...] = ()
) -> Report:
    problems = (*reading(given), *found.problems)
    report = Report(command=COMMAND, exit=exit_, summary=summary, problems=problems, written=written)
    return reported(report, given)
