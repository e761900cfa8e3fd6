"""The rendering: what a profile wants of a database, as an SQL script and as lines of `pg_hba.conf`."""

from collections.abc import Iterator, Sequence

from propolis.sql import ddl
from propolis.sql.hba import lines
from propolis.sql.names import literal, quoted
from propolis.sql.privileges import Kind, Privilege, Thing
from propolis.sql.wanted import Database, Role


def script(profile: str, database: Database) -> str:
    """SQL that makes the roles of *database* what the profile says: one transaction, the same every time.

    It takes everything from each role within its schemas and gives back what the lines need. What the server grants
    beyond these schemas only `propolis sql plan` can see.

    Law: equal databases give equal bytes; running it twice is running it once (tests/sql/test_real_server.py).
    """
    head = [
        f"-- Rendered by propolis from the profile {_comment(profile)}: the roles of {_comment(database.name)}.",
        "-- Edit the profile, not this file. Run it as a superuser:",
        "-- psql -X -v ON_ERROR_STOP=1 -f FILE -d DATABASE",
    ]
    settings = ["SET LOCAL search_path TO pg_catalog", "SET LOCAL standard_conforming_strings TO on"]
    statements = ["BEGIN", *settings, _guard(database), *_everybody(database)]
    body = "".join(f"{statement};\n" for statement in statements)
    for role in database.roles:
        body += f"\n-- {_comment(role.name)}\n" + "".join(
            f"{statement};\n" for statement in _role(database, role)
        )
        body += "".join(f"-- {_comment(line.text)}\n" for line in role.lines)
        body += "".join(f"{statement};\n" for statement in _given(role))
    return "\n".join(head) + "\n" + body + "\nCOMMIT;\n"


def hba_file(databases: Sequence[Database]) -> str:
    """The lines of `pg_hba.conf` for *databases*, all of one server."""
    return "".join(f"{line}\n" for line in lines(databases))


def _comment(text: str) -> str:
    """*text* in one line, so that a comment ends where it should."""
    return "".join(character if character.isprintable() else " " for character in " ".join(text.split()))


def _guard(database: Database) -> str:
    """Ends the script in any other database: most of its names would be there as well."""
    wrong = f"RAISE EXCEPTION USING MESSAGE = {literal(f'this script is for the database {database.name}')}"
    return (
        f"DO {literal(f'BEGIN IF current_database() <> {literal(database.name)} THEN {wrong}; END IF; END')}"
    )


def schemas(database: Database) -> list[str]:
    """The schemas that the roles use."""
    return sorted(
        {need.thing.name for role in database.roles for need in role.privileges if _is_schema(need)}
    )


def _is_schema(need: Privilege) -> bool:
    return need.thing.kind is Kind.SCHEMA


def _everybody(database: Database) -> Iterator[str]:
    """What everybody has is every role's: it is taken from everybody where a role uses a schema."""
    here = Thing(Kind.DATABASE, "", database.name)
    yield from ddl.revokes([Privilege(here, "CREATE"), Privilege(here, "TEMPORARY")], ddl.PUBLIC)
    for schema in schemas(database):
        yield f"REVOKE CREATE ON SCHEMA {quoted(schema)} FROM PUBLIC"
        for kind in ("TABLES", "SEQUENCES"):
            yield f"REVOKE ALL ON ALL {kind} IN SCHEMA {quoted(schema)} FROM PUBLIC"
        yield f"DO {literal(_ROUTINES.replace('SCHEMA_NAME', literal(schema)))}"
    yield ddl.no_default_execution(None)


_ROUTINES = (
    "DECLARE routine pg_catalog.regprocedure; BEGIN "
    "FOR routine IN SELECT p.oid FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace "
    "WHERE n.nspname = SCHEMA_NAME AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = p.oid "
    "AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.deptype = 'e') "
    "LOOP EXECUTE 'REVOKE EXECUTE ON ROUTINE ' || routine::text || ' FROM PUBLIC'; END LOOP; END"
)
"""Extensions keep their functions everybody's: their operators and indexes need them."""


def _role(database: Database, role: Role) -> Iterator[str]:
    yield ddl.create_role_once(role.name)
    yield ddl.alter_role(role.name, ddl.attributes(role))
    yield ddl.search_path(role.name, database.name, role.schema)
    yield f"REVOKE ALL ON DATABASE {quoted(database.name)} FROM {quoted(role.name)}"
    for schema in schemas(database):
        yield f"REVOKE ALL ON SCHEMA {quoted(schema)} FROM {quoted(role.name)}"
        for kind in ("TABLES", "SEQUENCES", "ROUTINES"):
            yield f"REVOKE ALL ON ALL {kind} IN SCHEMA {quoted(schema)} FROM {quoted(role.name)}"


def _given(role: Role) -> Iterator[str]:
    yield from ddl.grants(role.privileges, role.name)
    for limit in role.limits:
        yield ddl.limit_rows(limit.table)
        yield f"SET LOCAL search_path TO {quoted(role.schema)}"
        yield from ddl.policies(role, limit)
        yield "SET LOCAL search_path TO pg_catalog"
