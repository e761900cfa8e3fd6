"""On a real server: rendered, compared, applied, verified; and what a crash or a stranger's grant leaves."""

import asyncio
import random
import subprocess
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from server import Server, in_place, programs
from shops import database, given, hba, text
from statements import Writer

from propolis.commands.sql_apply import apply
from propolis.commands.sql_plan import plan
from propolis.commands.sql_verify import verify
from propolis.model.report import Exit, Report, Status
from propolis.postgres import PostgresServer, PostgresSession
from propolis.sql.compare import able, question, resolved
from propolis.sql.meaning import Meaning, meaning
from propolis.sql.names import quoted
from propolis.sql.render import script

LINES = (
    "SELECT id, customer, total FROM orders WHERE id = $1",
    "SELECT (id, price) ON items",
    "INSERT INTO orders (customer, total) VALUES ($1, $2) RETURNING id",
    "UPDATE orders SET status = $1 WHERE id = $2",
    "USAGE ON SEQUENCE orders_id_seq",
    "SELECT stock.twice($1)",
    "DELETE FROM stock.parts WHERE id = $1",
)
ADMIT = 'host all "backend" all reject\nlocal all "backend" reject\n'


@pytest.fixture
def sealed(shop: Server) -> Server:
    """The shop with our lines before all others in pg_hba.conf, which end with the file."""
    place = shop.data / "pg_hba.conf"
    before = place.read_text()
    lines = propolis_hba()
    with in_place(shop, lines + "local all all trust\n"):
        yield shop
    assert place.read_text() == before


def propolis_hba() -> str:
    return hba(*LINES)


def connected(server: Server) -> PostgresServer:
    return PostgresServer(server.uri("shop"))


def applied(server: Server, *lines: str, **more: object) -> Report:
    return apply(given(text(*(lines or LINES), **more)), None, connected(server))


def verified(server: Server, *lines: str, **more: object) -> Report:
    return verify(given(text(*(lines or LINES), **more)), None, connected(server))


def codes(report: Report) -> set[str]:
    return {problem.code for problem in report.problems}


# --- the way of a user ---


def test_plan_apply_plan_verify(sealed: Server) -> None:
    before = plan(given(text(*LINES)), None, connected(sealed))
    assert before.exit is Exit.BROKEN and before.steps
    first = applied(sealed)
    assert (first.exit, first.steps) == (Exit.KEPT, before.steps), first
    again = applied(sealed)
    assert (again.exit, again.steps) == (Exit.KEPT, ())
    assert again.summary.startswith("nothing to apply")
    assert plan(given(text(*LINES)), None, connected(sealed)).exit is Exit.KEPT
    proof = verified(sealed)
    assert proof.exit is Exit.KEPT, [claim for claim in proof.claims if claim.status is not Status.KEPT]
    assert len(proof.claims) == len(LINES) + 3


def test_the_rendered_script_does_what_apply_does_and_twice_is_once(sealed: Server, tmp_path: Path) -> None:
    for _ in range(2):
        psql(sealed, script("small", database(*LINES)))
        assert plan(given(text(*LINES)), None, connected(sealed)).steps == ()


def test_the_rendered_script_refuses_another_database(shop: Server) -> None:
    before = dump(shop)
    with pytest.raises(AssertionError, match="this script is for the database other"):
        psql(shop, script("small", database(*LINES, database="other")))
    assert dump(shop) == before


def psql(server: Server, sql: str) -> None:
    where = programs()
    assert where is not None
    command = [where / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", server.folder]
    command += ["-p", str(server.port), "-U", "admin", "shop"]
    ran = subprocess.run(command, input=sql, text=True, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_what_a_line_no_longer_needs_is_taken_away(sealed: Server) -> None:
    applied(sealed, *LINES, "SELECT * FROM orders", "TRUNCATE stock.parts")
    assert verified(sealed).exit is Exit.BROKEN
    assert applied(sealed).exit is Exit.KEPT
    assert verified(sealed).exit is Exit.KEPT


# --- a crash leaves the old state ---


class Breaking(PostgresServer):
    """Its connection is cut from the server's side after *after* statements."""

    def __init__(self, server: Server, after: int) -> None:
        super().__init__(server.uri("shop"))
        self.server, self.after = server, after

    def session(self):  # type: ignore[no-untyped-def]
        @contextmanager
        def cut():  # type: ignore[no-untyped-def]
            with PostgresServer.session(self) as session:
                yield Cut(session, self.server, self.after)

        return cut()


class Cut:
    """A session whose backend is killed after some statements."""

    def __init__(self, session: PostgresSession, server: Server, after: int) -> None:
        self.session, self.server, self.left = session, server, after

    def __getattr__(self, name: str) -> object:
        return getattr(self.session, name)

    def run(self, statement: str) -> None:
        if self.left == 0:
            self.server.run(
                "postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'propolis'",
            )
        self.left -= 1
        self.session.run(statement)


def dump(server: Server) -> list[object]:
    """All that grants are made of."""
    return [
        server.run("shop", query)
        for query in (
            "SELECT * FROM pg_roles ORDER BY rolname",
            "SELECT oid, relacl, relrowsecurity FROM pg_class ORDER BY oid",
            "SELECT attrelid, attnum, attacl FROM pg_attribute WHERE attacl IS NOT NULL ORDER BY 1, 2",
            "SELECT oid, proacl FROM pg_proc WHERE proacl IS NOT NULL ORDER BY oid",
            "SELECT oid, nspacl FROM pg_namespace WHERE nspname !~ '^pg_temp|^pg_toast_temp' ORDER BY oid",
            "SELECT oid, datacl FROM pg_database ORDER BY oid",
            "SELECT * FROM pg_default_acl ORDER BY oid",
            "SELECT * FROM pg_db_role_setting ORDER BY 1, 2",
            "SELECT * FROM pg_policy ORDER BY oid",
        )
    ]


def test_a_backend_that_is_killed_in_the_middle_leaves_the_old_state(shop: Server) -> None:
    written = text(*LINES, rows={"orders": "customer = 1"})
    before = dump(shop)
    steps = len(plan(given(written), None, connected(shop)).steps)
    assert steps > 10
    for after in (1, 2, steps // 2, steps):
        with pytest.raises(OSError, match="PostgreSQL"):
            apply(given(written), None, Breaking(shop, after))
        assert dump(shop) == before, f"cut after {after} statements"
    assert apply(given(written), None, connected(shop)).steps
    assert dump(shop) != before


def test_a_statement_that_fails_undoes_those_before_it(shop: Server) -> None:
    before = dump(shop)
    shop.run(
        "shop",
        "CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'",
    )
    shop.run(
        "shop",
        "CREATE EVENT TRIGGER stop ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION stop()",
    )
    before = dump(shop)
    with pytest.raises(OSError, match="ALTER TABLE"):
        applied(shop, *LINES, rows={"orders": "customer = 1"})
    assert dump(shop) == before


# --- what undermines a role: more of it in test_undermined.py ---


UNMENDED = [
    ('ALTER TABLE items OWNER TO "backend"', "sql-owner"),
    ('GRANT USAGE ON LANGUAGE plpgsql TO "backend"', "sql-granted"),
    ('GRANT SELECT ON pg_catalog.pg_authid TO "backend"', "sql-granted"),
    ('GRANT CONNECT ON DATABASE postgres TO "backend"', "sql-granted"),
]


@pytest.mark.parametrize(("undermining", "code"), UNMENDED, ids=[each[0][:40] for each in UNMENDED])
def test_what_no_step_mends_is_said(sealed: Server, undermining: str, code: str) -> None:
    applied(sealed)
    sealed.run("shop", undermining)
    try:
        assert code in codes(plan(given(text(*LINES)), None, connected(sealed)))
        assert verified(sealed).exit is Exit.BROKEN
    finally:
        sealed.run("shop", 'REASSIGN OWNED BY "backend" TO admin', 'DROP OWNED BY "backend"')
        sealed.run("postgres", 'DROP OWNED BY "backend"')


def test_a_function_that_runs_as_its_owner_is_said(sealed: Server) -> None:
    sealed.run("shop", "ALTER FUNCTION stock.twice(int) SECURITY DEFINER")
    assert codes(applied(sealed)) == {"sql-definer-path"}
    sealed.run("shop", "ALTER FUNCTION stock.twice(int) SET search_path = pg_catalog")
    assert codes(applied(sealed)) == set()


def test_lines_of_pg_hba_before_ours_are_seen(shop: Server) -> None:
    applied(shop)
    with in_place(shop, "local all all trust\n" + propolis_hba()):
        found = plan(given(text(*LINES)), None, connected(shop))
    (problem,) = [each for each in found.problems if each.code == "sql-hba"]
    assert "line 1 admits `backend` to `shop` over the local socket by `trust`" in problem.message


def came_in(server: Server, database_: str, password: str, host: str = "127.0.0.1") -> str:
    """What the server says to the role that connects, "" when it lets it in and run its statement."""

    async def tried() -> str:
        try:
            connection = await asyncpg.connect(
                host=host, port=server.port, user="backend", password=password, database=database_, ssl=False
            )
        except asyncpg.PostgresError as error:
            return str(error)
        await connection.fetch(LINES[0], 1)
        await connection.close()
        return ""

    return asyncio.run(tried())


def test_a_role_comes_in_from_its_network_by_its_password_and_in_no_other_way(shop: Server) -> None:
    applied(shop)
    shop.run("postgres", "ALTER ROLE backend PASSWORD 'right'")
    for network, let_in in (("127.0.0.0/8", True), ("10.244.0.0/16", False)):
        lines = hba(*LINES, **{"from": [network]})
        with in_place(shop, lines + "local all all trust\nhost all all all trust\n"):
            assert (came_in(shop, "shop", "right") == "") is let_in
            assert "password" in came_in(shop, "shop", "wrong") or not let_in
            assert "rejects" in came_in(shop, "postgres", "right")
            assert "rejects" in came_in(shop, "shop", "right", host=str(shop.folder))


def test_the_limit_of_connections_holds_and_is_put_back(shop: Server) -> None:
    applied(shop, connections=1)

    async def at_once() -> str:
        first = await asyncpg.connect(shop.uri("shop", "backend"))
        try:
            await (await asyncpg.connect(shop.uri("shop", "backend"))).close()
        except asyncpg.TooManyConnectionsError as error:
            return str(error)
        finally:
            await first.close()
        return ""

    assert "too many connections for role" in asyncio.run(at_once())
    shop.run("postgres", "ALTER ROLE backend CONNECTION LIMIT 7")
    found = plan(given(text(*LINES, connections=1)), None, connected(shop))
    assert [step.sql for step in found.steps] == ['ALTER ROLE "backend" WITH CONNECTION LIMIT 1']


def test_an_owner_who_is_no_superuser_applies_too_and_cannot_pretend_to_try(server: Server) -> None:
    for name in ("owned", "shop"):
        server.run("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    server.run("postgres", "DROP ROLE IF EXISTS backend")
    server.run(
        "postgres",
        "DROP ROLE IF EXISTS boss",
        "CREATE ROLE boss LOGIN CREATEROLE",
        "CREATE DATABASE owned OWNER boss",
    )
    try:
        server.run("owned", "CREATE SCHEMA s", "CREATE TABLE s.orders (id int, secret int)", user="boss")
        written = text("SELECT id FROM orders", database="owned", schema="s")
        boss = PostgresServer(server.uri("owned", "boss"))
        report = apply(given(written), None, boss)
        assert report.steps and codes(report) == {"sql-hba-unread"}
        assert apply(given(written), None, boss).steps == ()
        with pytest.raises(OSError, match="cannot become `backend`"):
            verify(given(written), None, boss)
        server.run("postgres", "GRANT backend TO boss")
        proof = verify(given(written), None, boss)
        assert [claim.status for claim in proof.claims] == ["unknown", "kept", "kept", "kept"]
    finally:
        server.run(
            "postgres", "DROP DATABASE owned WITH (FORCE)", "DROP ROLE IF EXISTS backend", "DROP ROLE boss"
        )


# --- what the catalogue lacks ---


MISSING = [
    ("SELECT id FROM nothing", "sql-missing"),
    ("SELECT nothing FROM orders", "sql-missing"),
    ("SELECT stock.nothing($1)", "sql-missing"),
    ("SELECT nextval('nothing')", "sql-missing"),
    ("SELECT id FROM nowhere.orders", "sql-missing"),
    ("SELECT pg_read_file($1)", "sql-function"),
    ("SELECT no_such_function($1)", "sql-function"),
    ("INSERT INTO orders (customer) VALUES ($1)", "sql-sequence"),
]


@pytest.mark.parametrize(("line", "code"), MISSING)
def test_nothing_is_applied_for_what_is_not_there(shop: Server, line: str, code: str) -> None:
    before = dump(shop)
    report = applied(shop, line)
    assert (report.exit, report.steps) == (Exit.BROKEN, ())
    assert code in codes(report)
    assert dump(shop) == before


def test_another_database_is_not_touched(shop: Server) -> None:
    report = applied(shop, *LINES, database="other")
    assert codes(report) == {"sql-other-database"}
    assert report.exit is Exit.BROKEN


# --- rows ---


def test_rows_are_limited(sealed: Server) -> None:
    lines = [*LINES, "SELECT id FROM orders"]
    rows = {"orders": "customer = current_setting('shop.customer', true)::integer"}
    assert applied(sealed, *lines, rows=rows).exit is Exit.KEPT
    assert applied(sealed, *lines, rows=rows).steps == ()
    assert verified(sealed, *lines, rows=rows).exit is Exit.KEPT
    seen = "SELECT id FROM orders"
    for customer, ids in (("2", [2]), ("9", [])):
        rows_seen = sealed.run("shop", "SET ROLE backend", f"SET shop.customer = '{customer}'", seen)
        assert [row["id"] for row in rows_seen] == ids
    sealed.run("shop", "CREATE POLICY everything ON orders TO PUBLIC USING (true)")
    rows_seen = sealed.run("shop", "SET ROLE backend", "SET shop.customer = '2'", seen)
    assert [row["id"] for row in rows_seen] == [2], "another policy does not widen it"
    sealed.run("shop", 'ALTER POLICY "propolis_limit_backend" ON orders USING (true)')
    assert plan(given(text(*lines, rows=rows)), None, connected(sealed)).steps
    assert applied(sealed, *lines, rows={"orders": "customer = 3"}).exit is Exit.KEPT


# --- hostile names ---


HOSTILE = (
    'a"; DROP TABLE orders; --',
    "select",
    "Ünïcødé ☃ 表",
    "it's $1 \\ $$ %s {}",
    "x" * 63,
    "ö" * 31,
    "all",
    "+group",
    "@file",
    "# no comment",
    "a, b",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_names(server: Server, name: str, tmp_path: Path) -> None:
    """The same name is the database's, the role's, the schema's, the table's, the column's."""
    q = quoted(name)
    server.run(
        "postgres",
        f"DROP DATABASE IF EXISTS {q} WITH (FORCE)",
        f"DROP ROLE IF EXISTS {q}",
        f"CREATE DATABASE {q}",
    )
    own = Named(server, name)
    own.run(f"CREATE SCHEMA {q}", f"CREATE TABLE {q}.{q} ({q} int, b int)", "CREATE TABLE orders (id int)")
    lines = (f"SELECT {q}.{q} FROM {q} WHERE {q}.{q} = $1", f"UPDATE {q}.{q} SET {q} = $1")
    written = text(*lines, role=name, database=name, schema=name, rows={q: f"{q} = 1"})
    assert apply(given(written), None, own).steps
    assert apply(given(written), None, own).steps == ()
    proof = verify(given(written), None, own)
    assert {claim.status for claim in proof.claims[1:]} == {Status.KEPT}, proof.claims
    assert own.run("SELECT count(*) FROM orders") is not None
    own.run(script("small", database(*lines, role=name, schema=name, rows={q: f"{q} = 1"}, database=name)))
    assert apply(given(written), None, own).steps == ()
    with in_place(server, hba_of(name, lines) + "local all all trust\n"):
        errors = server.run("postgres", "SELECT error FROM pg_hba_file_rules WHERE error IS NOT NULL")
        rules = server.run(
            "postgres", "SELECT user_name, database FROM pg_hba_file_rules ORDER BY line_number"
        )
    assert errors == []
    assert [(list(rule["user_name"]), list(rule["database"])) for rule in rules[:3]] == [
        ([name], [name]), ([name], ["all"]), ([name], ["all"]),
    ]  # fmt: skip
    server.run("postgres", f"DROP DATABASE {q} WITH (FORCE)", f"DROP ROLE {q}")


def hba_of(name: str, lines: tuple[str, ...]) -> str:

    return hba(*lines, role=name, schema=name, database=name)


class Named(PostgresServer):
    """A server whose database has a name that no URI is written for."""

    def __init__(self, server: Server, name: str) -> None:
        from urllib.parse import quote

        super().__init__(
            f"postgresql:///{quote(name, safe='')}?host={server.folder}&port={server.port}&user=admin"
        )

    def run(self, *statements: str) -> object:
        async def ran() -> object:
            connection = await self._connected()
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()
            return statements

        return asyncio.run(ran())


# --- generated statements: those that the lines allow, and all others ---


def batch(server: Server, seed: int, size: int) -> int:
    """A role with a few generated lines, and *size* generated statements run as it. How many it may run."""
    chance = random.Random(seed)
    writer = Writer(seed)
    readable = (s for s in iter(writer.statement, None) if isinstance(meaning(s, "public"), Meaning))
    extra = [
        "USAGE ON SEQUENCE orders_id_seq",
        *(f"SELECT (id), UPDATE (id) ON {t}" for t in ("orders", "items", "stock.parts", '"Odd ""Name;--"')),
    ]
    extra += ["SELECT (id) ON dear"] if chance.random() < 0.5 else ["SELECT ON dear"]
    lines = [next(readable) for _ in range(chance.randrange(3, 25))] + extra
    assert applied(server, *lines).exit is not Exit.BAD_INPUT
    role = database(*lines).roles[0]
    allowed = 0
    with connected(server).session() as session:
        live = session.catalogue(question(database(*lines)))
        held = resolved(role, live) | role.privileges
        for line in role.lines:
            if line.meaning.explained:
                trial = session.explained(role.name, role.schema, line.text)
                assert not trial.refused and not trial.failed, (line.text, trial)
        for _ in range(size):
            statement = next(readable)
            found = meaning(statement, "public")
            assert isinstance(found, Meaning)
            may = all(able(held, need, live) for need in found.needs)
            trial = session.tried(role.name, role.schema, statement.replace("$1", "1"))
            assert trial.refused is not may, (statement, trial, lines)
            allowed += may
    return allowed


def test_generated_statements_pass_exactly_if_the_lines_allow_them(shop: Server) -> None:
    allowed = sum(batch(shop, seed, 50) for seed in range(6))
    assert 30 < allowed < 6 * 50 - 30


@pytest.mark.deep
def test_ten_thousand_generated_statements_pass_exactly_if_the_lines_allow_them(shop: Server) -> None:
    allowed = sum(batch(shop, seed, 250) for seed in range(1_000, 1_040))
    assert 1_000 < allowed < 40 * 250 - 1_000
