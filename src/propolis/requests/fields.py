"""The fields of a request record, in the order in which a diagram asks them, with what each may legally hold.

Languages hold legal requests only, as the proxy sees them after normalisation: a path begins with `/`, has no
`//`, no dot segment, no escaped slash or zero byte, no fragment. So a witness is a request that a client can send.
"""

from functools import cache

from propolis.algebra.names import NAME
from propolis.algebra.records import ALL, Field, RecordSet, box
from propolis.algebra.regular import Language, literal, literals, pattern

OPAQUE = "opaque"
_KINDS = ("http", "dns", "tls", OPAQUE)
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PATH = r'/[!"$-\[\]-~]*'
_DOT_SEGMENT = r"[^?]*/(?:\.|%2[eE]){1,2}(?:/[^?]*)?(?:\?.*)?"
_NOT_NORMAL = r"[^?]*(?://|%2[fF]|%5[cC]|%00)[^?]*(?:\?.*)?"
_HOST = r"(?:[A-Za-z0-9._~%-]*|\[[0-9a-fA-F:.]+\])(?::[0-9]+)?"

KIND = Field(0, "kind", literals(_KINDS), _KINDS)
METHOD = Field(1, "method", pattern(_TOKEN), ("GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"))
HOST = Field(2, "host", pattern(_HOST), ("", "example.com"))
PATH = Field(4, "path", pattern(_PATH) - pattern(_NOT_NORMAL) - pattern(_DOT_SEGMENT), ("/", "/admin", "/x"))
DNS_NAME = Field(5, "name", pattern(f"(?:{NAME})?"), ("example.com", "www.example.org"))
SERVER_NAME = Field(6, "server name", pattern(NAME), ("example.com", "www.example.org"))

_ABSENT = ""
_PRESENT = "="


@cache
def header(name: str) -> Field:
    """The field of one header: `=value` when it is present, empty when it is absent."""
    return Field(3, f"header {name}", pattern(r"(?:=(?:[!-~](?:[ -~]*[!-~])?)?)?"), (_ABSENT, _PRESENT + "x"))


HEADER_PRESENT = pattern("(?s)=.*")


def header_is(value: str) -> Language:
    return literal(_PRESENT + value)


def header_text(value: str | None) -> str:
    """The field text of a header with *value*, or of an absent one."""
    return _ABSENT if value is None else _PRESENT + value


@cache
def of_kind(kind: str) -> RecordSet:
    """Every request of one kind."""
    return box({KIND: literal(kind)}) if kind in _KINDS else ALL
