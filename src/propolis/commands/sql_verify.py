"""`propolis sql verify`: PostgreSQL itself says what each role may do, and what it may not."""

from collections.abc import Iterator

from propolis.commands.databases import Compared, compared, only, reading
from propolis.commands.inputs import Input, counted, reported
from propolis.commands.sessions import DatabaseServer, Session
from propolis.model.report import ClaimOutcome, Exit, Report, Status
from propolis.sql.compare import excess, resolved, shown
from propolis.sql.names import said
from propolis.sql.privileges import Privilege, holds
from propolis.sql.probes import probes
from propolis.sql.wanted import Database, Line, Role

COMMAND = "sql verify"


def verify(given: Input, which: str | None, server: DatabaseServer) -> Report:
    """Whether each role of the database may run its statements, and nothing else. All that is tried is undone.

    Errors:  ConnectionTextError, OSError of *server*.
    """
    found = only(given, which)
    if not found.databases:
        summary = "nothing verified: the profile does not say what its databases hold"
        problems = (*reading(given), *found.problems)
        return reported(
            Report(command=COMMAND, exit=Exit.BAD_INPUT, summary=summary, problems=problems), given
        )
    (database,) = found.databases
    with server.session() as session:
        beside = compared(given, database, session)
        claims = [_same(database, beside)]
        if not beside.blocked:
            for role in database.roles:
                claims += _claims(role, beside, session)
    kept = sum(claim.status is Status.KEPT for claim in claims)
    report = Report(
        command=COMMAND,
        exit=Exit.KEPT if kept == len(claims) and not beside.problems else Exit.BROKEN,
        summary=f"{kept} of {counted(len(claims), 'promise')} kept in `{database.name}`",
        problems=(*reading(given), *found.problems, *beside.problems),
        claims=tuple(claims),
    )
    return reported(report, given)


def _same(database: Database, beside: Compared) -> ClaimOutcome:
    sentence = f"`{database.name}` holds what the profile says, and nothing undermines it"
    reasons = [step.why for step in beside.steps] + [problem.message for problem in beside.problems]
    unread = all(problem.code == "sql-hba-unread" for problem in beside.problems) and not beside.steps
    broken = Status.UNKNOWN if unread else Status.BROKEN
    more = f"; and {len(reasons) - 1} more" if len(reasons) > 1 else ""
    return ClaimOutcome(
        "sql-same", sentence, broken if reasons else Status.KEPT, reasons[0] + more if reasons else ""
    )


def _claims(role: Role, beside: Compared, session: Session) -> Iterator[ClaimOutcome]:
    if beside.live.role(role.name) is None:
        sentence = f"`{role.name}` may run its statements, and nothing else"
        yield ClaimOutcome("sql-allowed", sentence, Status.BROKEN, f"there is no role `{role.name}`")
        return
    effective = session.effective(role.name)
    for line in role.lines:
        yield _allowed(role, line, beside, effective, session)
    yield _nothing_else(role, beside, effective)
    yield _refused(role, beside, session)


def _allowed(
    role: Role, line: Line, beside: Compared, effective: frozenset[Privilege], session: Session
) -> ClaimOutcome:
    """PostgreSQL is asked twice: whether the role has each privilege, and whether it may run the statement."""
    text = " ".join(line.text.split())
    sentence = f"`{role.name}` may run `{text}`" if line.meaning.statement else f"`{role.name}` has `{text}`"
    wanted = resolved(role, beside.live)
    lacking = sorted(need for need in line.meaning.needs if not _has(need, wanted, effective))
    if lacking:
        return ClaimOutcome("sql-allowed", sentence, Status.BROKEN, f"it lacks {said(lacking[0])}")
    if not line.meaning.explained:
        return ClaimOutcome("sql-allowed", sentence, Status.KEPT)
    trial = session.explained(role.name, role.schema, line.text)
    if trial.refused:
        return ClaimOutcome("sql-allowed", sentence, Status.BROKEN, trial.said)
    if trial.failed:
        return ClaimOutcome("sql-allowed", sentence, Status.UNKNOWN, f"it could not be tried: {trial.said}")
    return ClaimOutcome("sql-allowed", sentence, Status.KEPT)


def _has(need: Privilege, wanted: frozenset[Privilege], effective: frozenset[Privilege]) -> bool:
    """Whether *need* is in what PostgreSQL says; a routine without arguments is the one that *wanted* takes it for."""
    if holds(effective, need):
        return True
    thing = need.thing
    return not thing.detail and any(
        (each.thing.kind, each.thing.schema, each.thing.name) == (thing.kind, thing.schema, thing.name)
        and each in effective
        for each in wanted
    )


def _nothing_else(role: Role, beside: Compared, effective: frozenset[Privilege]) -> ClaimOutcome:
    sentence = f"`{role.name}` may do nothing else with any table, column, sequence, function or schema"
    found = excess(role, beside.live, effective)
    scope = f"{counted(len(beside.live.tables), 'table')}, {counted(len(beside.live.routines), 'function')}"
    if found:
        return ClaimOutcome(
            "sql-nothing-else", sentence, Status.BROKEN, f"it has {shown(found)}", scope=scope
        )
    return ClaimOutcome("sql-nothing-else", sentence, Status.KEPT, scope=scope)


def _refused(role: Role, beside: Compared, session: Session) -> ClaimOutcome:
    tried, refused = 0, 0
    sentence = f"`{role.name}` is refused what no line lists"
    for probe in probes(role, beside.live):
        trial = (session.explained if probe.explained else session.tried)(
            role.name, role.schema, probe.statement
        )
        tried += 1
        refused += trial.refused
        if not trial.refused and not trial.failed:
            reason = f"PostgreSQL lets it run `{probe.statement}`"
            return ClaimOutcome("sql-refused", sentence, Status.BROKEN, reason)
    scope = f"{tried} generated statements tried, {refused} refused for want of a privilege"
    if refused == 0:
        return ClaimOutcome(
            "sql-refused", sentence, Status.UNKNOWN, "no statement could be tried", scope=scope
        )
    return ClaimOutcome("sql-refused", sentence, Status.KEPT, scope=scope)
