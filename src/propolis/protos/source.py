""".proto text → the methods that it defines."""

from collections.abc import Iterator
from typing import Any

from antlr4.error.ErrorListener import ErrorListener
from proto_schema_parser import ast
from proto_schema_parser.antlr.ProtobufLexer import ProtobufLexer
from proto_schema_parser.parser import Parser

from propolis.model.grpc import STREAMS, Method
from propolis.protos import Unread

LARGEST = 128 << 10
"""Bytes. The grammar is interpreted: so much text takes seconds, and hardly anybody writes more into one file."""
_COMMENTS = (ProtobufLexer.LINE_COMMENT, ProtobufLexer.BLOCK_COMMENT)
_COMPILE = "make a descriptor set of it: `protoc --descriptor_set_out=services.binpb …`, and name that"


class _WrongTextError(Exception):
    """Text that is no .proto: *line* and *column* from 1."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__()
        self.line, self.column = line, column


class _Strict(ErrorListener):  # type: ignore[misc]
    """Stops at the first mistake. The library's own listener writes to stderr and guesses on."""

    def syntaxError(  # noqa: N802
        self, recognizer: object, offending: object, line: int, column: int, message: str, error: object
    ) -> None:
        raise _WrongTextError(line, column + 1)


def methods(name: str, data: bytes) -> tuple[Method, ...] | Unread:
    """The methods of the services in *data*.

    Law:     those of the descriptor set that protoc makes of the same text (tests/protos).
    """
    if len(data) > LARGEST:
        return Unread(f"`{name}` is larger than {LARGEST >> 10} KiB", _COMPILE)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return Unread(f"`{name}` is not UTF-8 text", "save it as UTF-8")
    try:
        file = Parser(setup_lexer=_without_comments, setup_parser=_strict).parse(text)
    except _WrongTextError as wrong:
        message = f"`{name}` is no .proto file: a mistake at line {wrong.line}, column {wrong.column}"
        return Unread(message, "`protoc` says what is wrong there")
    except RecursionError:
        return Unread(f"`{name}` is nested too deep", _COMPILE)
    return tuple(sorted(_methods(name, file)))


def _strict(recognizer: Any) -> None:
    recognizer.removeErrorListeners()
    recognizer.addErrorListener(_Strict())


def _without_comments(lexer: Any) -> None:
    """Strict, and silent about comments: the grammar knows them between statements only."""
    _strict(lexer)
    following = lexer.nextToken

    def next_token() -> Any:
        token = following()
        while token.type in _COMMENTS:
            token = following()
        return token

    lexer.nextToken = next_token


def _methods(name: str, file: ast.File) -> Iterator[Method]:
    package = next((f"{each.name}." for each in file.file_elements if isinstance(each, ast.Package)), "")
    for service in file.file_elements:
        if isinstance(service, ast.Service):
            for each in service.elements:
                if isinstance(each, ast.Method):
                    streams = STREAMS[each.input_type.stream, each.output_type.stream]
                    yield Method(package + service.name, each.name, streams, name)
