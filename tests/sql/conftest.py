"""The server that the tests of a process share, and the shop in it."""

from collections.abc import Iterator

import pytest
from server import Server, programs, running
from statements import SHOP


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    where = programs()
    if where is None:
        pytest.skip(
            "PostgreSQL is not installed: these tests start a server of their own (apt-get install postgresql)"
        )
    with running(where) as found:
        yield found


@pytest.fixture
def shop(server: Server) -> Server:
    """A fresh shop, and no role of ours."""
    server.fresh("shop", *SHOP)
    server.run("postgres", 'DROP ROLE IF EXISTS "backend"', "DROP ROLE IF EXISTS friend")
    return server
