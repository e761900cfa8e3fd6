"""A refusal: why a statement cannot be expressed as privileges."""

import msgspec


class Refusal(msgspec.Struct, frozen=True):
    """*start* and *end* are offsets into the statement's text; (0, 0) is all of it."""

    code: str
    message: str
    help: str
    start: int = 0
    end: int = 0


class Unheld(Exception):  # noqa: N818 - no error: it carries a refusal out of a deep tree, to `meaning.meaning`
    """*place*: where in the statement's text, in bytes of UTF-8; None is all of it."""

    def __init__(self, code: str, message: str, help_: str, place: int | None = None) -> None:
        super().__init__(message)
        self.code = f"sql-{code}"
        self.message = message
        self.help = help_
        self.place = place
