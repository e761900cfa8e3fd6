"""Questions about flows as people write them: `shop/web -> shop/api:8080 GET /orders [X-Key=1]`."""

import re

import msgspec

from propolis.model.flow import ICMP, ICMPV6, TCP, UDP, WITH_PORTS, DnsQuery, HttpRequest, Request, TlsHello
from propolis.model.span import Problem, Span
from propolis.requests import grpc

ARROW = "->"
METHOD = re.compile(r"[A-Z][A-Z-]*")
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
NAME = re.compile(r"[^\s()]+/\([^()]*\)|[^\s()]+")
"""A name without spaces, or one that reports give to a pod that could exist: `shop/(new pod)`."""
TARGET = re.compile(r"\s*(?P<name>[^\s()]+/\([^()]*\)|[^\s()]+?)(?::(?P<port>[^\s:]*))?(?=\s|$)")
INLINE_HEADER = re.compile(r"\[([^\[\]=]*)(?:=([^\[\]]*))?\]")
ICMP_NAMES = {"icmp": ICMP, "icmpv6": ICMPV6}
WORDS = {"DNS": "dns", "SNI": "tls"}
CALL = "gRPC"
FORM = "write `source -> destination:port[/protocol] [METHOD /path [Header=value]]`"
CALL_FORM = "write the service with its package, a slash and the method: `gRPC shop.Inventory/Get`"


class Question(msgspec.Struct, frozen=True):
    """A flow with its ends still as names; *port* is the ICMP type for ICMP.

    *source_span* and *destination_span* are the places of the two names in the question's text.
    """

    text: str
    source: str
    destination: str
    protocol: str
    port: int
    request: Request | None
    source_span: Span
    destination_span: Span


class _MistakeError(Exception):
    """What is wrong, and at which words of the question."""

    def __init__(self, message: str, wrong: str, help_: str = FORM) -> None:
        super().__init__(message)
        self.message = message
        self.wrong = wrong
        self.help = help_


def question(text: str, file: str, headers: tuple[tuple[str, str], ...] = ()) -> Question | Problem:
    """What *text* asks; *file* names it in spans, *headers* are added to an HTTP request or a gRPC call.

    Shape:   protocol defaults to TCP, to UDP for a `DNS` question; header names come out in lower case.
    Errors:  a Problem that points at the wrong word.
    """
    try:
        return _question(text, file, headers)
    except _MistakeError as mistake:
        return Problem("question", mistake.message, span_of(mistake.wrong, text, file), mistake.help)


def header(text: str) -> tuple[str, str] | None:
    """The (lower-case name, value) of a header written as `Name: value` or `Name=value`."""
    found = re.match(r"([^:=\s]+)\s*[:=]\s*(.*)", text)
    if not found or not HEADER_NAME.fullmatch(found[1]):
        return None
    return found[1].lower(), found[2].strip()


def with_call(text: str, method: str | None) -> str:
    """The question *text*, about the gRPC call of *method* where it names no request itself."""
    right = text.partition(ARROW)[2]
    target = TARGET.match(right)
    names_none = target is not None and not right[target.end() :].strip()
    return f"{text} {CALL} {method}" if method and names_none else text


def span_of(word: str, text: str, file: str) -> Span:
    """Where *word* stands in the one-line *text*; all of it when it is not there."""
    start = text.find(word) if word else -1
    start, end = (start, start + len(word)) if start >= 0 else (0, len(text))
    return Span(file, 1, start + 1, 1, end + 1, start, end)


def _question(text: str, file: str, headers: tuple[tuple[str, str], ...]) -> Question:
    left, arrow, right = text.partition(ARROW)
    if not arrow or ARROW in right:
        raise _MistakeError(f"a question has one `{ARROW}`", ARROW if arrow else text)
    source = left.strip()
    if not NAME.fullmatch(source):
        raise _MistakeError("a question starts with one name before the arrow", source)
    target = TARGET.match(right)
    if not target:
        raise _MistakeError("a question names a destination after the arrow", ARROW)
    protocol, port, rest = _port_and_rest(target, right)
    request = _request(rest, headers, text)
    if isinstance(request, DnsQuery) and not (target["port"] and "/" in target["port"]):
        protocol = UDP
    start = len(left) + len(ARROW) + target.start("name")
    end = start + len(target["name"])
    return Question(
        text=text,
        source=source,
        destination=target["name"].removeprefix("[").removesuffix("]"),
        protocol=protocol,
        port=port,
        request=request,
        source_span=span_of(source, text, file),
        destination_span=Span(file, 1, start + 1, 1, end + 1, start, end),
    )


def _port_and_rest(target: re.Match[str], right: str) -> tuple[str, int, str]:
    """Protocol, port or ICMP type, and the request's text."""
    rest = right[target.end() :].strip()
    if target["port"] is not None:
        return *_port(target["port"]), rest
    word, _, behind = rest.partition(" ")
    if word.partition("/")[0].lower() in ICMP_NAMES:
        return *_icmp(word), behind.strip()
    name = target["name"]
    raise _MistakeError(f"`{name}` lacks a port", name, "write e.g. `:8080`, `:53/udp` or ` icmp/8`")


def _icmp(word: str) -> tuple[str, int]:
    family, slash, number = word.partition("/")
    if not slash or not (number.isascii() and number.isdecimal()) or int(number) > 255:
        raise _MistakeError(f"`{word}` names no ICMP type", word, "write e.g. `icmp/8` or `icmpv6/128`")
    return ICMP_NAMES[family.lower()], int(number)


def _port(text: str) -> tuple[str, int]:
    number, slash, name = text.partition("/")
    protocol = name.upper() if slash else TCP
    if protocol not in WITH_PORTS:
        raise _MistakeError(
            f"`{name}` is no protocol with ports", text, "use tcp, udp or sctp, or ask for e.g. ` icmp/8`"
        )
    if not (number.isascii() and number.isdecimal()) or not 0 < int(number) < 65536:
        raise _MistakeError(f"`{number}` is no port number", text, "ports are numbers from 1 to 65535")
    return protocol, int(number)


def _request(text: str, headers: tuple[tuple[str, str], ...], whole: str) -> Request | None:
    word, _, rest = text.partition(" ")
    if word in WORDS:
        return _named(word, rest.strip(), headers)
    if not word:
        if headers:
            raise _MistakeError("headers need a request", whole, "add e.g. `GET /`")
        return None
    if word == CALL:
        return _call(rest.strip(), headers)
    if not METHOD.fullmatch(word):
        raise _MistakeError(
            f"`{word}` is no HTTP method, `DNS`, `SNI` or `gRPC`", word, "methods are upper case: `GET /path`"
        )
    path, inline = _inline_headers(rest.strip())
    if not path.startswith("/") or len(path.split()) > 1:
        raise _MistakeError("the request's path starts with `/` and holds no space", path or word)
    host = ",".join(value for name, value in (*headers, *inline) if name == "host")
    return HttpRequest(word, path, host, _joined((*headers, *inline)))


def _call(text: str, headers: tuple[tuple[str, str], ...]) -> HttpRequest:
    method, inline = _inline_headers(text)
    if not re.fullmatch(grpc.METHOD, method):
        raise _MistakeError(f"`{method}` is no full name of a gRPC method", method or CALL, CALL_FORM)
    host = ",".join(value for name, value in (*headers, *inline) if name == "host")
    return msgspec.structs.replace(grpc.call(method, _joined((*headers, *inline))), host=host)


def _named(word: str, name: str, headers: tuple[tuple[str, str], ...]) -> Request:
    if not name or len(name.split()) > 1:
        raise _MistakeError(
            f"`{word}` is followed by one name", name or word, f"write e.g. `{word} api.example.com`"
        )
    if headers:
        raise _MistakeError(f"a `{word}` question has no headers", word)
    plain = name.lower().removesuffix(".")
    return DnsQuery(plain) if word == "DNS" else TlsHello(plain)


def _inline_headers(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The path, and the headers in brackets behind it; a header without `=` is present with value `1`."""
    path, bracket, _ = text.partition(" [")
    if not bracket:
        return text, ()
    rest = text[len(path) :].strip()
    if INLINE_HEADER.sub("", rest).strip():
        raise _MistakeError("headers are written `[Name=value]`", rest)
    found = [(match[1].strip(), match[2]) for match in INLINE_HEADER.finditer(rest)]
    for name, _ in found:
        if not HEADER_NAME.fullmatch(name):
            raise _MistakeError(f"`{name}` is no header name", f"[{name}" if name else rest)
    return path, tuple((name.lower(), "1" if value is None else value.strip()) for name, value in found)


def _joined(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Headers by name, repeated ones joined by commas; `host` is a field of its own."""
    joined: dict[str, str] = {}
    for name, value in headers:
        if name != "host":
            joined[name] = f"{joined[name]},{value}" if name in joined else value
    return tuple(sorted(joined.items()))
