"""A privilege: one action on one thing of a database, as PostgreSQL grants it."""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What PostgreSQL grants on; the values are its words."""

    DATABASE = "DATABASE"
    SCHEMA = "SCHEMA"
    TABLE = "TABLE"
    COLUMN = "COLUMN"
    SEQUENCE = "SEQUENCE"
    ROUTINE = "ROUTINE"


class Thing(msgspec.Struct, frozen=True, order=True):
    """*name* stands in *schema* ("" for a database or a schema). *detail*: a column, or a routine's argument types.

    *detail* "" is some column of the table, whichever, and the one routine of that name.
    """

    kind: Kind
    schema: str
    name: str
    detail: str = ""

    @property
    def table(self) -> "Thing":
        """The table of a column."""
        return Thing(Kind.TABLE, self.schema, self.name)


class Privilege(msgspec.Struct, frozen=True, order=True):
    """*action* in PostgreSQL's words: `SELECT`, `USAGE`, …"""

    thing: Thing
    action: str


COLUMN_ACTIONS = ("SELECT", "INSERT", "UPDATE", "REFERENCES")


def some(privilege: Privilege) -> bool:
    """Whether *privilege* is on some column of a table, whichever."""
    return privilege.thing.kind is Kind.COLUMN and not privilege.thing.detail


def holds(held: frozenset[Privilege], wanted: Privilege) -> bool:
    """Whether a role with *held* has *wanted*, as PostgreSQL checks it.

    A table's privilege covers its columns, those to come included. A column's is enough where any column will do.
    """
    thing = wanted.thing
    if wanted in held:
        return True
    if thing.kind is not Kind.COLUMN:
        return False
    if Privilege(thing.table, wanted.action) in held:
        return True
    return some(wanted) and any(
        has.action == wanted.action and has.thing.kind is Kind.COLUMN and has.thing.table == thing.table
        for has in held
    )
