"""`sql apply` ended from outside, as a process of its own: in the middle, where all is undone, and at the very end."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from server import Server
from shops import text

from propolis.model.exit import Exit

WAITING = (
    "SELECT wait_event_type FROM pg_stat_activity WHERE application_name = 'propolis' AND state <> 'idle'"
)
OURS = "SELECT count(*) FROM pg_roles WHERE rolname = 'backend'"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "profile.yaml"
    path.write_text(text("SELECT ON orders", "INSERT ON items"))
    return path


@contextmanager
def held(server: Server, statement: str) -> Iterator[None]:
    """Somebody else has run *statement* and not yet kept it."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(server.uri("shop")))
        runner.run(connection.execute("BEGIN"))
        runner.run(connection.execute(statement))
        try:
            yield
        finally:
            runner.run(connection.close())


@contextmanager
def unanswered(server: Server) -> Iterator[None]:
    """Whoever keeps something is kept waiting for a standby that does not exist."""
    server.run("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()")
    try:
        yield
    finally:
        server.run("postgres", "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")


def applying(server: Server, profile: Path) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "-m",
        "propolis",
        "sql",
        "apply",
        str(profile),
        "--connect",
        server.uri("shop"),
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(
    server: Server, query: str, found: list[tuple[object, ...]], process: "subprocess.Popen[str]"
) -> None:
    until = time.monotonic() + 60
    while [tuple(row) for row in server.run("postgres", query)] != found:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, f"{query} never was {found}"
        time.sleep(0.05)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sent: sent.name)
def test_ended_in_the_middle_it_leaves_the_old_state(
    shop: Server, profile: Path, sent: signal.Signals
) -> None:
    with held(shop, "GRANT SELECT ON items TO PUBLIC"):
        process = applying(shop, profile)
        wait_for(shop, WAITING, [("Lock",)], process)
        os.kill(process.pid, sent)
        _, told = process.communicate(timeout=60)
    if sent is signal.SIGINT:
        assert process.returncode == 130
        assert told.strip() == "propolis: interrupted; the database is as it was"
    until = time.monotonic() + 60
    while shop.run("postgres", WAITING) and time.monotonic() < until:
        time.sleep(0.05)
    assert [tuple(row) for row in shop.run("postgres", OURS)] == [(0,)]
    again = applying(shop, profile)
    out, _ = again.communicate(timeout=60)
    assert again.returncode in (Exit.KEPT, Exit.BROKEN)
    assert "in one transaction" in out


def test_interrupted_while_it_keeps_all_it_says_how_to_find_out(shop: Server, profile: Path) -> None:
    with unanswered(shop):
        process = applying(shop, profile)
        wait_for(shop, WAITING, [("IPC",)], process)
        os.kill(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (
        told.strip() == "propolis: interrupted; whether all was kept, or nothing, `propolis sql plan` tells"
    )
