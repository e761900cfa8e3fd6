"""`propolis sql apply`: a live database becomes what the profile says, in one transaction."""

from propolis.commands.databases import compared, only, reading
from propolis.commands.inputs import Input, counted, reported
from propolis.commands.sessions import DatabaseServer
from propolis.model.report import Exit, Report, Step
from propolis.model.span import Problem

COMMAND = "sql apply"


def apply(given: Input, which: str | None, server: DatabaseServer) -> Report:
    """Run the steps of `plan` on *server*: all of them, or none.

    The database is looked at again before the transaction ends: what is still not as it should be undoes it.

    Errors:  ConnectionTextError, OSError of *server*; nothing has changed then.
    Law:     a second run has no steps (tests/sql/test_real_server.py).
    """
    found = only(given, which)
    if not found.databases:
        return _report(
            given, found.problems, Exit.BAD_INPUT, "nothing applied: the profile says nothing to apply"
        )
    (database,) = found.databases
    with server.session() as session:
        session.run(_ALONE)
        before = compared(given, database, session)
        problems = (*found.problems, *before.problems)
        if before.blocked:
            summary = f"nothing applied: `{database.name}` cannot be made what the profile says"
            return _report(given, problems, Exit.BROKEN, summary)
        left = Exit.BROKEN if before.problems else Exit.KEPT
        if not before.steps:
            return _report(
                given, problems, left, f"nothing to apply: `{database.name}` has what the profile says"
            )
        for step in before.steps:
            session.run(step.sql)
        after = compared(given, database, session)
        if after.steps:
            summary = f"nothing applied: {counted(len(after.steps), 'step')} did not do what it should, all is undone"
            return _report(given, problems, Exit.BROKEN, summary, after.steps)
        session.keep()
    problems = (*found.problems, *after.problems)
    summary = f"`{database.name}`: {counted(len(before.steps), 'statement')} in one transaction"
    notes = _passwords(before.steps)
    return _report(
        given, problems, Exit.BROKEN if after.problems else Exit.KEPT, summary, before.steps, notes
    )


_ALONE = "SELECT pg_advisory_xact_lock(1886547823, 1819700224)"
"""Of two that apply at once, the second waits, and then finds nothing to do. The numbers spell our name."""


def _passwords(steps: tuple[Step, ...]) -> tuple[str, ...]:
    if not any(step.sql.startswith("CREATE ROLE") for step in steps):
        return ()
    return (
        "a new role has no password: `\\password ROLE` in psql sets one; Propolis never handles passwords",
    )


def _report(
    given: Input,
    problems: tuple[Problem, ...],
    exit_: Exit,
    summary: str,
    steps: tuple[Step, ...] = (),
    notes: tuple[str, ...] = (),
) -> Report:
    report = Report(
        command=COMMAND,
        exit=exit_,
        summary=summary,
        problems=(*reading(given), *problems),
        steps=steps,
        notes=notes,
    )
    return reported(report, given)
