"""An editor, as far as the server sees one: it starts `propolis lsp` and speaks the protocol over its pipes."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

Message = dict[str, Any]
PATIENCE = 60
"""Seconds for all that one editor does: a server that says nothing more is ended, and its reader told."""


class Client:
    """Counts in UTF-16 code units, as editors do. *published*: the diagnostics of each URI, the newest last."""

    def __init__(self, folder: Path | None, *arguments: str) -> None:
        command = [sys.executable, "-m", "propolis", "lsp", *arguments]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder
        )
        self._watchdog = threading.Timer(PATIENCE, self._process.kill)
        self._watchdog.start()
        self._folder = folder
        self._last = 0
        self.published: dict[str, list[list[Message]]] = {}
        self.asked: list[Message] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._watchdog.cancel()
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe
            with suppress(BrokenPipeError):
                pipe.close()

    # --- messages ---

    def write(self, data: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def receive(self) -> Message:
        """The next message; requests of the server are answered with null, diagnostics are noted."""
        assert self._process.stdout
        length = 0
        while (line := self._process.stdout.readline()) != b"\r\n":
            if not line:
                assert self._process.stderr
                raise EOFError(self._process.stderr.read().decode())
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        message: Message = json.loads(self._process.stdout.read(length))
        if "method" in message and "id" in message:
            self.asked.append(message)
            self.send({"id": message["id"], "result": None})
        elif message.get("method") == "textDocument/publishDiagnostics":
            found = message["params"]
            self.published.setdefault(found["uri"], []).append(found["diagnostics"])
        return message

    def notify(self, method: str, **params: Any) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, **params: Any) -> Message:
        self._last += 1
        self.send({"id": self._last, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self._last and "method" not in message:
                return message

    def diagnostics(
        self, uri: str, rules: Iterable[str] | None = None, version: int | None = None
    ) -> list[Message]:
        """What is published next about *uri*; with exactly *rules*, or about a *version*, if one is named."""
        wanted = None if rules is None else sorted(rules)
        while True:
            message = self.receive()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                found: list[Message] = message["params"]["diagnostics"]
                is_wanted = wanted is None or sorted(one["code"] for one in found) == wanted
                if is_wanted and version in (None, message["params"].get("version")):
                    return found

    # --- what editors do ---

    def start(self, **capabilities: Any) -> Message:
        root = self._folder.as_uri() if self._folder else None
        answer = self.request("initialize", processId=None, rootUri=root, capabilities=capabilities)
        self.notify("initialized")
        return answer

    def open(self, uri: str, text: str, version: int = 1) -> None:
        document = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)

    def change(self, uri: str, version: int, *changes: Message) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", textDocument=document, contentChanges=list(changes))

    def stop(self) -> int:
        """Shut the server down as the protocol asks for it; its exit code."""
        assert self.request("shutdown")["result"] is None
        self.notify("exit")
        return self._process.wait(30)

    def leave(self) -> int:
        """Close the pipe, as an editor that was killed does; the exit code of the server."""
        assert self._process.stdin
        self._process.stdin.close()
        return self._process.wait(30)

    def interrupt(self, signal: int) -> int:
        self._process.send_signal(signal)
        return self._process.wait(30)


def at(line: int, character: int) -> Message:
    return {"line": line, "character": character}


def between(start: Message, end: Message) -> Message:
    return {"start": start, "end": end}
