"""The statements that change roles and grants, as text. Every name in them is quoted."""

from collections.abc import Iterable, Iterator

from propolis.model.profile import Login
from propolis.sql.names import dotted, literal, quoted
from propolis.sql.privileges import Kind, Privilege, Thing
from propolis.sql.wanted import Limit, Role

PUBLIC = "PUBLIC"
ADMITTING, LIMITING = "propolis_rows", "propolis_limit"
"""Two policies for each role and table: one lets rows through, the other, a restrictive one, only its own."""


def grantee(name: str) -> str:
    return PUBLIC if name == PUBLIC else quoted(name)


def create_role(name: str) -> str:
    return f"CREATE ROLE {quoted(name)}"


def create_role_once(name: str) -> str:
    """Makes the role unless there is one: PostgreSQL has no `IF NOT EXISTS` for it."""
    body = (
        f"BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {literal(name)}) "
        f"THEN CREATE ROLE {quoted(name)}; END IF; END"
    )
    return f"DO {literal(body)}"


def alter_role(name: str, attributes: Iterable[str]) -> str:
    return f"ALTER ROLE {quoted(name)} WITH {' '.join(attributes)}"


def search_path(role: str, database: str, schema: str) -> str:
    return f"ALTER ROLE {quoted(role)} IN DATABASE {quoted(database)} SET search_path TO {quoted(schema)}"


def leave(role: str, group: str) -> str:
    return f"REVOKE {quoted(group)} FROM {quoted(role)}"


def grants(privileges: Iterable[Privilege], name: str) -> list[str]:
    """One GRANT for each thing."""
    return [f"GRANT {what} TO {grantee(name)}" for what in _by_thing(privileges)]


def revokes(privileges: Iterable[Privilege], name: str) -> list[str]:
    """One REVOKE for each thing; of what others were given through it as well."""
    tail = "" if name == PUBLIC else " CASCADE"
    return [f"REVOKE {what} FROM {grantee(name)}{tail}" for what in _by_thing(privileges)]


def _by_thing(privileges: Iterable[Privilege]) -> Iterator[str]:
    """`SELECT ("id"), DELETE ON TABLE "public"."orders"` and the like, sorted."""
    whole: dict[Thing, list[Privilege]] = {}
    for privilege in sorted(privileges):
        thing = privilege.thing
        whole.setdefault(thing.table if thing.kind is Kind.COLUMN else thing, []).append(privilege)
    for thing, found in sorted(whole.items()):
        columns: dict[str, list[str]] = {}
        actions = []
        for privilege in found:
            if privilege.thing.kind is Kind.COLUMN:
                columns.setdefault(privilege.action, []).append(quoted(privilege.thing.detail))
            else:
                actions.append(privilege.action)
        actions += [f"{action} ({', '.join(names)})" for action, names in columns.items()]
        yield f"{', '.join(actions)} ON {thing.kind} {dotted(thing)}"


def no_default_execution(owner: str | None) -> str:
    """New functions of *owner*, None being whoever runs this, are not everybody's to run."""
    who = f" FOR ROLE {quoted(owner)}" if owner else ""
    return f"ALTER DEFAULT PRIVILEGES{who} REVOKE EXECUTE ON ROUTINES FROM PUBLIC"


def default_revoke(owner: str, schema: str, action: str, kind: str, name: str) -> str:
    place = f" IN SCHEMA {quoted(schema)}" if schema else ""
    who = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quoted(owner)}{place}"
    return f"{who} REVOKE {action} ON {kind} FROM {grantee(name)}"


def policies(role: Role, limit: Limit) -> list[str]:
    """The two policies that hold *role* to its rows of a table, made anew."""
    admitting, limiting = policy_name(ADMITTING, role.name), policy_name(LIMITING, role.name)
    on = f"ON {dotted(limit.table)}"
    return [
        f"DROP POLICY IF EXISTS {quoted(admitting)} {on}",
        f"DROP POLICY IF EXISTS {quoted(limiting)} {on}",
        f"CREATE POLICY {quoted(admitting)} {on} AS PERMISSIVE FOR ALL TO {quoted(role.name)} "
        "USING (true) WITH CHECK (true)",
        f"CREATE POLICY {quoted(limiting)} {on} AS RESTRICTIVE FOR ALL TO {quoted(role.name)} "
        f"USING (\n{limit.condition}\n) WITH CHECK (\n{limit.condition}\n)",
    ]


def policy_name(kind: str, role: str) -> str:
    """At most 63 bytes: PostgreSQL cuts what is longer. Two roles that share the cut name are told apart by number."""
    whole = f"{kind}_{role}"
    if len(whole.encode()) <= _LONGEST:
        return whole
    room = _LONGEST - len(f"{kind}_") - 9
    cut = role.encode()[:room].decode(errors="ignore")
    return f"{kind}_{cut}_{_mark(role):08x}"


_LONGEST = 63


def _mark(text: str) -> int:
    """CRC-32 of *text*: the same on every machine."""
    import zlib

    return zlib.crc32(text.encode())


def limit_rows(table: Thing) -> str:
    return f"ALTER TABLE {dotted(table)} ENABLE ROW LEVEL SECURITY"


def attributes(role: Role) -> list[str]:
    """What a role is, apart from its grants."""
    limit = [] if role.connections is None else [f"CONNECTION LIMIT {role.connections}"]
    return ["LOGIN", "NOSUPERUSER", "NOCREATEDB", "NOCREATEROLE", "NOREPLICATION", "NOBYPASSRLS", *limit]


METHODS = {Login.SCRAM: "scram-sha-256", Login.SCRAM_WITHOUT_TLS: "scram-sha-256", Login.CERTIFICATE: "cert"}
