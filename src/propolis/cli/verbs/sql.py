"""`propolis sql`: the statements of a profile, enforced by PostgreSQL."""

from collections.abc import Callable
from typing import Any

import click

from propolis import wiring
from propolis.cli.delivery import delivered, print_text, remarked
from propolis.cli.options import (
    Appearance,
    appearance_options,
    cache_option,
    output_option,
    paths_argument,
)
from propolis.cli.progress import progress
from propolis.model.exit import Exit

Decorated = Callable[..., Any]


@click.group("sql")
def command() -> None:
    """Make PostgreSQL hold what the statements of a profile say.

    No Cilium reads SQL: policies decide who may connect, and the database what a role may do. The lines under
    `postgres` become roles and grants, and lines of pg_hba.conf.

    \b
    Examples:
      propolis sql render profile.yaml -o database/      # SQL and pg_hba.conf lines, the same bytes every time
      propolis sql plan profile.yaml                     # what differs on the live server, by meaning
      propolis sql apply profile.yaml                    # one transaction: all of it, or nothing
      propolis sql verify profile.yaml                   # PostgreSQL itself says what each role may do
    """


def _database_option(verb: Decorated) -> Decorated:
    return click.option(
        "--database",
        "which",
        metavar="[SERVER/]NAME",
        help="Which database of the profile, e.g. my-database/shop.  [default: the only one]",
    )(verb)


def _connect_option(verb: Decorated) -> Decorated:
    return click.option(
        "--connect",
        "connection",
        metavar="URI",
        envvar="PROPOLIS_DATABASE",
        help="How to reach the server: postgresql://USER@HOST/NAME?sslmode=verify-full.  "
        "[default: $PROPOLIS_DATABASE, or libpq's PGHOST, PGUSER, PGPASSFILE, …]",
    )(verb)


@command.command(
    "render", short_help="Turn the statements of a profile into roles, grants and lines of pg_hba.conf."
)
@paths_argument
@_database_option
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Write a script for each database, and pg_hba.conf lines for each server, into DIR.  [default: SQL on stdout]",
)
@click.option("--check", "comparing", is_flag=True, help="Write nothing; exit 1 if DIR would change.")
@cache_option
@appearance_options
def render(
    paths: tuple[str, ...],
    which: str | None,
    folder: str | None,
    comparing: bool,
    fresh: bool,
    format_: str,
    color: str,
    quiet: bool,
) -> Exit:
    """Turn the statements of the profile in PATH... into roles, grants and lines of pg_hba.conf.

    SQL goes to stdout, the report to stderr; with --output the report goes to stdout. No server is asked.

    \b
    Examples:
      propolis sql render profile.yaml | psql -X -v ON_ERROR_STOP=1 shop
      propolis sql render profile.yaml -o database/
      propolis sql render profile.yaml -o database/ --check   # exit 1 if database/ is out of date
    """
    if comparing and not folder:
        raise click.UsageError("--check needs --output DIR to compare with")
    from propolis.commands import sql_render
    from propolis.commands.inputs import input_of

    appearance = Appearance(format_, color, quiet)
    given = input_of(wiring.source_reader().read(paths), None, gists=wiring.gists(not fresh))
    if folder is None:
        rendered = sql_render.stream(given, which)
        print_text(rendered.stream)
        return remarked(rendered.report, appearance)
    if comparing:
        report = sql_render.comparison(given, which, folder, wiring.comparing_writer())
    else:
        report = sql_render.files(given, which, folder, wiring.output_writer())
    return delivered(report, appearance)


def _asking(verb: Decorated) -> Decorated:
    """The options of the verbs that ask a server."""
    for option in (appearance_options, cache_option, output_option, _connect_option, _database_option):
        verb = option(verb)
    return paths_argument(verb)


@command.command("plan", short_help="Compare them with a live database, by meaning.")
@_asking
def plan(connection: str | None, **options: Any) -> Exit:
    """Compare the statements of the profile in PATH... with a live database, by meaning. Nothing is changed there.

    Exit code 1 if anything differs, or undermines it: memberships, ownership, grants to everybody, pg_hba.conf.

    \b
    Examples:
      propolis sql plan profile.yaml --connect postgresql://admin@db.example.com/shop?sslmode=verify-full
      PGHOST=db.example.com PGUSER=admin PGDATABASE=shop propolis sql plan profile.yaml --format json
    """
    return _asked("plan", "asking the database", connection, **options)


@command.command("apply", short_help="Make a live database what they say, in one transaction.")
@_asking
def apply(connection: str | None, **options: Any) -> Exit:
    """Make a live database what the statements of the profile in PATH... say, in one transaction.

    A second run changes nothing and says so. Whatever fails, the database stays as it was.

    \b
    Examples:
      propolis sql plan profile.yaml && echo nothing to do
      PROPOLIS_DATABASE=postgresql://admin@db.example.com/shop propolis sql apply profile.yaml
    """
    return _asked("apply", "changing the database", connection, **options)


@command.command(
    "verify", short_help="Ask PostgreSQL whether each role may run its statements, and nothing else."
)
@_asking
def verify(connection: str | None, **options: Any) -> Exit:
    """Ask PostgreSQL whether each role may run its statements, and nothing else.

    Statements are tried as the role, with EXPLAIN or in a transaction that is undone: the user must be able to
    become the role.

    \b
    Examples:
      PGHOST=db.example.com PGDATABASE=shop propolis sql verify profile.yaml
      propolis sql verify profile.yaml --database my-database/shop --format json -o proof.json
    """
    return _asked("verify", "trying statements", connection, **options)


def _asked(
    verb: str,
    doing: str,
    connection: str | None,
    *,
    paths: tuple[str, ...],
    which: str | None,
    output: str | None,
    fresh: bool,
    format_: str,
    color: str,
    quiet: bool,
) -> Exit:
    from importlib import import_module

    from propolis.commands.inputs import input_of
    from propolis.commands.sessions import ConnectionTextError
    from propolis.sql.parse import INSTALL, MISSING

    ask = getattr(import_module(f"propolis.commands.sql_{verb}"), verb)
    try:
        with progress(doing):
            given = input_of(wiring.source_reader().read(paths), None, gists=wiring.gists(not fresh))
            report = ask(given, which, wiring.database_server(connection))
    except ConnectionTextError as mistake:
        raise click.UsageError(f"{mistake}: write --connect postgresql://USER@HOST:PORT/NAME") from None
    except ModuleNotFoundError as missing:
        if missing.name != "asyncpg":
            raise
        raise click.UsageError(f"{MISSING}: {INSTALL}") from None
    return delivered(report, Appearance(format_, color, quiet, output))
