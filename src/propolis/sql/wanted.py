"""What a profile wants of its databases: for each of them the roles, and for each role exactly what it may do."""

from collections.abc import Iterable, Iterator

import msgspec

from propolis.model.profile import (
    CidrEnd,
    DeclaredPath,
    EntityEnd,
    Grant,
    Login,
    NameEnd,
    Postgres,
    Profile,
    SqlLine,
    WorkloadEnd,
)
from propolis.model.span import Path
from propolis.sql import conditions
from propolis.sql.meaning import Meaning, meaning
from propolis.sql.names import said
from propolis.sql.privileges import Kind, Privilege, Thing, holds, some
from propolis.sql.refusal import Refusal


class Line(msgspec.Struct, frozen=True):
    """A line of `allow` and what it means."""

    text: str
    where: Path
    meaning: Meaning


class Limit(msgspec.Struct, frozen=True):
    """*condition* holds for every row of *table* that the role reads or writes."""

    table: Thing
    condition: str
    where: Path


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """*privileges*: all that it has, and no others. *own*: functions that have to be PostgreSQL's own.

    *databases*: all those of its server that it may connect to. *where*: in the profile's document.
    """

    name: str
    databases: tuple[str, ...]
    schema: str
    login: Login
    connections: int | None
    networks: tuple[str, ...]
    lines: tuple[Line, ...]
    limits: tuple[Limit, ...]
    privileges: frozenset[Privilege]
    own: frozenset[str]
    where: Path


class Database(msgspec.Struct, frozen=True):
    """*server*: the end of the paths that lead to it, as the profile calls it."""

    server: str
    name: str
    roles: tuple[Role, ...]


class Fault(msgspec.Struct, frozen=True):
    """A refusal and the place in the profile's document whose text is refused."""

    refusal: Refusal
    where: Path


class Wanted(msgspec.Struct, frozen=True):
    """Nothing is left out of *databases* exactly if there are no *faults*."""

    databases: tuple[Database, ...]
    faults: tuple[Fault, ...]


def meanings(postgres: Postgres) -> tuple[tuple[SqlLine, Meaning | Refusal], ...]:
    """What each statement of *postgres* means, for claims that follow a request into the database.

    Errors: ImportError without the extra `sql`.
    """
    return tuple((line, meaning(line.text, postgres.schema)) for line in postgres.allow)


class Allowing(msgspec.Struct, frozen=True):
    """*line* lets a role do something; *sure* False: it may, and what it does is in the database."""

    line: SqlLine
    sure: bool


def allowing(postgres: Postgres, forbidden: Grant) -> tuple[Allowing, ...]:
    """The lines through which the role may do what *forbidden* says, to some table and column of it.

    A line that cannot be read as privileges may, and one that calls a function of yours. A table without a schema may
    be in any, and TRUNCATE deletes. To need some column of a table, whichever, is to read none: another line names
    it. What views, triggers and cascading foreign keys do is not seen here.

    Errors: ImportError without the extra `sql`.
    """
    found = ((line, _surely(meant, forbidden)) for line, meant in meanings(postgres))
    return tuple(Allowing(line, sure) for line, sure in found if sure is not None)


def _surely(meant: Meaning | Refusal, forbidden: Grant) -> bool | None:
    """True: it does; False: it may; None: it does not."""
    if isinstance(meant, Refusal):
        return False
    actions = {forbidden.privilege} | ({"TRUNCATE"} if forbidden.privilege == "DELETE" else set())
    if any(need.action in actions and _touches(need.thing, forbidden) for need in meant.needs):
        return True
    return False if any(need.thing.kind is Kind.ROUTINE for need in meant.needs) else None


def _touches(thing: Thing, forbidden: Grant) -> bool:
    if thing.kind is not Kind.TABLE and not (thing.kind is Kind.COLUMN and thing.detail):
        return False
    named = any(name in (thing.name, f"{thing.schema}.{thing.name}") for name in forbidden.tables)
    return named and (not forbidden.columns or not thing.detail or thing.detail in forbidden.columns)


def wanted(profile: Profile) -> Wanted:
    """What *profile* wants of its databases, sorted by server and name.

    Errors:  ImportError without the extra `sql`; what no privileges can say is a fault.
    """
    places: dict[tuple[str, str], list[DeclaredPath]] = {}
    for path in profile.paths:
        if path.postgres is not None:
            places.setdefault((_server(path), path.postgres.database), []).append(path)
    databases, faults = [], []
    for (server, name), paths in sorted(places.items()):
        roles: dict[str, list[Postgres]] = {}
        for path in paths:
            assert path.postgres is not None
            roles.setdefault(path.postgres.role, []).append(path.postgres)
        made = [_role(parts, _reached(profile, server, role)) for role, parts in sorted(roles.items())]
        faults += [fault for each in made if isinstance(each, list) for fault in each]
        databases.append(Database(server, name, tuple(each for each in made if isinstance(each, Role))))
    return Wanted(tuple(databases), tuple(dict.fromkeys([*faults, *_differing_limits(databases)])))


def _reached(profile: Profile, server: str, role: str) -> tuple[str, ...]:
    """The databases of *server* that *role* may connect to."""
    ours = [path for path in profile.paths if path.postgres and _server(path) == server]
    return tuple(sorted({p.postgres.database for p in ours if p.postgres and p.postgres.role == role}))


def _server(path: DeclaredPath) -> str:
    match path.destination:
        case WorkloadEnd():
            return path.destination.workload
        case NameEnd():
            return path.destination.pattern
        case CidrEnd():
            return path.destination.prefix
        case EntityEnd():
            return path.destination.entity


def _differing_limits(databases: Iterable[Database]) -> Iterator[Fault]:
    """A role is one on its whole server: what it has there once cannot differ from database to database."""
    seen: dict[tuple[str, str], Role] = {}
    for database in databases:
        for role in database.roles:
            other = seen.setdefault((database.server, role.name), role)
            if (other.connections, other.login) != (role.connections, role.login):
                message = f"`{role.name}` has two limits of connections, or two ways to log in"
                yield Fault(
                    Refusal("sql-differs", message, "say the same on every path of this role"), role.where
                )


def _role(parts: list[Postgres], databases: tuple[str, ...]) -> Role | list[Fault]:
    first = parts[0]
    lines, faults = [], []
    for part in parts:
        for line, meant in meanings(part):
            if isinstance(meant, Refusal):
                faults.append(Fault(meant, line.where))
            else:
                lines.append(Line(line.text, line.where, meant))
        same = (part.schema, part.login, part.connections)
        if same != (first.schema, first.login, first.connections):
            message = f"`{part.role}` has another schema, login or number of connections elsewhere"
            faults.append(
                Fault(Refusal("sql-differs", message, "say the same on every path of this role"), part.where)
            )
        if not part.networks:
            message = f"nothing says from where `{part.role}` connects"
            help_ = "name the networks of its pods under `cluster.pods`, or under `from` beside the role"
            faults.append(Fault(Refusal("sql-no-network", message, help_), part.where))
    limits, needed = _limits(parts, faults)
    role = Role(
        name=first.role,
        databases=databases,
        schema=first.schema,
        login=first.login,
        connections=first.connections,
        networks=tuple(sorted({network for part in parts for network in part.networks})),
        lines=tuple(lines),
        limits=limits,
        privileges=_together(first, lines, needed.needs),
        own=frozenset(name for line in lines for name in line.meaning.own) | needed.own,
        where=first.where,
    )
    faults += _without_column(role)
    return faults or role


def _limits(parts: list[Postgres], faults: list[Fault]) -> tuple[tuple[Limit, ...], Meaning]:
    found: dict[Thing, Limit] = {}
    needs: set[Privilege] = set()
    own: set[str] = set()
    for part in parts:
        for row in part.rows:
            read = conditions.condition(row.table, row.condition, part.schema)
            if isinstance(read, Refusal):
                faults.append(Fault(read, row.where))
                continue
            limit = Limit(read.table, row.condition, row.where)
            before = found.setdefault(read.table, limit)
            if before.condition != limit.condition:
                refusal = Refusal("sql-differs", "this table has another condition elsewhere", "keep one")
                faults.append(Fault(refusal, row.where))
            needs |= read.needs
            own |= read.own
    return tuple(found.values()), Meaning(frozenset(needs), frozenset(own))


def _together(postgres: Postgres, lines: list[Line], more: frozenset[Privilege]) -> frozenset[Privilege]:
    """Everything that the lines need; what is needed of some column is had by another line, or refused."""
    connect = Privilege(Thing(Kind.DATABASE, "", postgres.database), "CONNECT")
    usage = Privilege(Thing(Kind.SCHEMA, "", postgres.schema), "USAGE")
    needs = {need for line in lines for need in line.meaning.needs} | more
    return frozenset({connect, usage, *(need for need in needs if not some(need))})


def _without_column(role: Role) -> Iterator[Fault]:
    for line in role.lines:
        for need in sorted(line.meaning.needs):
            if some(need) and not holds(role.privileges, need):
                message = f"this needs {said(need)}, and no line says which one"
                help_ = f"name a column in it, or add a line: `{need.action} (id) ON {need.thing.name}`"
                yield Fault(Refusal("sql-some-column", message, help_), line.where)
                break
