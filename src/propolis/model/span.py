"""A span: where in which file a piece of text stands; and a problem: what could not be read there."""

from typing import Literal

import msgspec

Path = tuple[str | int, ...]


class Span(msgspec.Struct, frozen=True):
    """A stretch of one file.

    Units: lines and columns count from 1, columns in code points; *end_line*, *end_column* and *end* are
    exclusive. *start* and *end* are code-point offsets into the file's text, made for splicing.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class Problem(msgspec.Struct, frozen=True):
    """What could not be read, or not be read without doubt. *code* is kebab-case; *help* says what to do."""

    code: str
    message: str
    span: Span | None
    help: str = ""
    severity: Literal["error", "warning", "note"] = "error"
