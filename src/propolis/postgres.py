"""The database: PostgreSQL's catalogue as values, and transactions that leave everything or nothing."""

import asyncio
import ipaddress
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import asyncpg

from propolis.commands.sessions import ConnectionTextError, Session, Trial
from propolis.sql.catalogue import (
    Catalogue,
    Default,
    Held,
    LiveRole,
    Policy,
    Question,
    Routine,
    Table,
)
from propolis.sql.grants import NO_ARGUMENTS
from propolis.sql.hba import Rule
from propolis.sql.names import dotted, quoted
from propolis.sql.privileges import Kind, Privilege, Thing

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds for a connection, and for one statement: a catalogue is read in less."""
LOCK_PATIENCE = "10s"
"""How long a statement waits for others: longer, and it would hold up everybody behind it."""


_UNSURE = "whether all was kept, or nothing, `propolis sql plan` tells"


class PostgresServer:
    """*connection*: a libpq URI, or None for libpq's environment. It is never shown: it may hold a password."""

    def __init__(self, connection: str | None) -> None:
        self._connection = connection

    @contextmanager
    def session(self) -> Iterator[Session]:
        with asyncio.Runner() as runner:
            connection = runner.run(self._connected())
            try:
                session = PostgresSession(runner, connection)
                session.run("BEGIN")
                session.run("SET LOCAL search_path TO pg_catalog")
                session.run("SET LOCAL standard_conforming_strings TO on")
                session.run(f"SET LOCAL lock_timeout TO '{LOCK_PATIENCE}'")
                yield session
            except KeyboardInterrupt as interrupted:
                raise KeyboardInterrupt(str(interrupted) or "the database is as it was") from None
            finally:
                # What was not kept is undone by the server, which sees the connection end.
                connection.terminate()

    async def _connected(self) -> Any:
        settings = {"application_name": "propolis"}
        try:
            return await asyncpg.connect(
                self._connection,
                timeout=PATIENCE,
                command_timeout=PATIENCE,
                statement_cache_size=0,
                server_settings=settings,
            )
        except (asyncpg.PostgresError, OSError, TimeoutError) as error:
            raise OSError(f"no connection to the database: {_message(error)}") from None
        except (asyncpg.InterfaceError, ValueError):
            raise ConnectionTextError("the connection string cannot be read") from None


def _message(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


class PostgresSession:
    """A transaction that is open on *connection*."""

    def __init__(self, runner: asyncio.Runner, connection: Any) -> None:
        self._runner = runner
        self._connection = connection

    def _asked(self, question: Coroutine[Any, Any, T], doing: str) -> T:
        try:
            return self._runner.run(question)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            raise OSError(f"PostgreSQL, {doing}: {_message(error)}") from None

    def run(self, statement: str) -> None:
        self._asked(self._connection.execute(statement), f"at `{' '.join(statement.split())[:200]}`")

    def keep(self) -> None:
        try:
            tag = self._asked(self._connection.execute("COMMIT"), "at the end")
        except OSError as error:
            raise OSError(f"{error}; {_UNSURE}") from None
        except KeyboardInterrupt:
            raise KeyboardInterrupt(_UNSURE) from None
        if tag != "COMMIT":
            raise OSError("PostgreSQL undid all instead of keeping it")

    def _rows(self, query: str, *values: Any) -> list[Any]:
        found: list[Any] = self._asked(self._connection.fetch(query, *values), "asked about its catalogue")
        return found

    # --- the catalogue ---

    def catalogue(self, question: Question) -> Catalogue:
        names = list(question.roles)
        (here,) = self._rows(_HERE)
        return Catalogue(
            database=here["database"],
            user=here["user"],
            superuser=here["superuser"],
            version=here["version"],
            roles=tuple(self._role(row) for row in self._rows(_ROLES, names)),
            schemas=tuple((row["name"], row["owner"]) for row in self._rows(_SCHEMAS)),
            tables=self._tables(),
            sequences=tuple(_thing(Kind.SEQUENCE, row) for row in self._rows(_SEQUENCES)),
            routines=tuple(
                Routine(_routine(row), row["owner"], row["definer"], row["fixed"], row["extension"])
                for row in self._rows(_ROUTINES)
            ),
            held=tuple(sorted(_held(row) for query in _HELD for row in self._rows(query, names))),
            policies=tuple(_policy(row) for row in self._rows(_POLICIES)),
            defaults=tuple(sorted(Default(*row) for row in self._rows(_DEFAULTS, names))),
            own=frozenset(row["name"] for row in self._rows(_OWN, list(question.functions))),
            databases=tuple(row["name"] for row in self._rows(_DATABASES)),
            rules=self._rules(),
            conditions=tuple(
                (table, text, self._canonical(table, text, schema))
                for table, text, schema in question.conditions
            ),
        )

    def _role(self, row: Any) -> LiveRole:
        marks = ("SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS")
        return LiveRole(
            name=row["name"],
            attributes=tuple(mark for mark in marks if row[mark.lower()]),
            login=row["login"],
            connections=row["connections"],
            groups=tuple(row["groups"]),
            direct=tuple(row["direct"]),
            search_path=row["search_path"],
            owns=tuple(row["owns"]),
            other=tuple(row["other"]),
        )

    def _tables(self) -> tuple[Table, ...]:
        drawn: dict[Thing, list[tuple[str, Thing]]] = {}
        for row in self._rows(_DRAWN):
            sequence = Thing(Kind.SEQUENCE, row["sequence_schema"], row["sequence"])
            drawn.setdefault(_thing(Kind.TABLE, row), []).append((row["column"], sequence))
        return tuple(
            Table(
                thing := _thing(Kind.TABLE, row),
                row["kind"],
                row["owner"],
                tuple(row["columns"]),
                tuple(drawn.get(thing, ())),
                row["limited"],
            )
            for row in self._rows(_TABLES)
        )

    def _rules(self) -> tuple[Rule, ...] | None:
        (may,) = self._rows(_MAY_READ_HBA)
        if not may["may"]:
            return None
        return tuple(
            Rule(
                row["line"],
                row["type"],
                tuple(row["databases"]),
                tuple(row["users"]),
                _address(row),
                row["method"],
            )
            for row in self._rows(_HBA)
        )

    def _canonical(self, table: Thing, condition: str, schema: str) -> str:
        """*condition* as PostgreSQL writes it, for a policy on a table like *table*; "" when it does not take it."""
        return self._asked(self._written(table, condition, schema), "asked about a condition")

    async def _written(self, table: Thing, condition: str, schema: str) -> str:
        like = 'pg_temp."propolis_like"'
        await self._connection.execute("SAVEPOINT propolis")
        try:
            await self._connection.execute(f"CREATE TEMPORARY TABLE propolis_like (LIKE {dotted(table)})")
            await self._connection.execute(f"SET LOCAL search_path TO {quoted(schema)}")
            await self._connection.execute(f"CREATE POLICY propolis_like ON {like} USING (\n{condition}\n)")
            await self._connection.execute("SET LOCAL search_path TO pg_catalog")
            found: str = await self._connection.fetchval(_LIKE)
        except (asyncpg.InsufficientPrivilegeError, asyncpg.PostgresConnectionError):
            raise
        except asyncpg.PostgresError:
            return ""
        finally:
            if not self._connection.is_closed():
                await self._connection.execute(_UNDO)
        return found

    # --- what PostgreSQL says ---

    def effective(self, role: str) -> frozenset[Privilege]:
        found = set()
        for query in _EFFECTIVE:
            for row in self._rows(query, role):
                found.add(_held(row).privilege)
        return frozenset(found)

    def explained(self, role: str, schema: str, statement: str) -> Trial:
        return self._asked(self._trial(role, schema, f"EXPLAIN {statement}", prepared=True), "at a trial")

    def tried(self, role: str, schema: str, statement: str) -> Trial:
        return self._asked(self._trial(role, schema, statement, prepared=False), "at a trial")

    async def _trial(self, role: str, schema: str, statement: str, *, prepared: bool) -> Trial:
        await self._connection.execute("SAVEPOINT propolis")
        try:
            await self._become(role, schema)
            return await self._said(statement, prepared=prepared)
        finally:
            if not self._connection.is_closed():
                await self._connection.execute(_UNDO)

    async def _become(self, role: str, schema: str) -> None:
        """Be *role* until the savepoint is undone. Who cannot would take its own refusals for those of the role."""
        try:
            await self._connection.execute(f"SET LOCAL search_path TO {quoted(schema)}")
            await self._connection.execute(f"SET LOCAL ROLE {quoted(role)}")
        except asyncpg.PostgresError as error:
            raise OSError(
                f"this user cannot become `{role}`, so nothing can be tried: {_message(error)}"
            ) from None

    async def _said(self, statement: str, *, prepared: bool) -> Trial:
        try:
            if prepared:
                plan = await self._connection.prepare(statement)
                await plan.fetch(*[None for _ in plan.get_parameters()])
            else:
                await self._connection.execute(statement)
        except asyncpg.InsufficientPrivilegeError as error:
            return Trial(refused=True, said=_message(error))
        except (asyncpg.QueryCanceledError, asyncpg.PostgresConnectionError):
            raise
        except asyncpg.PostgresError as error:
            return Trial(failed=True, said=_message(error))
        return Trial()


def _thing(kind: Kind, row: Any) -> Thing:
    return Thing(kind, row["schema"], row["name"])


def _routine(row: Any) -> Thing:
    return Thing(Kind.ROUTINE, row["schema"], row["name"], row["arguments"] or NO_ARGUMENTS)


def _held(row: Any) -> Held:
    kind = Kind(row["kind"])
    detail = row["detail"] or (NO_ARGUMENTS if kind is Kind.ROUTINE else "")
    thing = Thing(kind, row["schema"], row["name"], detail)
    return Held(row["grantee"], Privilege(thing, row["action"]), row["passing"])


def _address(row: Any) -> str:
    """The prefix, `all` or the host's name that a line of `pg_hba.conf` is about; "" for the local socket."""
    if row["netmask"] is None:
        return row["address"] or ""
    return f"{row['address']}/{int(ipaddress.ip_address(row['netmask'])).bit_count()}"


def _policy(row: Any) -> Policy:
    return Policy(
        table=_thing(Kind.TABLE, row),
        name=row["policy"],
        permissive=row["permissive"],
        command=row["command"],
        roles=tuple(row["roles"]),
        using=row["using"] or "",
        check=row["check"] or "",
    )


_UNDO = "ROLLBACK TO SAVEPOINT propolis; RELEASE SAVEPOINT propolis"

# --- the questions, in SQL; names and values go in as parameters ---

_OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"

_HERE = """
SELECT current_database()::text AS database, current_user::text AS user,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
       current_setting('server_version_num')::int AS version
"""

_ROLES = """
WITH RECURSIVE member(role, grp) AS (
  SELECT m.member, m.roleid FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = ANY($1::text[])
  UNION SELECT b.role, m.roleid FROM member b JOIN pg_auth_members m ON m.member = b.grp
)
SELECT r.rolname::text AS name, r.rolsuper AS superuser, r.rolcreatedb AS createdb, r.rolcreaterole AS createrole,
       r.rolreplication AS replication, r.rolbypassrls AS bypassrls, r.rolcanlogin AS login,
       r.rolconnlimit AS connections,
       ARRAY(SELECT DISTINCT pg_get_userbyid(grp)::text FROM member WHERE role = r.oid ORDER BY 1) AS groups,
       ARRAY(SELECT DISTINCT pg_get_userbyid(m.roleid)::text FROM pg_auth_members m WHERE m.member = r.oid ORDER BY 1)
         AS direct,
       (SELECT substr(c, length('search_path=') + 1)
        FROM pg_db_role_setting s, unnest(s.setconfig) c
        WHERE s.setrole = r.oid AND c LIKE 'search\\_path=%'
          AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
        ORDER BY s.setdatabase DESC LIMIT 1) AS search_path,
       ARRAY(SELECT DISTINCT CASE WHEN d.dbid IN (0, here.oid) THEN pg_describe_object(d.classid, d.objid, 0)
                                  ELSE 'something in the database ' || other.datname END
             FROM pg_shdepend d LEFT JOIN pg_database other ON other.oid = d.dbid
             WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'o' ORDER BY 1) AS owns,
       ARRAY(SELECT DISTINCT CASE WHEN d.dbid IN (0, here.oid) THEN pg_describe_object(d.classid, d.objid, 0)
                                  ELSE 'something in the database ' || other.datname END
             FROM pg_shdepend d LEFT JOIN pg_database other ON other.oid = d.dbid
             WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'a'
               AND (d.dbid NOT IN (0, here.oid)
                    OR d.classid NOT IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_namespace'::regclass,
                                         'pg_database'::regclass, 'pg_default_acl'::regclass)
                    OR (d.classid = 'pg_database'::regclass AND d.objid <> here.oid)
                    OR (d.classid = 'pg_class'::regclass AND EXISTS (
                          SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                          WHERE c.oid = d.objid AND (n.nspname ~ '^pg_' OR n.nspname = 'information_schema')))
                    OR (d.classid = 'pg_proc'::regclass AND EXISTS (
                          SELECT FROM pg_proc c JOIN pg_namespace n ON n.oid = c.pronamespace
                          WHERE c.oid = d.objid AND (n.nspname ~ '^pg_' OR n.nspname = 'information_schema'))))
             ORDER BY 1) AS other
FROM pg_roles r, (SELECT oid FROM pg_database WHERE datname = current_database()) here
WHERE r.rolname = ANY($1::text[]) ORDER BY r.rolname
"""

_SCHEMAS = f"SELECT nspname::text AS name, pg_get_userbyid(nspowner)::text AS owner FROM pg_namespace n WHERE {_OURS}"

_TABLES = f"""
SELECT n.nspname::text AS schema, c.relname::text AS name, pg_get_userbyid(c.relowner)::text AS owner,
       CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
                      WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END AS kind,
       c.relrowsecurity AS limited,
       ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
             AND a.attnum > 0 ORDER BY a.attnum) AS columns
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OURS} ORDER BY 1, 2
"""

_DRAWN = f"""
SELECT DISTINCT n.nspname::text AS schema, c.relname::text AS name, a.attname::text AS column,
       sn.nspname::text AS sequence_schema, s.relname::text AS sequence
FROM pg_attrdef f JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
     AND d.refclassid = 'pg_class'::regclass
JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
JOIN pg_class c ON c.oid = f.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
WHERE {_OURS} ORDER BY 1, 2, 3
"""

_SEQUENCES = f"""
SELECT n.nspname::text AS schema, c.relname::text AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND {_OURS} ORDER BY 1, 2
"""

_ROUTINES = f"""
SELECT n.nspname::text AS schema, p.proname::text AS name, oidvectortypes(p.proargtypes) AS arguments,
       pg_get_userbyid(p.proowner)::text AS owner, p.prosecdef AS definer,
       EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search\\_path=%') AS fixed,
       EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
         AS extension
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {_OURS} ORDER BY 1, 2, 3
"""

_GRANTEES = """
JOIN LATERAL (SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END AS grantee,
                     a.grantee = 0 AS everybody, a.privilege_type AS action, a.is_grantable AS passing
              FROM aclexplode(x.acl) a) g ON g.everybody OR g.grantee = ANY($1::text[])
"""


def _held_query(kind: str, schema: str, name: str, detail: str, source: str) -> str:
    return f"""
SELECT DISTINCT {kind} AS kind, {schema} AS schema, {name} AS name, {detail} AS detail,
       g.grantee, g.action, g.passing
FROM (SELECT {source}) x {_GRANTEES}
"""


_HELD = (
    _held_query(
        "'DATABASE'", "''", "x.name", "''",
        "datname::text AS name, coalesce(datacl, acldefault('d', datdba)) AS acl FROM pg_database "
        "WHERE datname = current_database()",
    ),
    _held_query(
        "'SCHEMA'", "''", "x.name", "''",
        f"nspname::text AS name, coalesce(nspacl, acldefault('n', nspowner)) AS acl FROM pg_namespace n WHERE {_OURS}",
    ),
    _held_query(
        "x.kind", "x.schema", "x.name", "''",
        "CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, n.nspname::text AS schema, "
        "c.relname::text AS name, c.relacl AS acl FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relacl IS NOT NULL AND {_OURS}",
    ),
    _held_query(
        "'COLUMN'", "x.schema", "x.name", "x.detail",
        "n.nspname::text AS schema, c.relname::text AS name, t.attname::text AS detail, t.attacl AS acl "
        "FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE t.attacl IS NOT NULL AND NOT t.attisdropped AND {_OURS}",
    ),
    _held_query(
        "'ROUTINE'", "x.schema", "x.name", "x.detail",
        "n.nspname::text AS schema, p.proname::text AS name, oidvectortypes(p.proargtypes) AS detail, "
        "coalesce(p.proacl, acldefault('f', p.proowner)) AS acl "
        f"FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {_OURS}",
    ),
)  # fmt: skip

_POLICIES = f"""
SELECT n.nspname::text AS schema, c.relname::text AS name, p.polname::text AS policy, p.polpermissive AS permissive,
       CASE p.polcmd WHEN '*' THEN 'ALL' ELSE p.polcmd::text END AS command,
       ARRAY(SELECT CASE WHEN o = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(o)::text END FROM unnest(p.polroles) o) AS roles,
       pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS}
ORDER BY 1, 2, 3
"""

_LIKE = """
SELECT pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE p.polname = 'propolis_like' AND c.relname = 'propolis_like' AND c.relpersistence = 't'
"""

_DEFAULTS = f"""
WITH owner(oid) AS (
  SELECT CASE WHEN n.nspowner = 'pg_database_owner'::regrole THEN d.datdba ELSE n.nspowner END
  FROM pg_namespace n, pg_database d WHERE d.datname = current_database() AND {_OURS}
  UNION SELECT c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS}
  UNION SELECT p.proowner FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {_OURS}
), entry(owner, schema, kind, acl) AS (
  SELECT defaclrole, defaclnamespace, defaclobjtype::text, defaclacl FROM pg_default_acl
  UNION ALL SELECT o.oid, 0::oid, 'f', acldefault('f', o.oid) FROM owner o
  WHERE NOT EXISTS (SELECT FROM pg_default_acl a
                    WHERE a.defaclrole = o.oid AND a.defaclnamespace = 0 AND a.defaclobjtype = 'f')
)
SELECT DISTINCT pg_get_userbyid(e.owner)::text, coalesce(n.nspname::text, ''),
       CASE e.kind WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' WHEN 'n' THEN 'SCHEMAS'
                   ELSE 'TYPES' END,
       a.privilege_type, CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END
FROM entry e LEFT JOIN pg_namespace n ON n.oid = e.schema, aclexplode(e.acl) a
WHERE (a.grantee = 0 AND e.kind <> 'T') OR pg_get_userbyid(a.grantee) = ANY($1::text[])
"""

_OWN = """
SELECT DISTINCT p.proname::text AS name FROM pg_proc p
WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY($1::text[])
  AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
              WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
"""

_DATABASES = "SELECT datname::text AS name FROM pg_database WHERE datallowconn ORDER BY 1"

_MAY_READ_HBA = """
SELECT has_table_privilege('pg_hba_file_rules', 'SELECT')
       AND has_function_privilege('pg_hba_file_rules()', 'EXECUTE') AS may
"""

_HBA = """
SELECT line_number AS line, type, database AS databases, user_name AS users, address, netmask, auth_method AS method
FROM pg_hba_file_rules WHERE error IS NULL
"""

_EFFECTIVE_TABLES = f"""
SELECT 'TABLE' AS kind, n.nspname::text AS schema, c.relname::text AS name, '' AS detail, $1::text AS grantee,
       action, false AS passing
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
     unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) action
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OURS} AND has_schema_privilege($1::text, n.oid, 'USAGE')
  AND has_table_privilege($1::text, c.oid, action)
"""

_EFFECTIVE = (
    _EFFECTIVE_TABLES,
    f"""
SELECT 'COLUMN' AS kind, n.nspname::text AS schema, c.relname::text AS name, a.attname::text AS detail,
       $1::text AS grantee, action, false AS passing
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped,
     unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) action
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OURS} AND has_schema_privilege($1::text, n.oid, 'USAGE')
  AND has_column_privilege($1::text, c.oid, a.attnum, action)
""",
    f"""
SELECT 'SEQUENCE' AS kind, n.nspname::text AS schema, c.relname::text AS name, '' AS detail, $1::text AS grantee,
       action, false AS passing
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) action
WHERE c.relkind = 'S' AND {_OURS} AND has_schema_privilege($1::text, n.oid, 'USAGE')
  AND has_sequence_privilege($1::text, c.oid, action)
""",
    f"""
SELECT 'ROUTINE' AS kind, n.nspname::text AS schema, p.proname::text AS name, oidvectortypes(p.proargtypes) AS detail,
       $1::text AS grantee, 'EXECUTE' AS action, false AS passing
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE {_OURS} AND has_schema_privilege($1::text, n.oid, 'USAGE') AND has_function_privilege($1::text, p.oid, 'EXECUTE')
""",
    f"""
SELECT 'SCHEMA' AS kind, '' AS schema, n.nspname::text AS name, '' AS detail, $1::text AS grantee, action,
       false AS passing
FROM pg_namespace n, unnest(ARRAY['USAGE', 'CREATE']) action
WHERE {_OURS} AND has_schema_privilege($1::text, n.oid, action)
""",
    """
SELECT 'DATABASE' AS kind, '' AS schema, datname::text AS name, '' AS detail, $1::text AS grantee, action,
       false AS passing
FROM pg_database, unnest(ARRAY['CONNECT', 'CREATE', 'TEMPORARY']) action
WHERE datname = current_database() AND has_database_privilege($1::text, oid, action)
""",
)
