"""PostgreSQL's own verdict on what a statement needs: with exactly that it may be run, with any one less it may not."""

import asyncio
import random
from typing import Any

import asyncpg
import pytest
from server import Server
from statements import COLUMNS, SHOP, Writer

from propolis.sql import ddl
from propolis.sql.meaning import Meaning, meaning
from propolis.sql.privileges import Kind, Privilege, Thing, holds, some
from propolis.sql.refusal import Refusal

ROLE = "truth_role"
BASE = (Privilege(Thing(Kind.SEQUENCE, "public", "orders_id_seq"), "USAGE"),)
"""Defaults draw from it; whose they are is not written in a statement, and `plan` asks for it."""


def plain(name: str) -> str:
    """*name* without its schema and its quotes."""
    return name.split(".")[-1].strip('"').replace('""', '"')


ALL = {plain(table): [plain(column) for column in columns] for table, columns in COLUMNS.items()}


@pytest.fixture(scope="module")
def shop(server: Server) -> str:
    """A database with the shop in it, where the role has nothing, and everybody has nothing."""
    server.fresh("truth", *SHOP)
    server.run("postgres", f"DROP ROLE IF EXISTS {ROLE}", f"CREATE ROLE {ROLE}")
    server.run(
        "truth",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA stock FROM PUBLIC",
    )
    return server.uri("truth")


def readable(seed: int) -> tuple[str, Meaning]:
    """The first statement of *seed* that can be read as privileges."""
    writer = Writer(seed)
    while True:
        text = writer.statement()
        found = meaning(text, "public")
        if isinstance(found, Meaning):
            return text, found
        assert isinstance(found, Refusal) and found.code == "sql-ambiguous", (text, found)


def exact(needs: frozenset[Privilege]) -> frozenset[Privilege]:
    """*needs*, where any column would do with one of them: the first, unless another is needed anyway."""
    sure = frozenset(need for need in needs if not some(need))
    more = {
        Privilege(
            Thing(Kind.COLUMN, need.thing.schema, need.thing.name, ALL[need.thing.name][0]), need.action
        )
        for need in needs
        if some(need) and not holds(sure, need)
    }
    return sure | more


async def verdict(connection: Any, grants: frozenset[Privilege], statement: str) -> str:
    """What PostgreSQL says to the role with these *grants*: "" when it may run *statement*, whatever comes of it."""
    given = ["SAVEPOINT trial", *ddl.grants(grants | set(BASE), ROLE), f"SET LOCAL ROLE {ROLE}"]
    await connection.execute("; ".join(given))
    try:
        prepared = await connection.prepare(statement)
        await prepared.fetch(*[1 for _ in prepared.get_parameters()])
    except (asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedTableError) as error:
        return str(error)  # a name is not looked up in a schema that may not be used
    except asyncpg.SyntaxOrAccessError as error:
        raise AssertionError(f"{statement}: {error}") from error
    except asyncpg.PostgresError:
        return ""  # a value that fits no constraint: it got as far as that
    finally:
        await connection.execute("ROLLBACK TO SAVEPOINT trial; RELEASE SAVEPOINT trial")
    return ""


async def agreed(uri: str, seeds: range) -> int:
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    checked = 0
    try:
        await connection.execute("BEGIN")
        for seed in seeds:
            text, found = readable(seed)
            needs = exact(found.needs)
            said = await verdict(connection, needs, text)
            assert not said, f"{text}: {said}; granted {sorted(needs)}"
            for less in random.Random(seed).sample(sorted(needs), min(2, len(needs))):
                rest = needs - {less}
                if less.thing.kind is Kind.SEQUENCE or holds(rest, less) or _any_will_do(found, rest, less):
                    continue
                said = await verdict(connection, rest, text)
                assert said, f"{text}: runs without {less}"
            checked += 1
    finally:
        connection.terminate()
    return checked


def _any_will_do(found: Meaning, rest: frozenset[Privilege], less: Privilege) -> bool:
    """Whether *less* was only for some column, and another one stands in for it; or for `*`, and all columns do."""
    if less.thing.kind is Kind.TABLE and less.action == "SELECT":
        columns = {p.thing.detail for p in rest if p.action == "SELECT" and p.thing.name == less.thing.name}
        return columns == set(ALL[less.thing.name])
    return less not in found.needs and all(holds(rest, need) for need in found.needs)


def test_a_few_hundred_statements_need_what_they_are_said_to(shop: str) -> None:
    assert asyncio.run(agreed(shop, range(300))) == 300


@pytest.mark.deep
def test_ten_thousand_statements_need_what_they_are_said_to(shop: str) -> None:
    assert asyncio.run(agreed(shop, range(1_000, 11_000))) == 10_000
