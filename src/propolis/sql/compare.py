"""What a profile wants, compared by meaning with what a catalogue holds: steps, and what no step mends."""

from collections.abc import Iterable, Iterator

import msgspec

from propolis.model.report import Step
from propolis.model.span import Path
from propolis.sql import ddl
from propolis.sql.catalogue import Catalogue, LiveRole, Question, Routine, Table
from propolis.sql.hba import openings
from propolis.sql.names import only_name, said
from propolis.sql.privileges import Kind, Privilege, Thing, holds
from propolis.sql.render import schemas
from propolis.sql.wanted import Database, Limit, Line, Role


class Remark(msgspec.Struct, frozen=True):
    """What no step mends. *blocking*: nothing can be applied before it is mended."""

    code: str
    message: str
    help: str
    where: Path
    blocking: bool = False


class Plan(msgspec.Struct, frozen=True):
    steps: tuple[Step, ...]
    remarks: tuple[Remark, ...]


def question(database: Database) -> Question:
    """What has to be known of a server to compare it with *database*."""
    return Question(
        tuple(role.name for role in database.roles),
        frozenset(name for role in database.roles for name in role.own),
        tuple(
            (limit.table, limit.condition, role.schema) for role in database.roles for limit in role.limits
        ),
    )


def plan(database: Database, live: Catalogue) -> Plan:
    """The steps from *live* to *database*, in an order in which they can run; none exactly if both mean the same.

    Law: after the steps there are none (tests/sql/test_real_server.py, and `apply` looks itself).
    """
    if live.database != database.name:
        message = f"this is the database `{live.database}`, and the profile is about `{database.name}`"
        where = database.roles[0].where if database.roles else ()
        return Plan((), (Remark("sql-other-database", message, "connect to that one", where, blocking=True),))
    remarks = [remark for role in database.roles for remark in _remarks(database, role, live)]
    steps = [step for role in database.roles for step in _role_steps(database, role, live)]
    steps += _taken_from_everybody(database, live)
    steps += _defaults(database, live)
    steps += [step for role in database.roles for step in _privilege_steps(role, live)]
    steps += [step for role in database.roles for step in _row_steps(role, live)]
    return Plan(tuple(dict.fromkeys(steps)), tuple(dict.fromkeys(remarks)))


# --- what a role is ---


def _role_steps(database: Database, role: Role, live: Catalogue) -> Iterator[Step]:
    found = live.role(role.name)
    if found is None:
        yield Step(ddl.create_role(role.name), f"there is no role `{role.name}`")
        found = LiveRole(name=role.name, login=False)
    off = tuple(f"NO{attribute}" for attribute in found.attributes)
    if off:
        yield Step(ddl.alter_role(role.name, off), f"`{role.name}` is {', '.join(found.attributes)}")
    if not found.login:
        yield Step(ddl.alter_role(role.name, ["LOGIN"]), f"`{role.name}` may not log in")
    if role.connections is not None and found.connections != role.connections:
        limit = ddl.alter_role(role.name, [f"CONNECTION LIMIT {role.connections}"])
        yield Step(limit, f"`{role.name}` may open {_number(found.connections)}")
    if only_name(found.search_path) != role.schema:
        why = f"the names of `{role.name}` are looked up in {_said_path(found.search_path)}"
        yield Step(ddl.search_path(role.name, database.name, role.schema), why)
    for group in found.direct:
        why = f"`{role.name}` is a member of `{group}`, and may do what that may"
        yield Step(ddl.leave(role.name, group), why)


def _number(connections: int) -> str:
    return "any number of connections" if connections < 0 else f"{connections} connections"


def _said_path(path: str | None) -> str:
    return f"`{path}`" if path else "whatever the server says"


# --- grants ---


def resolved(role: Role, live: Catalogue) -> frozenset[Privilege]:
    """What *role* wants, its routines with the arguments that they have in *live*, where there is one of that name."""
    return frozenset(_resolved(need, live) for need in role.privileges)


def _resolved(need: Privilege, live: Catalogue) -> Privilege:
    if need.thing.kind is not Kind.ROUTINE or need.thing.detail:
        return need
    found = _namesakes(need.thing, live)
    return Privilege(found[0].thing, need.action) if len(found) == 1 else need


def _namesakes(thing: Thing, live: Catalogue) -> list[Routine]:
    return [r for r in live.routines if (r.thing.schema, r.thing.name) == (thing.schema, thing.name)]


def _privilege_steps(role: Role, live: Catalogue) -> Iterator[Step]:
    wanted = resolved(role, live)
    mine = [held for held in live.held if held.grantee == role.name]
    excess = frozenset(held.privilege for held in mine if held.passing or not holds(wanted, held.privilege))
    for statement in ddl.revokes(excess, role.name):
        yield Step(statement, f"no line of `{role.name}` needs it")
    kept = frozenset(held.privilege for held in mine if not _gone(held.privilege, excess))
    missing = frozenset(need for need in wanted if not holds(kept, need))
    for statement in ddl.grants(missing, role.name):
        yield Step(statement, f"lines of `{role.name}` need it")


def _gone(privilege: Privilege, revoked: frozenset[Privilege]) -> bool:
    """A table's privilege that is taken takes those of its columns with it."""
    if privilege in revoked:
        return True
    thing = privilege.thing
    return thing.kind is Kind.COLUMN and Privilege(thing.table, privilege.action) in revoked


def _taken_from_everybody(database: Database, live: Catalogue) -> Iterator[Step]:
    used = set(schemas(database))
    kept_routines = {routine.thing for routine in live.routines if routine.extension}
    open_schemas = {
        h.privilege.thing.name for h in live.held if h.grantee == ddl.PUBLIC and _is_usage(h.privilege)
    }
    reached = used | open_schemas
    excess = frozenset(
        held.privilege
        for held in live.held
        if held.grantee == ddl.PUBLIC
        and _counts(held.privilege, reached)
        and held.privilege.thing not in kept_routines
    )
    for statement in ddl.revokes(excess, ddl.PUBLIC):
        yield Step(statement, "everybody has it, and so has every role of the profile", everybody=True)


def _is_usage(privilege: Privilege) -> bool:
    return privilege.thing.kind is Kind.SCHEMA and privilege.action == "USAGE"


def _counts(privilege: Privilege, reached: set[str]) -> bool:
    """Whether everybody's *privilege* lets a role do more. To connect, and to look into a schema, is no more."""
    thing = privilege.thing
    if thing.kind is Kind.DATABASE:
        return privilege.action != "CONNECT"
    if thing.kind is Kind.SCHEMA:
        return privilege.action != "USAGE"
    return thing.schema in reached


def _defaults(database: Database, live: Catalogue) -> Iterator[Step]:
    """New things are not to be open: neither to a role, nor to everybody."""
    names = {role.name for role in database.roles}
    for default in live.defaults:
        if default.grantee in names or default.grantee == ddl.PUBLIC:
            step = ddl.default_revoke(
                default.owner, default.schema, default.action, default.kind, default.grantee
            )
            why = f"{default.grantee} would have {default.action} on all new {default.kind} of `{default.owner}`"
            yield Step(step, why, everybody=default.grantee == ddl.PUBLIC)


# --- rows ---


def _row_steps(role: Role, live: Catalogue) -> Iterator[Step]:
    written = {(table, text): canonical for table, text, canonical in live.conditions}
    for limit in role.limits:
        table = _table(limit.table, live)
        if table is None:
            continue
        if not table.limited:
            why = f"the rows of `{limit.table.name}` are not limited: other roles but its owner then need policies too"
            yield Step(ddl.limit_rows(limit.table), why, everybody=True)
        if not _policies_hold(role, limit, written.get((limit.table, limit.condition), ""), live):
            why = f"`{role.name}` is to see only some rows of `{limit.table.name}`"
            for statement in ddl.policies(role, limit):
                yield Step(statement, why)


def _policies_hold(role: Role, limit: Limit, canonical: str, live: Catalogue) -> bool:
    mine = {policy.name: policy for policy in live.policies if policy.table == limit.table}
    for kind, permissive, text in ((ddl.ADMITTING, True, "true"), (ddl.LIMITING, False, canonical)):
        found = mine.get(ddl.policy_name(kind, role.name))
        if found is None or found.permissive is not permissive or found.command != "ALL":
            return False
        if found.roles != (role.name,) or found.using != text or found.check != text or not text:
            return False
    return True


def _table(thing: Thing, live: Catalogue) -> Table | None:
    return next((table for table in live.tables if table.thing == thing), None)


# --- what no step mends ---


def _remarks(database: Database, role: Role, live: Catalogue) -> Iterator[Remark]:
    for line in role.lines:
        yield from _line_remarks(line, role, live)
    for limit in role.limits:
        yield from _limit_remarks(limit, live)
    if role.name == live.user:
        message = f"this connection is `{role.name}` itself"
        yield Remark(
            "sql-own-role", message, "connect as the owner or a superuser", role.where, blocking=True
        )
    found = live.role(role.name)
    if found is not None:
        yield from _standing(role, found)
    yield from _definers(role, live)
    yield from _admissions(database, role, live)


def _line_remarks(line: Line, role: Role, live: Catalogue) -> Iterator[Remark]:
    for need in sorted(line.meaning.needs):
        lacking = _lacking(need.thing, live)
        if lacking:
            help_ = "create it first, or correct the line"
            yield Remark("sql-missing", lacking, help_, line.where, blocking=True)
            return
    for name in sorted(line.meaning.own - live.own):
        message = f"`{name}` is no function of PostgreSQL's own that is open to everybody"
        yield Remark("sql-function", message, "write its schema in front of it", line.where, blocking=True)
    yield from _drawn_sequences(line, role, live)


def _lacking(thing: Thing, live: Catalogue) -> str:
    """What *thing* lacks in the database, in words; "" for nothing."""
    if thing.kind is Kind.SCHEMA:
        return (
            ""
            if any(name == thing.name for name, _ in live.schemas)
            else f"there is no schema `{thing.name}`"
        )
    if thing.kind is Kind.SEQUENCE:
        return "" if thing in live.sequences else f"there is no sequence `{thing.schema}.{thing.name}`"
    if thing.kind is Kind.ROUTINE:
        return _lacking_routine(thing, live)
    if thing.kind is Kind.DATABASE:
        return ""
    table = _table(thing.table, live)
    if table is None:
        return f"there is no table `{thing.schema}.{thing.name}`"
    if thing.kind is Kind.COLUMN and thing.detail and thing.detail not in (*table.columns, *_HIDDEN):
        return f"`{thing.schema}.{thing.name}` has no column `{thing.detail}`"
    return ""


_HIDDEN = ("tableoid", "cmax", "xmax", "cmin", "xmin", "ctid")
"""Columns that every table has, and `*` does not name."""


def able(held: frozenset[Privilege], need: Privilege, live: Catalogue) -> bool:
    """Whether a role with *held* may do what needs *need*, the columns of tables being those of *live*.

    `SELECT *` needs every column that there is today: the table's own privilege, or that of each.
    """
    if holds(held, need):
        return True
    table = _table(need.thing, live) if need.thing.kind is Kind.TABLE and need.action == "SELECT" else None
    return bool(table and table.columns) and all(
        Privilege(Thing(Kind.COLUMN, need.thing.schema, need.thing.name, column), need.action) in held
        for column in (table.columns if table else ())
    )


def _lacking_routine(thing: Thing, live: Catalogue) -> str:
    name = f"{thing.schema}.{thing.name}"
    found = _namesakes(thing, live)
    if thing.detail:
        arguments = thing.detail.strip()
        return "" if any(r.thing == thing for r in found) else f"there is no function `{name}({arguments})`"
    if not found:
        return f"there is no function `{name}`"
    if len(found) > 1:
        several = "; ".join(f"({r.thing.detail.strip()})" for r in found)
        return f"several functions are called `{name}`: {several}; add a line that says which: `EXECUTE ON FUNCTION …`"
    return ""


def _drawn_sequences(line: Line, role: Role, live: Catalogue) -> Iterator[Remark]:
    """A default that draws from a sequence does so with the rights of whoever inserts."""
    wanted = resolved(role, live)
    written: dict[Thing, set[str]] = {}
    for need in line.meaning.needs:
        if need.action == "INSERT":
            written.setdefault(need.thing.table, set()).add(need.thing.detail)
    for thing, columns in sorted(written.items()):
        table = _table(thing, live)
        for column, sequence in table.drawn if table else ():
            if line.meaning.statement and column not in columns and not _draws(wanted, sequence):
                message = f"the default of `{column}` draws from `{sequence.schema}.{sequence.name}`, which no line has"
                name = (
                    sequence.name if sequence.schema == role.schema else f"{sequence.schema}.{sequence.name}"
                )
                help_ = f"add a line: `USAGE ON SEQUENCE {name}`"
                yield Remark("sql-sequence", message, help_, line.where, blocking=True)


def _draws(wanted: frozenset[Privilege], sequence: Thing) -> bool:
    return Privilege(sequence, "USAGE") in wanted or Privilege(sequence, "UPDATE") in wanted


def _limit_remarks(limit: Limit, live: Catalogue) -> Iterator[Remark]:
    table = _table(limit.table, live)
    name = f"{limit.table.schema}.{limit.table.name}"
    if table is None:
        yield Remark(
            "sql-missing", f"there is no table `{name}`", "create it first", limit.where, blocking=True
        )
    elif table.kind not in ("table", "partitioned table"):
        message = f"`{name}` is a {table.kind}, whose rows cannot be limited"
        yield Remark("sql-rows", message, "limit the tables below it", limit.where, blocking=True)
    elif not any(
        text
        for thing, condition, text in live.conditions
        if (thing, condition) == (limit.table, limit.condition)
    ):
        message = f"PostgreSQL does not take this condition for `{name}`"
        yield Remark("sql-rows", message, "try it behind WHERE", limit.where, blocking=True)


def _standing(role: Role, found: LiveRole) -> Iterator[Remark]:
    for thing in found.owns:
        message = f"`{role.name}` owns {thing}: an owner may do everything with it"
        yield Remark(
            "sql-owner", message, "give it to another role: ALTER … OWNER TO, REASSIGN OWNED", role.where
        )
    ours = {f"{what} {name}" for name in role.databases for what in ("database", "something in the database")}
    for thing in sorted(set(found.other) - ours):
        message = f"`{role.name}` was granted something on {thing}, which no line says"
        yield Remark("sql-granted", message, "revoke it there", role.where)


def _definers(role: Role, live: Catalogue) -> Iterator[Remark]:
    """Functions that run as their owner: what they do is theirs, whoever calls them."""
    wanted = resolved(role, live)
    for routine in live.routines:
        name = f"{routine.thing.schema}.{routine.thing.name}"
        called = Privilege(routine.thing, "EXECUTE") in wanted
        if routine.definer and called and not routine.fixed:
            message = f"`{name}` runs as `{routine.owner}` with the search_path of whoever calls it"
            help_ = f"ALTER ROUTINE {name} SET search_path = …"
            yield Remark("sql-definer-path", message, help_, role.where)
        open_ = any(h.grantee == ddl.PUBLIC and h.privilege.thing == routine.thing for h in live.held)
        if routine.definer and routine.extension and open_ and not called:
            message = f"`{name}` of an extension runs as `{routine.owner}` and is open to everybody"
            yield Remark("sql-definer", message, "REVOKE EXECUTE … FROM PUBLIC", role.where)


def _admissions(database: Database, role: Role, live: Catalogue) -> Iterator[Remark]:
    if live.rules is None:
        message = "`pg_hba.conf` may not be read by this user: who may connect, and from where, is not known"
        help_ = (
            "connect as a superuser, or grant SELECT on pg_hba_file_rules and EXECUTE on pg_hba_file_rules()"
        )
        yield Remark("sql-hba-unread", message, help_, role.where)
        return
    found = live.role(role.name)
    groups = frozenset(found.groups) if found else frozenset()
    opened = list(openings(role, groups, database.name, live.databases, live.rules))
    if opened:
        told = "; ".join(opening.message for opening in opened[:_SHOWN])
        more = f"; and {len(opened) - _SHOWN} more" if len(opened) > _SHOWN else ""
        help_ = "put the lines of `propolis sql render` before all others in `pg_hba.conf`, and reload"
        yield Remark("sql-hba", f"pg_hba.conf: {told}{more}", help_, role.where)


_SHOWN = 3
"""Lines of `pg_hba.conf` that are told of one role; the cure is the same for all of them."""


def excess(role: Role, live: Catalogue, effective: Iterable[Privilege]) -> tuple[Privilege, ...]:
    """Of what PostgreSQL says that *role* may do (*effective*), what its lines do not need.

    To connect and to look into a schema, as everybody may, gives nothing by itself.
    """
    wanted = resolved(role, live)
    extensions = {routine.thing for routine in live.routines if routine.extension and not routine.definer}
    return tuple(
        sorted(
            each
            for each in effective
            if not holds(wanted, each)
            and not (each.thing.kind in (Kind.DATABASE, Kind.SCHEMA) and each.action in ("CONNECT", "USAGE"))
            and each.thing not in extensions
        )
    )


def shown(privileges: Iterable[Privilege]) -> str:
    """*privileges* in words, the first five of them."""
    named = [said(each) for each in privileges]
    return ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")
