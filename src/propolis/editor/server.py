"""The language server: messages of the protocol in, what the workspace says out."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, PyglsError
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.uris import from_fs_path, to_fs_path

from propolis import __version__
from propolis.commands.project import BASELINE, CONFIGURATION
from propolis.commands.workspace import Workspace
from propolis.editor.positions import Positions, changed
from propolis.model.finding import Finding, Safety, Severity, TextEdit
from propolis.model.span import Problem

NAME = "propolis"
PAUSE = 0.2
"""Seconds without a change before all texts are judged together: typing is not held up by it."""
FIX_ALL = types.CodeActionKind.SourceFixAll

_SEVERITIES = {
    Severity.ERROR.value: types.DiagnosticSeverity.Error,
    Severity.WARNING.value: types.DiagnosticSeverity.Warning,
    Severity.NOTE.value: types.DiagnosticSeverity.Information,
}
_PROJECT = (f"/{CONFIGURATION}", f"/{BASELINE}")
_WATCHED = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher("**/*.{yaml,yml,json}")])


class Protocol(LanguageServerProtocol):
    """Answers a request that holds nonsense with an error, so that the editor does not wait for ever."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise


class Server(LanguageServer):
    """One editor's server. A message that cannot be answered is answered with an error, and the next one is read."""

    def __init__(self, workspace: Workspace, pause: float = PAUSE) -> None:
        super().__init__(NAME, __version__, types.TextDocumentSyncKind.Incremental, protocol_cls=Protocol)
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int | None] = {}
        self.known = workspace
        self.pause = pause
        self.uris: dict[str, str] = {}
        self.is_done = False
        self._waiting: asyncio.Task[None] | None = None

    # --- names ---

    def name_of(self, uri: str) -> str:
        """How the workspace calls the text at *uri*: by its path where it has one."""
        path = to_fs_path(uri)
        name = path if path and uri.startswith("file:") else uri
        self.uris[name] = uri
        return name

    def uri_of(self, name: str) -> str:
        return self.uris.get(name) or from_fs_path(name) or name

    @property
    def encoding(self) -> types.PositionEncodingKind:
        return types.PositionEncodingKind(
            self.workspace.position_encoding or types.PositionEncodingKind.Utf16
        )

    def positions(self, name: str) -> Positions:
        shown = self.known.shown(name)
        return Positions(shown.text if shown else self.texts.get(name, ""), self.encoding)

    # --- what is shown ---

    def publish(self, name: str) -> None:
        shown = self.known.shown(name)
        found: list[types.Diagnostic] = []
        if shown is not None:
            positions = Positions(shown.text, self.encoding)
            found += (self._of_problem(problem, positions) for problem in shown.problems)
            found += (self._of_finding(finding, positions) for finding in shown.findings)
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(self.uri_of(name), found, self.versions.get(name))
        )

    def _of_problem(self, problem: Problem, positions: Positions) -> types.Diagnostic:
        assert problem.span is not None
        message = f"{problem.message}\n{problem.help}" if problem.help else problem.message
        severity = _SEVERITIES[problem.severity]
        return types.Diagnostic(positions.range(problem.span), message, severity, problem.code, source=NAME)

    def _of_finding(self, finding: Finding, positions: Positions) -> types.Diagnostic:
        lines = (
            finding.message,
            finding.why and f"why: {finding.why}",
            finding.help and f"help: {finding.help}",
        )
        related = [
            types.DiagnosticRelatedInformation(
                types.Location(self.uri_of(span.file), self.positions(span.file).range(span)), "see also"
            )
            for span in finding.related
        ]
        return types.Diagnostic(
            positions.range(finding.span),
            "\n".join(line for line in lines if line),
            _SEVERITIES[finding.severity.value],
            finding.rule,
            source=NAME,
            related_information=related,
        )

    def judge_soon(self) -> None:
        """Judge all texts together once nothing has changed for a while."""
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.get_running_loop().create_task(self._judge())
            self._waiting.add_done_callback(self._say_if_it_failed)

    def _say_if_it_failed(self, judging: asyncio.Task[None]) -> None:
        error = None if judging.cancelled() else judging.exception()
        if error is not None:
            message = f"this is a defect of propolis: {type(error).__name__}: {error}"
            logging.getLogger(__name__).error(message, exc_info=error)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    async def _judge(self) -> None:
        while True:
            snapshot = self.known.snapshot()
            await asyncio.sleep(self.pause)
            if not self.known.is_current(snapshot):
                continue
            judgement = await asyncio.to_thread(self.known.judgement, snapshot)
            for name in self.known.accept(judgement):
                self.publish(name)
            if self.known.is_current(snapshot):
                return

    def report_server_error(
        self, error: Exception, source: type[PyglsError] | type[JsonRpcException]
    ) -> None:
        """Told on stderr, which editors keep as the server's log; a message nobody understands is no news to a user."""
        logging.getLogger(__name__).warning("%s: %s", source.__name__, error)

    # --- actions ---

    def action(self, finding: Finding) -> types.CodeAction:
        assert finding.fix is not None
        is_safe = finding.fix.safety is Safety.SAFE
        title = finding.fix.title if is_safe else f"{finding.fix.title} (a proposal: it changes what passes)"
        files = {edit.file for edit in finding.fix.edits}
        changes = {file: [edit for edit in finding.fix.edits if edit.file == file] for file in sorted(files)}
        return types.CodeAction(
            title,
            types.CodeActionKind.QuickFix,
            diagnostics=[self._of_finding(finding, self.positions(finding.span.file))],
            is_preferred=is_safe,
            edit=self._edit(changes),
        )

    def fix_all(self, name: str, edits: Sequence[TextEdit]) -> types.CodeAction:
        return types.CodeAction("make all safe fixes of propolis", FIX_ALL, edit=self._edit({name: edits}))

    def _edit(self, changes: Mapping[str, Sequence[TextEdit]]) -> types.WorkspaceEdit:
        """Bound to the version that the edits were made for, so that an editor that has gone on refuses them."""
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(self.uri_of(name), self.versions.get(name)),
                    self.positions(name).edits(edits),
                )
                for name, edits in changes.items()
            ]
        )


def server(workspace: Workspace, pause: float = PAUSE) -> Server:
    """A server in front of *workspace*, ready to be started."""
    made = Server(workspace, pause)

    @made.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        folders = [path for folder in made.workspace.folders.values() if (path := to_fs_path(folder.uri))]
        root = made.workspace.root_path
        warn(made.known.load(folders or ([root] if root else [])))
        watching = (
            made.client_capabilities.workspace and made.client_capabilities.workspace.did_change_watched_files
        )
        if watching and watching.dynamic_registration:
            registration = types.Registration(
                "propolis-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _WATCHED
            )
            made.client_register_capability(types.RegistrationParams([registration]))
        made.judge_soon()

    def warn(problems: Iterable[Problem]) -> None:
        for problem in problems:
            made.window_show_message(types.ShowMessageParams(types.MessageType.Warning, problem.message))

    @made.feature(types.SHUTDOWN)
    def shut_down(params: None) -> None:
        made.is_done = True

    @made.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        show(made.name_of(document.uri), document.text, document.version)

    @made.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        name = made.name_of(params.text_document.uri)
        text = made.texts.get(name, "")
        for change in params.content_changes:
            text = changed(text, change, made.encoding)
        show(name, text, params.text_document.version)

    def show(name: str, text: str, version: int) -> None:
        made.texts[name], made.versions[name] = text, version
        made.known.opened(name, text)
        made.publish(name)
        made.judge_soon()

    @made.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        name = made.name_of(params.text_document.uri)
        made.texts.pop(name, None)
        made.versions.pop(name, None)
        made.known.closed(name)
        made.publish(name)
        made.judge_soon()

    @made.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(params: types.DidChangeWatchedFilesParams) -> None:
        for event in params.changes:
            if event.uri.endswith(_PROJECT):
                warn(made.known.configured())
            else:
                made.known.stored(made.name_of(event.uri))
        made.judge_soon()

    @made.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        name = made.name_of(params.text_document.uri)
        positions = made.positions(name)
        hints = made.known.hints(name, positions.offset(params.position))
        if not hints:
            return None
        text = "\n\n---\n\n".join(hint.text for hint in hints)
        content = types.MarkupContent(types.MarkupKind.Markdown, text)
        return types.Hover(content, positions.range(hints[0].span))

    @made.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL]),
    )
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        name = made.name_of(params.text_document.uri)
        positions = made.positions(name)
        start, end = positions.offset(params.range.start), positions.offset(params.range.end)
        wanted = params.context.only

        def asked(kind: str) -> bool:
            return wanted is None or any(kind == one or kind.startswith(f"{one}.") for one in wanted)

        found: list[types.CodeAction] = []
        if asked(types.CodeActionKind.QuickFix):
            found += (made.action(finding) for finding in made.known.fixes(name, start, end))
        edits = made.known.safe_edits(name) if asked(FIX_ALL) else ()
        return [*found, made.fix_all(name, edits)] if edits else found

    return made
