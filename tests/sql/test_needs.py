"""What each construct of a statement needs, and what is refused, at which word and why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shops import database, profile, refused, text

from propolis.model.profile import Grant
from propolis.sql.meaning import Meaning, meaning
from propolis.sql.names import said
from propolis.sql.parse import LONGEST
from propolis.sql.refusal import Refusal
from propolis.sql.wanted import allowing

NEEDS = [
    ("SELECT id FROM orders", "SELECT (id)"),
    ("SELECT * FROM orders", "SELECT"),
    ("SELECT o.* FROM orders o", "SELECT"),
    ("TABLE orders", "SELECT"),
    ("SELECT count(*) FROM orders", ""),
    ("SELECT a FROM orders WHERE b = $1 ORDER BY c", "SELECT (a), SELECT (b), SELECT (c)"),
    ("SELECT a AS x FROM orders ORDER BY x", "SELECT (a)"),
    ("SELECT DISTINCT ON (a) b FROM orders", "SELECT (a), SELECT (b)"),
    ("SELECT a, count(*) AS n FROM orders GROUP BY a HAVING max(b) > $1 ORDER BY n", "SELECT (a), SELECT (b)"),
    ("SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM orders", "SELECT (a), SELECT (b)"),
    ("SELECT sum(a) FILTER (WHERE b > $1) FROM orders", "SELECT (a), SELECT (b)"),
    ("SELECT a FROM orders FOR UPDATE", "SELECT (a), UPDATE (some column)"),
    ("SELECT CASE WHEN a > 1 THEN b ELSE c END, coalesce(d, e), ARRAY[f], ROW(g), h IS NULL, i BETWEEN 1 AND j "
     "FROM orders", "SELECT (a), SELECT (b), SELECT (c), SELECT (d), SELECT (e), SELECT (f), SELECT (g), SELECT (h), "
     "SELECT (i), SELECT (j)"),
    ("SELECT (a).field, b[c], d::text COLLATE \"C\", extract(year FROM e) FROM orders",
     "SELECT (a), SELECT (b), SELECT (c), SELECT (d), SELECT (e)"),
    ("INSERT INTO orders (a, b) VALUES ($1, DEFAULT)", "INSERT (a), INSERT (b)"),
    ("INSERT INTO orders DEFAULT VALUES", "INSERT (some column)"),
    ("INSERT INTO orders (a) VALUES ($1) RETURNING b", "INSERT (a), SELECT (b)"),
    ("INSERT INTO orders (a) VALUES ($1) ON CONFLICT DO NOTHING", "INSERT (a)"),
    ("INSERT INTO orders (a) VALUES ($1) ON CONFLICT (b) WHERE c > 1 DO NOTHING", "INSERT (a), SELECT (b), SELECT (c)"),
    ("INSERT INTO orders (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = excluded.c WHERE orders.d > 1",
     "INSERT (a), INSERT (b), SELECT (a), SELECT (c), SELECT (d), UPDATE (b)"),
    ("UPDATE orders SET a = $1", "UPDATE (a)"),
    ("UPDATE orders SET a = b + 1 WHERE c = $1 RETURNING d", "SELECT (b), SELECT (c), SELECT (d), UPDATE (a)"),
    ("UPDATE orders SET (a, b) = (SELECT $1, $2)", "UPDATE (a), UPDATE (b)"),
    ("DELETE FROM orders", "DELETE"),
    ("DELETE FROM ONLY orders o WHERE o.a = $1", "DELETE, SELECT (a)"),
    ("TRUNCATE orders", "TRUNCATE"),
    ("COPY orders (a, b) TO STDOUT", "SELECT (a), SELECT (b)"),
    ("COPY orders FROM STDIN", "INSERT"),
    ("COPY (SELECT a FROM orders) TO STDOUT", "SELECT (a)"),
    ("WITH x AS (SELECT a FROM orders) SELECT x.b FROM x", "SELECT (a)"),
    ("WITH orders AS (SELECT 1 AS a) SELECT a FROM orders", ""),
    ("WITH RECURSIVE x AS (SELECT a FROM orders UNION SELECT x.b FROM x) SELECT * FROM x", "SELECT (a)"),
    ("WITH gone AS (DELETE FROM orders RETURNING a) SELECT * FROM gone", "DELETE, SELECT (a)"),
    ("SELECT s.x FROM (SELECT a AS x FROM orders) s", "SELECT (a)"),
    ("SELECT g FROM generate_series(1, $1) g", ""),
    ("SELECT public.orders.a FROM orders", "SELECT (a)"),
    ("SELECT (a, b) ON orders", "SELECT (a), SELECT (b)"),
    ("SELECT, INSERT (a), DELETE ON orders", "DELETE, INSERT (a), SELECT"),
]  # fmt: skip
"""A statement about `orders`, and what it needs of that table, sorted; what it needs of some column only if alone."""


@pytest.mark.parametrize(("text", "expected"), NEEDS, ids=[each[0][:60] for each in NEEDS])
def test_needs_of_one_table(text: str, expected: str) -> None:
    found = meaning(text, "public")
    assert isinstance(found, Meaning), found
    words = {
        said(need).removesuffix(" on public.orders") for need in found.needs if need.thing.name == "orders"
    }
    assert ", ".join(sorted(words - ({"SELECT (some column)"}))) == expected


BEYOND = [
    ("SELECT o.a, i.b FROM orders o JOIN shop.items i USING (c)",
     {"SELECT (a) on public.orders", "SELECT (c) on public.orders", "SELECT (b) on shop.items",
      "SELECT (c) on shop.items", "USAGE on schema public", "USAGE on schema shop"}),
    ("SELECT nextval('s'), currval('shop.\"S 2\"'::regclass), setval('s', 1)",
     {"USAGE on sequence public.s", "USAGE on sequence shop.S 2", "UPDATE on sequence public.s",
      "USAGE on schema public", "USAGE on schema shop"}),
    ("SELECT shop.f($1), now()", {"EXECUTE on routine shop.f", "USAGE on schema shop"}),
    ("CALL shop.p($1)", {"EXECUTE on routine shop.p", "USAGE on schema shop"}),
    ("EXECUTE ON FUNCTION f(int, timestamptz, shop.money[]), g()",
     {'EXECUTE on routine public.f(integer, timestamp with time zone, "shop"."money"[])',
      "EXECUTE on routine public.g( )", "USAGE on schema public"}),
    ("USAGE ON SCHEMA shop", {"USAGE on schema shop"}),
    ("UPDATE orders SET a = i.b FROM items i WHERE i.id = orders.id",
     {"UPDATE (a) on public.orders", "SELECT (id) on public.orders", "SELECT (b) on public.items",
      "SELECT (id) on public.items", "USAGE on schema public"}),
    ("SELECT o.a FROM orders o WHERE EXISTS (SELECT FROM items i WHERE i.b = o.c)",
     {"SELECT (a) on public.orders", "SELECT (c) on public.orders", "SELECT (b) on public.items",
      "USAGE on schema public"}),
    ("SELECT l.x FROM orders o, LATERAL (SELECT i.a + o.b AS x FROM items i) l",
     {"SELECT (b) on public.orders", "SELECT (a) on public.items", "USAGE on schema public"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BEYOND, ids=[each[0][:60] for each in BEYOND])
def test_needs_of_several_things(text: str, expected: set[str]) -> None:
    found = meaning(text, "public")
    assert isinstance(found, Meaning), found
    assert {said(need) for need in found.needs if "some column" not in said(need)} == expected


REFUSED = [
    ("SELEC id FROM orders", "sql-syntax", "SELEC"),
    ("SELECT 'é', id FROM orders WHERE", "sql-syntax", "E"),
    ("SELECT ON orders TO public --", "sql-syntax", "ON"),
    ("SELECT ON orders WITH GRANT OPTION", "sql-syntax", "ON"),
    ("", "sql-one", ""),
    ("-- nothing", "sql-one", ""),
    ("SELECT 1; DROP TABLE orders", "sql-one", ""),
    ("DROP TABLE orders", "sql-not-a-privilege", ""),
    ("CREATE TABLE x (a int)", "sql-not-a-privilege", ""),
    ("SELECT a INTO x FROM orders", "sql-not-a-privilege", ""),
    ("DO 'BEGIN END'", "sql-not-a-privilege", ""),
    ("EXECUTE prepared", "sql-not-a-privilege", ""),
    ("GRANT SELECT ON orders TO public", "sql-not-a-privilege", ""),
    ("COPY orders TO '/etc/passwd'", "sql-not-a-privilege", ""),
    ("COPY orders TO PROGRAM 'id'", "sql-not-a-privilege", ""),
    ("TRUNCATE orders CASCADE", "sql-cascade", ""),
    ("MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE", "sql-not-a-privilege", ""),
    ("ALL ON orders", "sql-all", ""),
    ("SELECT ON ALL TABLES IN SCHEMA shop", "sql-all-in-schema", ""),
    ("TRIGGER ON orders", "sql-not-a-privilege", ""),
    ("CREATE ON SCHEMA shop", "sql-not-a-privilege", ""),
    ("USAGE ON LANGUAGE plpgsql", "sql-not-a-privilege", ""),
    ("DELETE (a) ON orders", "sql-columns", ""),
    ("INSERT INTO orders VALUES ($1)", "sql-no-columns", ""),
    ("INSERT INTO orders (a) VALUES (1) ON CONFLICT ON CONSTRAINT c DO NOTHING", "sql-constraint", ""),
    ("SELECT id FROM orders, items", "sql-ambiguous", "id"),
    ("SELECT o.a FROM orders o WHERE o.a IN (SELECT id FROM items)", "sql-ambiguous", "id"),
    ("SELECT 'ß', x.id FROM orders", "sql-unknown-table", "x.id"),
    ("SELECT orders FROM orders", "sql-whole-row", "orders"),
    ("SELECT id", "sql-no-table", "id"),
    ("SELECT x FROM orders NATURAL JOIN items", "sql-natural", ""),
    ("SELECT x FROM orders o (x)", "sql-renamed", "orders"),
    ("SELECT a + 1 AS b FROM orders GROUP BY b", "sql-ambiguous", "b"),
    ("UPDATE orders SET a[1] = 2", "sql-part", "a"),
    ("SELECT nextval($1)", "sql-sequence", "nextval"),
    ("SELECT nextval('a; DROP TABLE b')", "sql-sequence", "nextval"),
    ("SELECT lastval()", "sql-lastval", "lastval"),
    ("SELECT query_to_xml('SELECT 1', true, true, '')", "sql-text-as-sql", "query_to_xml"),
    ("SELECT lo_get(1)", "sql-large-object", "lo_get"),
    ("SELECT a OPERATOR(shop.+) 1 FROM orders", "sql-operator", "OPERATOR"),
    ("SELECT xmlelement(NAME x)", "sql-unread", "xmlelement"),
    ("SELECT usename FROM pg_catalog.pg_shadow", "sql-its-own", "pg_catalog.pg_shadow"),
    ("SELECT a FROM other.public.orders", "sql-catalog", "other.public.orders"),
    ("SELECT " + "(" * 4000 + "1" + ")" * 3000, "sql-syntax", ")"),
    ("SELECT " + "1+" * 2000 + "1", "sql-too-deep", ""),
    ("SELECT " + "1," * LONGEST, "sql-too-long", ""),
    ("SELECT '\ud800'", "sql-syntax", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "word"), REFUSED, ids=[each[0][:60] for each in REFUSED])
def test_refusals_name_the_word_and_the_reason(text: str, code: str, word: str) -> None:
    found = meaning(text, "public")
    assert isinstance(found, Refusal), found
    assert found.code == code, found
    assert found.message and found.help
    if word:
        assert text[found.start : found.end] == word


def test_a_column_that_no_line_names_is_not_chosen() -> None:
    assert refused("SELECT count(*) FROM orders") == ["sql-some-column"]
    assert refused("SELECT count(*) FROM orders", "SELECT (id) ON orders") == []
    assert refused("SELECT id FROM orders FOR UPDATE") == ["sql-some-column"]
    assert refused("SELECT id FROM orders FOR UPDATE", "UPDATE orders SET seen = $1") == []


def test_conditions() -> None:
    assert database("SELECT id FROM orders", rows={"orders": "owner = current_user"}).roles[0].limits
    role = database("SELECT id FROM orders", rows={"orders": "id IN (SELECT m.id FROM mine m)"}).roles[0]
    assert "SELECT (id) on public.mine" in {said(need) for need in role.privileges}
    for table, condition in (
        ("orders", "true) WITH CHECK (true"),
        ("orders", "true); DROP TABLE orders; --"),
        ("orders", "true) TO PUBLIC --"),
        ("orders", ""),
        ("orders", "/* "),
        ("orders", "shop.f(1) OR pg_catalog.query_to_xml('x', true, true, '') IS NULL"),
        ("orders o", "true"),
        ("orders; DROP TABLE x", "true"),
        ("a.b.c", "true"),
    ):
        if condition:
            assert refused("SELECT id FROM orders", rows={table: condition}), (table, condition)


def test_paths_of_one_role_say_the_same() -> None:
    assert refused("SELECT id FROM orders", **{"from": ["10.0.0.0/8"]}) == []


@given(st.text(max_size=60))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    found = meaning(text, "public")
    assert isinstance(found, Meaning | Refusal)
    if isinstance(found, Refusal):
        assert 0 <= found.start <= found.end <= max(len(text), 1)


PIECES = st.sampled_from(
    ["SELECT", "FROM", "orders", "o", "(", ")", ",", "WHERE", "id", "=", "$1", "*", "UPDATE", "SET", "INSERT INTO",
     "VALUES", "WITH x AS", "DELETE", "RETURNING", "JOIN", "ON", "LATERAL", "UNION", "GROUP BY", "1", "'s'", "nextval",
     ".", "EXISTS", "ARRAY[", "]", "::", "text", "USING", "ON CONFLICT", "DO", "NOTHING", "excluded", "COPY",
     "TO STDOUT"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14))
@settings(derandomize=True, max_examples=400, deadline=None)
def test_any_words_are_read_or_refused(words: list[str]) -> None:
    assert isinstance(meaning(" ".join(words), "public"), Meaning | Refusal)


def test_the_lines_that_allow_an_action_are_named() -> None:
    """For claims that follow a request into the database; a line that cannot be read may do anything."""
    lines = (
        "SELECT id FROM orders",
        "WITH gone AS (DELETE FROM orders RETURNING orders.id) SELECT gone.id FROM gone",
        "DELETE FROM shop.orders",
        "DO 'BEGIN END'",
        "SELECT shop.anything()",
    )
    postgres = profile(text(*lines)).paths[0].postgres
    assert postgres is not None
    for forbidden, expected in (
        (Grant("DELETE", (), ("orders",), ()), [1, 2, 3, 4]),
        (Grant("DELETE", (), ("public.orders", "items"), ()), [1, 3, 4]),
        (Grant("DELETE", (), ("shop.orders",), ()), [2, 3, 4]),
        (Grant("SELECT", ("id",), ("orders",), ()), [0, 1, 3, 4]),
        (Grant("SELECT", ("secret",), ("public.orders",), ()), [3, 4]),
        (Grant("UPDATE", (), ("orders",), ()), [3, 4]),
    ):
        found = allowing(postgres, forbidden)
        assert [each.line.where[-1] for each in found] == expected, forbidden
        assert [each.line.where[-1] for each in found if not each.sure] == [3, 4]
