"""The `sql` verbs on a database in memory: what they report, and what they leave when something fails."""

import msgspec
import pytest
from shops import NETWORK, database, given, text

from fakes.databases import MemoryServer
from fakes.files import MemoryWriter
from propolis.commands import sql_render
from propolis.commands.sessions import Trial
from propolis.commands.sql_apply import apply
from propolis.commands.sql_plan import plan
from propolis.commands.sql_verify import verify
from propolis.model.report import Exit, Report, Status
from propolis.sql.catalogue import Catalogue, Held, LiveRole, Table
from propolis.sql.hba import Rule
from propolis.sql.privileges import Kind, Privilege, Thing

LINE = "SELECT id FROM orders"
ORDERS = Thing(Kind.TABLE, "public", "orders")
WANTED = database(LINE).roles[0].privileges
RULES = (
    Rule(1, "host", ("shop",), ("backend",), NETWORK, "scram-sha-256"),
    Rule(2, "host", ("all",), ("backend",), "all", "reject"),
    Rule(3, "local", ("all",), ("backend",), "", "reject"),
)
BEFORE = Catalogue(
    database="shop", user="admin", superuser=True, version=150000, roles=(), schemas=(("public", "admin"),),
    tables=(Table(ORDERS, "table", "admin", ("id", "secret")),), sequences=(), routines=(), held=(), policies=(),
    defaults=(), own=frozenset(), databases=("shop",), rules=RULES,
)  # fmt: skip
ROLE = LiveRole(name="backend", search_path="public")
AFTER = msgspec.structs.replace(
    BEFORE, roles=(ROLE,), held=tuple(sorted(Held("backend", privilege) for privilege in WANTED))
)


def codes(report: Report) -> list[str]:
    return [problem.code for problem in report.problems]


def test_a_plan_changes_nothing() -> None:
    server = MemoryServer(BEFORE)
    report = plan(given(text(LINE)), None, server)
    assert report.exit is Exit.BROKEN
    assert [step.sql for step in report.steps][:2] == [
        'CREATE ROLE "backend"',
        'ALTER ROLE "backend" WITH LOGIN',
    ]
    assert (server.kept, server.undone) == ([], [])
    assert plan(given(text(LINE)), None, MemoryServer(AFTER)).exit is Exit.KEPT


def test_apply_keeps_what_it_ran() -> None:
    server = MemoryServer(BEFORE, AFTER)
    report = apply(given(text(LINE)), None, server)
    assert report.exit is Exit.KEPT
    assert server.kept[1:] == [step.sql for step in report.steps]
    assert server.undone == []
    assert any("password" in note for note in report.notes)
    again = MemoryServer(AFTER)
    assert apply(given(text(LINE)), None, again).steps == ()
    assert again.kept == []


@pytest.mark.parametrize("lost", range(6))
def test_a_lost_connection_keeps_nothing(lost: int) -> None:
    server = MemoryServer(BEFORE, AFTER, lost=lost)
    with pytest.raises(OSError, match="closed"):
        apply(given(text(LINE)), None, server)
    assert server.kept == []


def test_a_grant_that_survives_undoes_all() -> None:
    """As when another role has granted it: only that one can revoke it."""
    stubborn = Held("backend", Privilege(ORDERS, "DELETE"))
    after = msgspec.structs.replace(AFTER, held=(*AFTER.held, stubborn))
    server = MemoryServer(after)
    report = apply(given(text(LINE)), None, server)
    assert report.exit is Exit.BROKEN
    assert [step.sql for step in report.steps] == [
        'REVOKE DELETE ON TABLE "public"."orders" FROM "backend" CASCADE'
    ]
    assert server.kept == [] and server.undone


@pytest.mark.parametrize(
    ("effective", "trials", "statuses"),
    [
        (WANTED, [Trial()], ["kept", "kept", "kept", "kept"]),
        (WANTED, [Trial(refused=True, said="permission denied")], ["kept", "broken", "kept", "kept"]),
        (WANTED, [Trial(failed=True, said="no type")], ["kept", "unknown", "kept", "kept"]),
        (frozenset(), [], ["kept", "broken", "kept", "kept"]),
        (WANTED | {Privilege(ORDERS, "DELETE")}, [Trial()], ["kept", "kept", "broken", "kept"]),
        (WANTED, [Trial(), Trial()], ["kept", "kept", "kept", "broken"]),
        (WANTED, [Trial(), *[Trial(failed=True)] * 99], ["kept", "kept", "kept", "unknown"]),
    ],
)
def test_verify_believes_postgresql(
    effective: frozenset[Privilege], trials: list[Trial], statuses: list[str]
) -> None:
    report = verify(given(text(LINE)), None, MemoryServer(AFTER, effective=effective, trials=trials))
    assert [claim.status for claim in report.claims] == statuses
    assert report.exit is (Exit.KEPT if set(statuses) == {"kept"} else Exit.BROKEN)
    assert all(claim.reason for claim in report.claims if claim.status is not Status.KEPT)


def test_verify_needs_the_role_and_pg_hba() -> None:
    report = verify(given(text(LINE)), None, MemoryServer(BEFORE))
    assert report.claims[1].reason == "there is no role `backend`"
    unread = msgspec.structs.replace(AFTER, rules=None)
    report = verify(given(text(LINE)), None, MemoryServer(unread, effective=WANTED, trials=[Trial()]))
    assert (report.claims[0].status, report.exit) == (Status.UNKNOWN, Exit.BROKEN)
    assert codes(report) == ["sql-hba-unread"]


def test_mistakes_are_told_at_their_word() -> None:
    written = text("SELECT id FROM orders", "DROP TABLE orders", "SELECT a FROM x, y WHERE x.b = $1")
    for report in (
        plan(given(written), None, MemoryServer(BEFORE)),
        apply(given(written), None, MemoryServer(BEFORE)),
        verify(given(written), None, MemoryServer(BEFORE)),
        sql_render.stream(given(written), None).report,
    ):
        assert report.exit is Exit.BAD_INPUT
        assert codes(report) == ["sql-not-a-privilege", "sql-ambiguous"]
        span = report.problems[1].span
        assert span is not None
        assert written[span.start : span.end] == "a"


def test_the_word_is_found_in_a_text_of_several_lines() -> None:
    (problem,) = sql_render.stream(given(LITERAL), None).report.problems
    assert problem.span is not None
    assert LITERAL[problem.span.start : problem.span.end] == "nowhere.x"
    assert (problem.span.line, problem.span.column) == (21, 9)


LITERAL = """\
apiVersion: propolis.dev/v1alpha1
kind: Profile
metadata: {name: small}
cluster:
  cilium: "1.19"
  dns: {namespace: kube-system, labels: {k8s-app: kube-dns}}
  exempt: {kube-system: runs the cluster}
  pods: [10.244.0.0/16]
workloads:
  api: {namespace: shop, labels: {app: api}}
  db: {namespace: shop, labels: {app: db}}
paths:
- path: api -> db:5432
  postgres:
    role: backend
    database: shop
    allow:
    - SELECT id FROM items
    - |
      SELECT o.id,
        nowhere.x
      FROM orders o
"""


def test_values_that_are_not_held_are_noted() -> None:
    written = text("SELECT id FROM orders WHERE id = 7", "SELECT id FROM orders WHERE id = $1")
    report = sql_render.stream(given(written), None).report
    assert report.exit is Exit.KEPT
    ((code, severity, span),) = [(p.code, p.severity, p.span) for p in report.problems]
    assert (code, severity) == ("sql-value", "note")
    assert span is not None and written[span.start : span.end] == "7"


def test_one_of_several_databases_is_named() -> None:
    written = (
        LITERAL
        + "- {path: 'api -> db:5432', postgres: {role: second, database: two, allow: [SELECT ON items]}}\n"
    )
    written = written.replace("      SELECT o.id,\n        nowhere.x\n", "      SELECT o.id\n")
    assert codes(plan(given(written), None, MemoryServer(BEFORE))) == ["several-databases"]
    assert codes(plan(given(written), "three", MemoryServer(BEFORE))) == ["no-database"]
    two = msgspec.structs.replace(BEFORE, database="two")
    assert "sql-missing" in codes(plan(given(written), "db/two", MemoryServer(two)))
    writer = MemoryWriter()
    report = sql_render.files(given(written), None, "out", writer)
    assert sorted(writer.texts) == ["out/db.pg_hba.conf", "out/db.shop.sql", "out/db.two.sql"]
    assert report.exit is Exit.KEPT
    again = sql_render.files(given(written), None, "out", writer)
    assert not any(each.changed for each in again.written)
    assert (
        sql_render.comparison(given(written), None, "out", MemoryWriter(dict(writer.texts))).exit is Exit.KEPT
    )
    assert sql_render.comparison(given(written), None, "out", MemoryWriter()).exit is Exit.BROKEN


def test_without_a_profile_or_a_database_nothing_is_done() -> None:
    assert codes(
        plan(
            given("kind: Pod\napiVersion: v1\nmetadata: {name: x, namespace: z}\n"),
            None,
            MemoryServer(BEFORE),
        )
    ) == ["no-profile"]
    nothing = LITERAL[: LITERAL.index("  postgres:")]
    assert codes(plan(given(nothing), None, MemoryServer(BEFORE))) == ["no-database"]
    no_network = LITERAL.replace("  pods: [10.244.0.0/16]\n", "").replace("nowhere", "o")
    assert codes(plan(given(no_network), None, MemoryServer(BEFORE))) == ["sql-no-network"]


def test_a_role_in_two_databases_is_admitted_to_both() -> None:
    more = "- {path: 'api -> db:5432', postgres: {role: backend, database: two, allow: [SELECT ON items]}}\n"
    written = LITERAL.replace("      SELECT o.id,\n        nowhere.x\n", "      SELECT o.id\n") + more
    writer = MemoryWriter()
    assert sql_render.files(given(written), "shop", "out", writer).exit is Exit.KEPT
    lines = [line for line in writer.texts["out/db.pg_hba.conf"].splitlines() if not line.startswith("#")]
    assert lines == [
        'hostssl "shop" "backend" 10.244.0.0/16 scram-sha-256',
        'hostssl "two" "backend" 10.244.0.0/16 scram-sha-256',
        'host all "backend" all reject',
        'local all "backend" reject',
    ]
    rules = (
        Rule(1, "hostssl", ("shop",), ("backend",), NETWORK, "scram-sha-256"),
        Rule(2, "hostssl", ("two",), ("backend",), NETWORK, "scram-sha-256"),
        *RULES[1:],
    )
    other = ("database two", "something in the database two", "something in the database three")
    role = msgspec.structs.replace(ROLE, other=other)
    live = msgspec.structs.replace(AFTER, roles=(role,), rules=rules, databases=("shop", "two", "three"))
    report = plan(given(written), "shop", MemoryServer(live))
    assert [problem.message for problem in report.problems if problem.code == "sql-granted"] == [
        "`backend` was granted something on something in the database three, which no line says"
    ]
    assert "sql-hba" not in codes(report)
