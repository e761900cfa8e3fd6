"""`propolis sql plan`: the steps from a live database to what the profile says, and what no step mends."""

from propolis.commands.databases import Compared, compared, only, reading
from propolis.commands.inputs import Input, counted, reported
from propolis.commands.sessions import DatabaseServer
from propolis.model.report import Exit, Report
from propolis.sql.wanted import Database

COMMAND = "sql plan"


def plan(given: Input, which: str | None, server: DatabaseServer) -> Report:
    """What would have to be run on *server*; nothing is changed there.

    Errors:  ConnectionTextError, OSError of *server*.
    """
    found = only(given, which)
    if not found.databases:
        summary = "nothing compared: the profile does not say what its databases hold"
        problems = (*reading(given), *found.problems)
        return reported(
            Report(command=COMMAND, exit=Exit.BAD_INPUT, summary=summary, problems=problems), given
        )
    (database,) = found.databases
    with server.session() as session:
        beside = compared(given, database, session)
    report = Report(
        command=COMMAND,
        exit=Exit.BROKEN if beside.steps or beside.problems else Exit.KEPT,
        summary=_summary(database, beside),
        problems=(*reading(given), *found.problems, *beside.problems),
        steps=beside.steps,
    )
    return reported(report, given)


def _summary(database: Database, beside: Compared) -> str:
    if beside.blocked:
        return f"`{database.name}` cannot be made what the profile says before this is mended"
    if not beside.steps and not beside.problems:
        return f"`{database.name}` is what the profile says"
    left = f"; {counted(len(beside.problems), 'thing')} that no step mends" if beside.problems else ""
    if not beside.steps:
        return f"`{database.name}` holds the grants that the profile says{left}"
    return f"`{database.name}` is {counted(len(beside.steps), 'step')} from what the profile says{left}"
