"""A PostgreSQL of the tests' own, in a folder of its own, reached over a socket in it; gone with the tests.

It listens on this machine as well, for the tests of who may connect from where.
"""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

ADMIN = "admin"
PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt")
"""Where packages put the programs of a server, which are on nobody's PATH."""


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest; None when PostgreSQL is not installed."""
    found = [*Path(PLACES[0]).glob("*/bin/initdb"), *Path("/usr").glob("pgsql-*/bin/initdb")]
    on_path = shutil.which("initdb")
    newest = sorted(found, key=lambda place: float(place.parts[-3].removeprefix("pgsql-")))[-1:]
    return newest[0].parent if newest else Path(on_path).parent if on_path else None


class Server(msgspec.Struct, frozen=True):
    """*folder* holds the data, and the socket."""

    folder: Path
    port: int
    data: Path
    process: Any

    def uri(self, database: str, user: str = ADMIN) -> str:
        return f"postgresql:///{database}?host={self.folder}&port={self.port}&user={user}"

    def run(self, database: str, *statements: str, user: str = ADMIN) -> list[Any]:
        """Run *statements*, each on its own, and return the rows of the last."""
        return asyncio.run(self._run(database, user, statements))

    async def _run(self, database: str, user: str, statements: tuple[str, ...]) -> list[Any]:
        connection = await asyncpg.connect(self.uri(database, user))
        try:
            rows: list[Any] = []
            for statement in statements:
                rows = await connection.fetch(statement)
            return rows
        finally:
            await connection.close()

    def fresh(self, database: str, *statements: str) -> None:
        """The database *database* anew, with what *statements* make in it."""
        self.run(
            "postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)', f'CREATE DATABASE "{database}"'
        )
        self.run(database, *statements)


@contextmanager
def running(where: Path) -> Iterator[Server]:
    """A server whose programs are in *where*; not as root, which PostgreSQL refuses."""
    folder = Path(tempfile.mkdtemp(prefix="propolis-pg-"))
    data = folder / "data"
    who = _somebody(folder)
    port = _free_port()
    options = [
        "-c",
        "listen_addresses=127.0.0.1",
        "-p",
        str(port),
        "-c",
        f"unix_socket_directories={folder}",
        "-c",
        "fsync=off",
    ]
    try:
        subprocess.run(
            [where / "initdb", "-D", data, "-U", ADMIN, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, cwd=folder, **who,
        )  # fmt: skip
        process = subprocess.Popen(
            [where / "postgres", "-D", data, *options], cwd=folder, stderr=subprocess.DEVNULL, **who
        )
        try:
            server = Server(folder, port, data, process)
            _wait(server, where)
            yield server
        finally:
            process.terminate()
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _somebody(folder: Path) -> dict[str, Any]:
    """How to start a program as somebody who is not root, and may write to *folder*."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait(server: Server, where: Path) -> None:
    command = [where / "pg_isready", "-q", "-h", server.folder, "-p", str(server.port)]
    for _ in range(300):
        if subprocess.run(command, check=False).returncode == 0:
            return
        assert server.process.poll() is None, "the server has ended"
        server.process.poll()
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError("the server does not answer")


class in_place:  # noqa: N801 - it reads as a sentence: with in_place(server, lines)
    """pg_hba.conf with these lines, loaded; and as it was before at the end."""

    def __init__(self, server: "Server", lines: str) -> None:
        self.server, self.lines = server, lines
        self.place = server.data / "pg_hba.conf"

    def __enter__(self) -> None:
        self.before = self.place.read_text()
        self.place.write_text(self.lines)
        self.server.run("postgres", "SELECT pg_reload_conf()")

    def __exit__(self, *_: object) -> None:
        self.place.write_text(self.before)
        self.server.run("postgres", "SELECT pg_reload_conf()")
