"""The server that the tests of a process share."""

from collections.abc import Iterator

import pytest
from server import Server, programs, running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    where = programs()
    if where is None:
        pytest.skip(
            "PostgreSQL is not installed: these tests start a server of their own (apt-get install postgresql)"
        )
    with running(where) as found:
        yield found
