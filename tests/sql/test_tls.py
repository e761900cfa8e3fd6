"""Who comes in over TLS: the lines of `pg_hba.conf` on a server with a certificate, clients with and without one."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from server import Server, in_place, programs
from shops import given, hba, text

from propolis.commands.sql_apply import apply
from propolis.postgres import PostgresServer

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(
    OPENSSL is None, reason="openssl is not installed: no certificates can be made"
)
LINE = "SELECT ON orders"
HERE = {"from": ["127.0.0.0/8"]}


class Papers(msgspec.Struct, frozen=True):
    """A folder with an authority and what it signed: `server` and the names of clients, each with its key."""

    folder: Path

    @property
    def trusted(self) -> dict[str, object]:
        return {"sslmode": "verify-full", "sslrootcert": self.folder / "ca.crt"}

    def shown(self, name: str) -> dict[str, object]:
        return {"sslcert": self.folder / f"{name}.crt", "sslkey": self.folder / f"{name}.key"}

    def signed(self, name: str, more: str = "") -> None:
        self._run(
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            f"/CN={name}",
            "-keyout",
            f"{name}.key",
            "-out",
            "asked",
        )
        (self.folder / "more").write_text(more)
        given_by = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial")
        self._run(
            "x509", "-req", "-in", "asked", *given_by, "-days", "2", "-extfile", "more", "-out", f"{name}.crt"
        )

    def authority(self) -> None:
        self._run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=ca", "-days", "2", "-keyout", "ca.key",
                  "-out", "ca.crt")  # fmt: skip

    def _run(self, *arguments: str) -> None:
        subprocess.run([str(OPENSSL), *arguments], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    made = Papers(tmp_path_factory.mktemp("papers"))
    made.authority()
    made.signed("server", "subjectAltName=IP:127.0.0.1")
    for name in ("backend", "friend"):
        made.signed(name)
    return made


@pytest.fixture
def shop(shop: Server, papers: Papers) -> Iterator[Server]:
    """The shop on a server that speaks TLS."""
    owner = shop.data.stat()
    for name in ("ca.crt", "server.crt", "server.key"):
        place = shop.data / name
        shutil.copy(papers.folder / name, place)
        place.chmod(0o600)
        shutil.chown(place, owner.st_uid, owner.st_gid)
    settings = {
        "ssl": "on",
        "ssl_ca_file": "ca.crt",
        "ssl_cert_file": "server.crt",
        "ssl_key_file": "server.key",
    }
    shop.run("postgres", *(f"ALTER SYSTEM SET {key} = '{value}'" for key, value in settings.items()))
    reloaded(shop, "on")
    yield shop
    shop.run("postgres", *(f"ALTER SYSTEM RESET {key}" for key in settings))
    reloaded(shop, "off")


def reloaded(server: Server, wanted: str) -> None:
    server.run("postgres", "SELECT pg_reload_conf()")
    until = time.monotonic() + 30
    while server.run("postgres", "SHOW ssl")[0][0] != wanted:
        assert time.monotonic() < until
        time.sleep(0.05)


def said(server: Server, **settings: object) -> str:
    """What the server says to `backend` who connects over TCP with these settings of libpq, "" when it lets it in."""
    where = programs()
    assert where is not None, "the server was found by it"
    told = {"host": "127.0.0.1", "port": server.port, "user": "backend", "dbname": "shop", **settings}
    line = " ".join(f"{key}={value}" for key, value in told.items())
    command = [where / "psql", "-X", "-w", "-d", line, "-c", "SELECT 1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"LC_ALL": "C"})
    return done.stderr


def applied(server: Server, auth: str) -> str:
    """The lines of `pg_hba.conf`, after the role was made."""
    apply(given(text(LINE, auth=auth, **HERE)), None, PostgresServer(server.uri("shop")))
    return hba(LINE, auth=auth, **HERE) + "local all all trust\nhost all all all trust\n"


def test_with_a_certificate_of_its_own_name_and_no_other(shop: Server, papers: Papers) -> None:
    with in_place(shop, applied(shop, "certificate")):
        assert said(shop, **papers.trusted, **papers.shown("backend")) == ""
        assert "certificate authentication failed" in said(shop, **papers.trusted, **papers.shown("friend"))
        assert "requires a valid client certificate" in said(shop, **papers.trusted)
        assert "rejects" in said(shop, sslmode="disable")


def test_a_password_over_tls_alone(shop: Server, papers: Papers) -> None:
    lines = applied(shop, "scram")
    shop.run("postgres", "ALTER ROLE backend PASSWORD 'right'")
    with in_place(shop, lines):
        assert said(shop, **papers.trusted, password="right") == ""
        assert "password authentication failed" in said(shop, **papers.trusted, password="wrong")
        assert "rejects" in said(shop, sslmode="disable", password="right")
