"""The databases of a profile: which of them a verb is about, and what is wrong in what is said of them."""

from collections.abc import Iterable

import msgspec

from propolis import profile as profiles
from propolis.commands.inputs import Input
from propolis.commands.sessions import Session
from propolis.model.finding import Severity
from propolis.model.report import Step
from propolis.model.span import Path, Problem
from propolis.sql import compare
from propolis.sql.catalogue import Catalogue
from propolis.sql.parse import INSTALL, MISSING, installed
from propolis.sql.refusal import Refusal
from propolis.sql.wanted import Database, wanted

VALUE = "sql-value"


class Chosen(msgspec.Struct, frozen=True, eq=False):
    """*databases*: those that are asked for; none when there are *problems* that stop the verb.

    *all*: these and the others of the profile.
    """

    databases: tuple[Database, ...]
    problems: tuple[Problem, ...]
    all: tuple[Database, ...] = ()


def chosen(given: Input, which: str | None) -> Chosen:
    """The databases of the profile in *given*, or the one that *which* names (`shop`, `my-database/shop`)."""
    if given.profile is None or given.profile_document is None:
        if given.profile_document is not None:
            return Chosen((), ())
        help_ = "name one (`apiVersion: propolis.dev/v1alpha1`, `kind: Profile`)"
        return Chosen((), (Problem("no-profile", "no profile was given", None, help_),))
    if not installed():
        return Chosen((), (Problem("sql-not-installed", MISSING, None, INSTALL),))
    found = wanted(given.profile)
    if found.faults:
        located = [_located(fault.refusal, fault.where) for fault in found.faults]
        return Chosen((), profiles.problems(given.profile_document, located))
    named = [each for each in found.databases if which in (None, each.name, f"{each.server}/{each.name}")]
    if not named:
        known = ", ".join(f"`{each.server}/{each.name}`" for each in found.databases)
        message = (
            f"the profile has no database `{which}`" if which else "no path of the profile has `postgres`"
        )
        help_ = f"it has {known}" if known else "add `postgres:` with a role and its statements to a path"
        return Chosen((), (Problem("no-database", message, None, help_),))
    return Chosen(tuple(named), _notes(given, named), found.databases)


def only(given: Input, which: str | None) -> Chosen:
    """The one database of the profile in *given* that is meant: one connection leads to one database."""
    found = chosen(given, which)
    if len(found.databases) < 2:
        return found
    known = ", ".join(f"`{each.server}/{each.name}`" for each in found.databases)
    help_ = f"name it with --database: {known}"
    return Chosen((), (Problem("several-databases", "the profile has several databases", None, help_),))


def reading(given: Input) -> tuple[Problem, ...]:
    """What could not be read of the input; notes on manifests have nothing to do with a database."""
    return tuple(problem for problem in given.problems if problem.severity != Severity.NOTE.value)


def _located(refusal: Refusal, where: Path) -> profiles.Located:
    fault = profiles.Fault(refusal.code, refusal.message, refusal.help, refusal.start, refusal.end)
    return profiles.Located(fault, where)


def _notes(given: Input, databases: Iterable[Database]) -> tuple[Problem, ...]:
    """A note at each value that a statement fixes: privileges leave it open."""
    message = "privileges do not hold this value: the role may put any other in its place"
    help_ = "what rows it may see can be limited: `rows`"
    located = [
        _located(Refusal(VALUE, message, help_, *line.meaning.fixed), line.where)
        for database in databases
        for role in database.roles
        for line in role.lines
        if line.meaning.fixed
    ]
    assert given.profile_document is not None, "the databases are those of a profile"
    return tuple(
        msgspec.structs.replace(problem, severity=Severity.NOTE.value)
        for problem in profiles.problems(given.profile_document, located)
    )


class Compared(msgspec.Struct, frozen=True, eq=False):
    """A database beside the live one: *steps* between them, *problems* that no step mends."""

    live: Catalogue
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    blocked: bool


def compared(given: Input, database: Database, session: Session) -> Compared:
    """*database* beside what *session* holds.

    Errors: OSError of *session*.
    """
    live = session.catalogue(compare.question(database))
    found = compare.plan(database, live)
    document = given.profile_document
    problems = tuple(
        Problem(
            remark.code,
            remark.message,
            document.span(remark.where) if document else None,
            remark.help,
            "error" if remark.blocking else "warning",
        )
        for remark in found.remarks
    )
    return Compared(live, found.steps, problems, any(remark.blocking for remark in found.remarks))
