"""`propolis lsp` as an editor meets it: a process with pipes."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="needs the extra `lsp`")

from commands.test_workspace import CLOSED, FAULT, PODS, POLICY
from editor.client import Client, at, between

WATCHING = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
NAMESPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n"
LINE = FAULT[: FAULT.index("tcp")].count("\n")
COLUMN = FAULT.splitlines()[LINE].index("tcp")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "backend.yaml").write_text(POLICY)
    (tmp_path / "frontend.yaml").write_text(CLOSED)
    (tmp_path / "pods.yaml").write_text(PODS + "---\n" + NAMESPACE)
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Iterator[Client]:
    with Client(folder) as found:
        yield found


def test_a_session_of_an_editor(client: Client, folder: Path) -> None:
    backend, frontend = ((folder / f"{name}.yaml").as_uri() for name in ("backend", "frontend"))
    answer = client.start(**WATCHING)["result"]
    assert answer["serverInfo"]["name"] == "propolis"
    assert answer["capabilities"]["hoverProvider"] and answer["capabilities"]["codeActionProvider"]
    # the whole workspace is judged, no text of it being open
    assert [one["code"] for one in client.diagnostics(backend)] == ["cut-path"]
    assert [one["method"] for one in client.asked] == ["client/registerCapability"]

    # a fault is typed, key by key, and shown with the version of the text that has it
    client.open(backend, POLICY)
    assert [one["code"] for one in client.diagnostics(backend)] == ["cut-path"]
    client.change(backend, 2, {"range": between(at(LINE, COLUMN), at(LINE, COLUMN + 3)), "text": "tc"})
    client.change(backend, 3, {"range": between(at(LINE, COLUMN + 2), at(LINE, COLUMN + 2)), "text": "p"})
    found = {one["code"]: one for one in client.diagnostics(backend, version=3)}
    fault = found["invalid-protocol"]
    assert fault["range"] == between(at(LINE, COLUMN), at(LINE, COLUMN + 3))
    assert (fault["severity"], fault["source"]) == (1, "propolis")

    # what stands under the cursor
    document = {"textDocument": {"uri": backend}}
    hover = client.request("textDocument/hover", **document, position=at(LINE, COLUMN + 1))["result"]
    assert hover["contents"]["kind"] == "markdown" and "# invalid-protocol" in hover["contents"]["value"]
    hover = client.request("textDocument/hover", **document, position=at(4, 40))["result"]
    assert "selects 1 of the 2 workloads:\n- `shop/backend`" in hover["contents"]["value"]
    assert client.request("textDocument/hover", **document, position=at(0, 0))["result"] is None

    # its fix, made as an editor makes it
    context = {"diagnostics": [fault], "only": ["quickfix"]}
    (action,) = client.request("textDocument/codeAction", **document, range=fault["range"], context=context)[
        "result"
    ]
    assert (action["title"], action["kind"], action["isPreferred"]) == ("write `TCP`", "quickfix", True)
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": backend, "version": 3}
    (edit,) = change["edits"]
    client.change(backend, 4, {"range": edit["range"], "text": edit["newText"]})
    client.diagnostics(backend, ["cut-path"])

    # an unsaved change of another text counts
    client.open(frontend, CLOSED)
    client.change(frontend, 2, {"text": CLOSED.replace("[host]", "[cluster]")})
    client.diagnostics(backend, [])
    client.notify("textDocument/didClose", textDocument={"uri": frontend})
    client.diagnostics(backend, ["cut-path"])

    # and so does one on the disk
    (folder / "frontend.yaml").unlink()
    client.notify("workspace/didChangeWatchedFiles", changes=[{"uri": frontend, "type": 3}])
    client.diagnostics(backend, [])
    assert client.stop() == 0


def test_a_proposal_is_marked_and_safe_fixes_go_together(client: Client, folder: Path) -> None:
    uri = (folder / "backend.yaml").as_uri()
    text = FAULT.replace("protocol: tcp}]", 'protocol: tcp}], rules: {http: [{headers: ["X-KEY: .+"]}]}')
    client.start()
    client.open(uri, text)
    client.diagnostics(uri)
    whole = {"range": between(at(0, 0), at(99, 0)), "context": {"diagnostics": []}}
    actions = client.request("textDocument/codeAction", textDocument={"uri": uri}, **whole)["result"]
    titles = {action["title"]: action for action in actions}
    proposal = titles['write `"X-KEY"` (a proposal: it changes what passes)']
    assert proposal["isPreferred"] is False
    together = titles["make all safe fixes of propolis"]
    assert together["kind"] == "source.fixAll"
    (change,) = together["edit"]["documentChanges"]
    assert [edit["newText"] for edit in change["edits"]] == ["TCP"]
    whole["context"] = {"diagnostics": [], "only": ["refactor"]}
    assert client.request("textDocument/codeAction", textDocument={"uri": uri}, **whole)["result"] == []


def test_characters_outside_the_first_plane_count_twice(client: Client, folder: Path) -> None:
    uri = (folder / "backend.yaml").as_uri()
    text = FAULT.replace("protocol: tcp", 'x: "🐝🐝", protocol: tcp')
    client.start()
    client.open(uri, text)
    (fault,) = (one for one in client.diagnostics(uri) if one["code"] == "invalid-protocol")
    line = text.splitlines()[LINE]
    assert fault["range"]["start"] == at(LINE, line.index("tcp") + 2)


def test_a_text_without_a_file_is_looked_at_too() -> None:
    with Client(None) as client:
        client.start()
        client.open("untitled:Untitled-1", FAULT)
        assert "invalid-protocol" in {one["code"] for one in client.diagnostics("untitled:Untitled-1")}
        assert client.stop() == 0


def test_malformed_messages_are_survived(client: Client, folder: Path) -> None:
    uri = (folder / "backend.yaml").as_uri()
    client.start()
    for body in (
        b"{",
        b"[]",
        b"\xff\xfe",
        b"null",
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "2.0", "method": 1}',
        b"0",
    ):
        client.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    client.write(b"Nonsense: 1\r\n")
    client.notify("textDocument/didOpen", textDocument={"uri": 1})
    client.notify("textDocument/didOpen")
    client.notify(
        "textDocument/didChange", textDocument={"uri": uri, "version": 1}, contentChanges=[{"text": 1}]
    )
    client.change(uri, 1, {"range": between(at(5, 0), at(1, 0)), "text": "x"})
    client.notify("workspace/didChangeWatchedFiles", changes=[{"uri": "nonsense", "type": 1}])
    client.notify("no/such/method")
    assert client.request("no/such/request")["error"]["code"] == -32601
    assert "error" in client.request("textDocument/hover", textDocument={"uri": uri})
    far = client.request("textDocument/hover", textDocument={"uri": uri}, position=at(10**6, 10**6))
    assert far.get("result") is None
    client.open(uri, FAULT)
    client.diagnostics(uri, ["cut-path", "invalid-protocol"])
    assert client.stop() == 0


def test_what_is_asked_too_early_is_an_error_and_an_editor_that_leaves_ends_the_server(
    client: Client,
) -> None:
    assert "error" in client.request(
        "textDocument/hover", textDocument={"uri": "file:///a"}, position=at(0, 0)
    )
    assert client.leave() == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_signal_ends_it(client: Client, number: signal.Signals, code: int) -> None:
    client.start()
    assert client.interrupt(number) == code


def test_without_the_extra_the_command_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "pygls").mkdir()
    (tmp_path / "pygls" / "__init__.py").write_text("raise ModuleNotFoundError('no pygls', name='pygls')\n")
    path = json.dumps(str(tmp_path))
    code = f"import sys; sys.path.insert(0, {path}); from propolis.cli import main; sys.exit(main(['lsp']))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert done.stderr == "Error: `propolis lsp` needs `pygls`: pip install 'propolis[lsp]'\n"
