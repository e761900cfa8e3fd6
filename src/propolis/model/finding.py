"""A finding: a rule's remark at a span."""

from enum import StrEnum

import msgspec

from propolis.model.span import Span


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Safety(StrEnum):
    """SAFE lets the same flows pass, or puts a policy in force that was refused; UNSAFE is a proposal."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class TextEdit(msgspec.Struct, frozen=True):
    """Replace code points *start* to *end* (end exclusive) of *file*."""

    file: str
    start: int
    end: int
    replacement: str


class Fix(msgspec.Struct, frozen=True):
    title: str
    safety: Safety
    edits: tuple[TextEdit, ...]


class Finding(msgspec.Struct, frozen=True):
    """*message*: one sentence, lower-case start. *why*: why it matters. *help*: what to write instead.

    *fingerprint* is the same as long as the finding is, wherever it moves in its file; "" until a report is made.
    """

    rule: str
    severity: Severity
    message: str
    span: Span
    why: str = ""
    help: str = ""
    policy: str = ""
    fix: Fix | None = None
    related: tuple[Span, ...] = ()
    fingerprint: str = ""
