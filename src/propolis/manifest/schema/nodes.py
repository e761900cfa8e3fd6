"""The words that a schema is written in: what a value must be to pass the API server."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from propolis.model.span import Path


class Refusal(msgspec.Struct, frozen=True):
    """One reason why the API server refuses an object. *path* leads from the object to the place.

    *code* is one of wrong-type, missing-field, bad-format, unknown-value, out-of-range, too-few, too-many,
    too-long, too-short, duplicate-item, one-of, any-of, not-allowed, unknown-version, empty-policy.
    """

    path: Path
    code: str
    message: str
    help: str = ""


class Format(msgspec.Struct, frozen=True):
    """A shape of text. *wanted* says it in words, with its article."""

    wanted: str
    accepts: Callable[[str], bool]


class Text(msgspec.Struct, frozen=True):
    """A string. Units: *shortest* and *longest* in code points."""

    format: Format | None = None
    choices: tuple[str, ...] = ()
    shortest: int = 0
    longest: int | None = None


class Number(msgspec.Struct, frozen=True):
    """An integer from *least* to *most*, both inclusive."""

    least: int | None = None
    most: int | None = None


class Flag(msgspec.Struct, frozen=True):
    """True or false."""


class NumberOrText(msgspec.Struct, frozen=True):
    """An integer, or a string in *format*."""

    format: Format | None = None
    least: int | None = None
    most: int | None = None


class ListOf(msgspec.Struct, frozen=True):
    item: "Node"
    least: int = 0
    most: int | None = None
    unique: bool = False


class MapOf(msgspec.Struct, frozen=True):
    """An object whose keys the author chooses."""

    value: "Node"
    key: Format | None = None


class Fields(msgspec.Struct, frozen=True):
    """An object with named fields.

    *one_of*: exactly one of them is present; *any_of*: at least one. *defaults*: what an absent field
    becomes. *rule*: what no other word here can say; asked when every field has the right type.
    *open*: fields that are not named are dropped without a word.
    """

    fields: Mapping[str, "Node"]
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    defaults: Mapping[str, str] = {}
    rule: Callable[[Mapping[str, Any]], Iterator[Refusal]] | None = None
    open: bool = False


class Anything(msgspec.Struct, frozen=True):
    """A value that nobody here looks at."""


Node = Text | Number | Flag | NumberOrText | ListOf | MapOf | Fields | Anything
