"""Statements that nobody listed: for every table of a catalogue those that its roles are to be refused."""

import zlib
from collections.abc import Iterator

import msgspec

from propolis.sql.catalogue import Catalogue, Table
from propolis.sql.compare import able, resolved
from propolis.sql.meaning import Meaning, meaning
from propolis.sql.names import dotted, quoted
from propolis.sql.privileges import Kind
from propolis.sql.wanted import Role

MOST = 400
"""Statements that are tried for one role; of more, a choice that stays the same as long as the names do."""

MOST_TABLES = 40
"""Tables that they are about, those of the role first: PostgreSQL is asked about every other without a statement."""


class Probe(msgspec.Struct, frozen=True):
    """*explained*: EXPLAIN can try it; else it is run, and undone."""

    statement: str
    explained: bool


def probes(role: Role, live: Catalogue) -> tuple[Probe, ...]:
    """Statements that PostgreSQL has to refuse to *role* for want of a privilege, at most MOST.

    Law: none of them needs only what the role's lines need.
    """
    held = resolved(role, live)
    used = {need.thing.table for need in held if need.thing.kind is Kind.COLUMN} | {
        need.thing for need in held
    }
    tables = sorted(live.tables, key=lambda table: (table.thing not in used, _order(dotted(table.thing))))
    found = [probe for table in tables[:MOST_TABLES] for probe in _of_table(table)]
    kept = []
    for statement in found:
        meant = meaning(statement, role.schema)
        if isinstance(meant, Meaning) and not all(able(held, need, live) for need in meant.needs):
            kept.append(Probe(statement, explained=True))
    kept.sort(key=lambda probe: _order(probe.statement))
    return (*kept[:MOST], *(Probe(statement, explained=False) for statement in _changes(role)))


def _order(text: str) -> tuple[int, str]:
    """Mixed, and the same every time."""
    return zlib.crc32(text.encode()), text


def _of_table(table: Table) -> Iterator[str]:
    name = dotted(table.thing)
    columns = [quoted(column) for column in table.columns]
    yield f"SELECT * FROM {name}"
    for column in columns:
        yield f"SELECT {column} FROM {name}"
    if table.kind not in ("table", "partitioned table"):
        return
    yield f"DELETE FROM {name}"
    for column in columns:
        yield f"DELETE FROM {name} WHERE {column} IS NULL"
        yield f"INSERT INTO {name} ({column}) VALUES (DEFAULT)"
        yield f"UPDATE {name} SET {column} = DEFAULT"
        yield f"SELECT {column} FROM {name} FOR UPDATE"


def _changes(role: Role) -> Iterator[str]:
    """What only an owner may do, or who was let in by a privilege that no line can name."""
    schema = quoted(role.schema)
    yield f"CREATE TABLE {schema}.propolis_probe (a integer)"
    yield f"CREATE VIEW {schema}.propolis_probe AS SELECT 1 AS a"
    yield f"CREATE FUNCTION {schema}.propolis_probe() RETURNS integer LANGUAGE sql AS 'SELECT 1'"
    yield "CREATE TEMPORARY TABLE propolis_probe (a integer)"
    yield "CREATE SCHEMA propolis_probe"
    yield "CREATE ROLE propolis_probe"
