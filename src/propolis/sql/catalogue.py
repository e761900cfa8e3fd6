"""A catalogue: what a database holds about roles and grants, as far as a profile is concerned. Inert records."""

import msgspec

from propolis.sql.hba import Rule
from propolis.sql.privileges import Privilege, Thing


class LiveRole(msgspec.Struct, frozen=True, kw_only=True):
    """*attributes*: those that lift limits (`SUPERUSER`, …). *groups*: roles it is a member of, at any depth.

    *direct*: the groups that it was put into itself. *search_path*: as set for it in this database; None unset.
    *owns*: what it owns, and *other*: what else it was granted, on the whole server, in words.
    """

    name: str
    attributes: tuple[str, ...] = ()
    login: bool = True
    connections: int = -1
    groups: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()
    search_path: str | None = None
    owns: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


class Held(msgspec.Struct, frozen=True, order=True):
    """*grantee*: a role, or `PUBLIC`. *passing*: it may be granted on."""

    grantee: str
    privilege: Privilege
    passing: bool = False


class Table(msgspec.Struct, frozen=True):
    """*kind*: `table`, `view`, …; *drawn*: column → sequence that its default draws from.

    *limited*: by row-level security.
    """

    thing: Thing
    kind: str
    owner: str
    columns: tuple[str, ...]
    drawn: tuple[tuple[str, Thing], ...] = ()
    limited: bool = False


class Routine(msgspec.Struct, frozen=True):
    """*definer*: it runs as its owner. *fixed*: it sets its own search_path. *extension*: it is part of one."""

    thing: Thing
    owner: str
    definer: bool = False
    fixed: bool = False
    extension: bool = False


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy of row-level security; *using* and *check* as PostgreSQL writes them."""

    table: Thing
    name: str
    permissive: bool
    command: str
    roles: tuple[str, ...]
    using: str
    check: str


class Default(msgspec.Struct, frozen=True, order=True):
    """What *grantee* gets on all new things of *kind* (`TABLES`, …) of *owner*, in *schema* or ("") anywhere."""

    owner: str
    schema: str
    kind: str
    action: str
    grantee: str


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """*held*: of the roles that were asked about and of everybody. *rules* None: they may not be read.

    *own*: of the functions asked about, those that are PostgreSQL's own and open to everybody. *conditions*: those
    asked about, as PostgreSQL writes them; "" for one that it refuses.
    """

    database: str
    user: str
    superuser: bool
    version: int
    roles: tuple[LiveRole, ...]
    schemas: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    sequences: tuple[Thing, ...]
    routines: tuple[Routine, ...]
    held: tuple[Held, ...]
    policies: tuple[Policy, ...]
    defaults: tuple[Default, ...]
    own: frozenset[str]
    databases: tuple[str, ...]
    rules: tuple[Rule, ...] | None
    conditions: tuple[tuple[Thing, str, str], ...] = ()

    def role(self, name: str) -> LiveRole | None:
        return next((role for role in self.roles if role.name == name), None)


class Question(msgspec.Struct, frozen=True):
    """What a catalogue is asked about: roles, functions taken to be PostgreSQL's own, and conditions on rows.

    *conditions*: table, the condition, the schema of its names.
    """

    roles: tuple[str, ...]
    functions: frozenset[str]
    conditions: tuple[tuple[Thing, str, str], ...] = ()
