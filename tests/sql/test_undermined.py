"""On a real server: what gives a role more than its lines is seen, refused by `verify`, and mended by `apply`."""

from collections.abc import Iterator

import pytest
from server import Server, in_place
from shops import given, hba, text
from statements import SHOP

from propolis.commands.sql_apply import apply
from propolis.commands.sql_plan import plan
from propolis.commands.sql_verify import verify
from propolis.model.report import Exit
from propolis.postgres import PostgresServer

LINES = (
    "SELECT id, customer, total FROM orders WHERE id = $1",
    "SELECT (id, price) ON items",
    "INSERT INTO orders (customer, total) VALUES ($1, $2) RETURNING id",
    "USAGE ON SEQUENCE orders_id_seq",
    "SELECT stock.twice($1)",
)
PROFILE = given(text(*LINES))


@pytest.fixture(scope="module")
def standing(server: Server) -> Iterator[Server]:
    """A shop in which the role has what its lines need, behind our lines of pg_hba.conf; each test leaves it so."""
    server.fresh("shop", *SHOP)
    server.run("postgres", 'DROP ROLE IF EXISTS "backend"', "DROP ROLE IF EXISTS friend")
    with in_place(server, hba(*LINES) + "local all all trust\n"):
        assert apply(PROFILE, None, PostgresServer(server.uri("shop"))).exit is Exit.KEPT
        assert verify(PROFILE, None, PostgresServer(server.uri("shop"))).exit is Exit.KEPT
        yield server


UNDERMINED = [
    ('ALTER ROLE "backend" SUPERUSER', "SUPERUSER"),
    ('ALTER ROLE "backend" BYPASSRLS CREATEROLE', "BYPASSRLS"),
    ('GRANT pg_read_all_data TO "backend"', "member of `pg_read_all_data`"),
    ('CREATE ROLE friend; GRANT ALL ON items TO friend; GRANT friend TO "backend"', "member of `friend`"),
    ("GRANT SELECT ON items TO PUBLIC", "everybody"),
    ("GRANT UPDATE (price) ON items TO PUBLIC", "everybody"),
    ("GRANT TEMPORARY ON DATABASE shop TO PUBLIC", "everybody"),
    ("GRANT CREATE ON SCHEMA public TO PUBLIC", "everybody"),
    ('GRANT SELECT ON items TO "backend" WITH GRANT OPTION', "no line"),
    ('GRANT USAGE ON SEQUENCE stock.tickets TO "backend"', "no line"),
    ('GRANT SELECT (ctid) ON items TO "backend"', "no line"),
    ('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "backend"', "new TABLES"),
    ("ALTER DEFAULT PRIVILEGES IN SCHEMA stock GRANT INSERT ON TABLES TO PUBLIC", "new TABLES"),
    ("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC", "new ROUTINES"),
    ("CREATE FUNCTION open() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; "
     "GRANT EXECUTE ON FUNCTION open() TO PUBLIC", "everybody"),
    ('ALTER ROLE "backend" IN DATABASE shop SET search_path TO pg_temp, public', "looked up"),
    ('ALTER ROLE "backend" NOLOGIN', "log in"),
]  # fmt: skip


@pytest.mark.parametrize(("undermining", "reason"), UNDERMINED, ids=[each[0][:40] for each in UNDERMINED])
def test_what_undermines_a_role_is_seen_and_mended(standing: Server, undermining: str, reason: str) -> None:
    standing.run("shop", *undermining.split("; "))
    shop = PostgresServer(standing.uri("shop"))
    found = plan(PROFILE, None, shop)
    assert any(reason in step.why for step in found.steps), found.steps
    assert verify(PROFILE, None, shop).exit is Exit.BROKEN
    assert apply(PROFILE, None, shop).exit is Exit.KEPT
    assert verify(PROFILE, None, shop).exit is Exit.KEPT
