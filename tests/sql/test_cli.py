"""`propolis sql` as users meet it: on a real server, without the extra, with a secret in the wrong place."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from server import Server
from shops import text

from propolis.cli import main
from propolis.model.report import Exit

SHOP = Path(__file__).parents[2] / "examples" / "shop"
PROFILE = str(SHOP / "profile.yaml")
SECRET = "s3cr3t-w0rd"


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["sql", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("verb", ["render", "plan", "apply", "verify"])
def test_every_help_has_examples(capsys: pytest.CaptureFixture[str], verb: str) -> None:
    code, out, _ = called(capsys, verb, "--help")
    assert code == 0
    assert "Examples:" in out and f"propolis sql {verb}" in out
    assert all(len(line) <= 110 for line in out.splitlines())


def test_the_shop_renders_to_the_same_bytes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert called(capsys, "render", PROFILE) == called(capsys, "render", PROFILE)
    code, out, _ = called(capsys, "render", PROFILE, "-o", str(tmp_path))
    assert code == 0 and "2 written, 0 unchanged" in out
    _, out, _ = called(capsys, "render", PROFILE, "-o", str(tmp_path))
    assert "0 written, 2 unchanged" in out
    assert called(capsys, "render", PROFILE, "-o", str(tmp_path), "--check")[0] == 0
    assert (
        'hostssl "shop" "order_cleanup" 10.244.0.0/16 scram-sha-256'
        in (tmp_path / "my-database.pg_hba.conf").read_text()
    )


def test_the_shop_on_a_server(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.fresh("shop", *(SHOP / "schema.sql").read_text().split(";")[:-1])
    server.run("postgres", "DROP ROLE IF EXISTS shop_backend", "DROP ROLE IF EXISTS order_cleanup")
    where = ["--connect", server.uri("shop")]
    code, out, _ = called(capsys, "plan", PROFILE, *where)
    assert code == Exit.BROKEN and 'CREATE ROLE "order_cleanup";' in out
    code, out, _ = called(capsys, "apply", PROFILE, *where)
    assert code == Exit.BROKEN, "pg_hba.conf is not ours"
    assert "in one transaction" in out and "warning[sql-hba]" in out
    code, out, _ = called(capsys, "apply", PROFILE, *where)
    assert "nothing to apply" in out
    code, out, _ = called(capsys, "verify", PROFILE, *where, "--format", "json")
    claims = json.loads(out)["claims"]
    assert [claim["status"] for claim in claims] == ["broken", *["kept"] * (len(claims) - 1)]
    code, out, _ = called(capsys, "plan", PROFILE, *where, "--format", "markdown")
    assert "⚠️ propolis sql plan" in out


def test_the_environment_names_the_server(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.fresh("shop", "CREATE TABLE orders (id int)")
    named = {
        "PGHOST": str(server.folder),
        "PGPORT": str(server.port),
        "PGUSER": "admin",
        "PGDATABASE": "shop",
    }
    environment = {**os.environ, **named}
    command = [sys.executable, "-m", "propolis", "sql", "plan", "-", "--format", "json"]
    profile = text("SELECT id FROM orders", role="reader")
    ran = subprocess.run(command, env=environment, input=profile, text=True, capture_output=True, check=False)
    assert ran.returncode == Exit.BROKEN, ran.stderr
    assert any(step["sql"] == 'CREATE ROLE "reader"' for step in json.loads(ran.stdout)["steps"])


@pytest.mark.parametrize(
    ("connection", "code"),
    [
        (f"postgresql://admin:{SECRET}@127.0.0.1:1/shop", Exit.OUTSIDE_FAILED),
        (f"postgresql://admin:{SECRET}@nowhere.invalid/shop", Exit.OUTSIDE_FAILED),
        (f"postgresql://admin:{SECRET}@127.0.0.1:port/shop", Exit.BAD_INPUT),
        (f"mysql://admin:{SECRET}@127.0.0.1/shop", Exit.BAD_INPUT),
        (f"host=127.0.0.1 password={SECRET}", Exit.BAD_INPUT),
        (f"postgresql://admin:{SECRET}@127.0.0.1/shop?sslmode={SECRET}", Exit.BAD_INPUT),
    ],
)
def test_a_secret_is_never_said(capsys: pytest.CaptureFixture[str], connection: str, code: Exit) -> None:
    found, out, err = called(capsys, "plan", PROFILE, "--debug", "--connect", connection)
    assert found == code, err
    assert SECRET not in out + err


def test_a_wrong_password_is_not_said(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    place = server.data / "pg_hba.conf"
    before = place.read_text()
    server.run("postgres", "DROP ROLE IF EXISTS locked", "CREATE ROLE locked LOGIN PASSWORD 'right'")
    place.write_text('local all "locked" scram-sha-256\n' + before)
    server.run("postgres", "SELECT pg_reload_conf()")
    try:
        connection = server.uri("postgres", "locked") + f"&password={SECRET}"
        code, out, err = called(capsys, "plan", PROFILE, "--debug", "--connect", connection)
    finally:
        place.write_text(before)
        server.run("postgres", "SELECT pg_reload_conf()", "DROP ROLE locked")
    assert code == Exit.OUTSIDE_FAILED
    assert "password authentication failed" in err and SECRET not in out + err


@pytest.mark.parametrize("missing", ["pgparse", "asyncpg"])
def test_without_the_extra_it_says_what_to_install(missing: str) -> None:
    program = f"import sys; sys.modules[{missing!r}] = None; from propolis.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program]
    ran = subprocess.run([*command, "sql", "plan", PROFILE], text=True, capture_output=True, check=False)
    assert ran.returncode == Exit.BAD_INPUT
    assert "pip install 'propolis[sql]'" in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    ran = subprocess.run([*command, "render", PROFILE], text=True, capture_output=True, check=False)
    assert ran.returncode == Exit.KEPT
