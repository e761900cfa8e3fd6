"""The lines of the language: each function reads one line into what it says, or into the fault in it.

The grammar is written out in docs/profile.md. The expressions here are those of the JSON Schema; a line
that one of them refuses is looked at once more, only to say what is wrong with it.
"""

import re

import msgspec

from propolis.model.flow import SCTP, TCP, UDP
from propolis.model.profile import Grant, HeaderNeed, PortSpan, RequestNeed
from propolis.model.span import Path
from propolis.profile.fault import SYNTAX, Fault
from propolis.profile.globs import GLOB, OPEN_QUERY, is_glob, literal, regex, with_any_query
from propolis.requests import grpc

_NUMBER = r"(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_PORT = rf"{_NUMBER}(?:-{_NUMBER})?(?:/(?:tcp|udp|sctp))?"
PORTS = rf"{_PORT}(?: *, *{_PORT})*"
METHODS = r"(?:\*|[A-Z][A-Z-]*(?:,[A-Z][A-Z-]*)*)"
HEADER = r"\[[A-Za-z0-9_-]+(?:=[!-\\^-~](?:[ -\\^-~]*[!-\\^-~])?)?\]"
HTTP = rf"{METHODS} +{GLOB}(?: +{HEADER})*"
CALL = rf"{grpc.SERVICE}/(?:\*|{grpc.IDENTIFIER})"
GRPC = rf"{CALL}(?: +{HEADER})*"
REQUEST = rf"{HTTP}|{GRPC}"
CONTENT_TYPE = r"application/grpc(?:\+[a-z0-9.-]+)?"
DEFINING_FILE = r"(?![/\\])[^\x00-\x1f\x7f\\]+\.(?:proto|binpb|desc|pb|protoset)"
_IDENTIFIER = r"[a-z_][a-z0-9_]*"
_TABLE = rf"{_IDENTIFIER}(?:\.{_IDENTIFIER})?"
GRANT = (
    rf"(?:SELECT|INSERT|UPDATE|DELETE)(?: \({_IDENTIFIER}(?:, {_IDENTIFIER})*\))? ON {_TABLE}(?:, {_TABLE})*"
)

_PORT_PARTS = re.compile(r"([0-9]+)(?:-([0-9]+))?(?:/([a-z]+))?")
_HTTP_PARTS = re.compile(r"(\S+) +(\S+)((?: +\[[^\]]*\])*)")
_HEADER_PARTS = re.compile(r"\[([^=\]]+)(?:=([^\]]*))?\]")
_GRANT_PARTS = re.compile(r"([A-Z]+)(?: \(([^)]*)\))? ON (.+)")
_PROTOCOLS = {"tcp": TCP, "udp": UDP, "sctp": SCTP}
_HIGHEST_PORT = 65535


def ports(text: str) -> tuple[PortSpan, ...] | Fault:
    """Ports as in `80,443`, `8000-8010`, `53/udp`; a port without protocol is TCP.

    Shape:   one span for each item, sorted, without repetition.
    """
    spans = set()
    offset = 0
    for item in text.split(","):
        word = item.strip()
        start = offset + item.index(word)
        span = _port(word)
        if isinstance(span, Fault):
            return msgspec.structs.replace(span, start=start, end=start + len(word))
        spans.add(span)
        offset += len(item) + 1
    return tuple(sorted(spans)) if re.fullmatch(PORTS, text) else misplaced_space(text)


def misplaced_space(text: str) -> Fault:
    """The fault of a text that is right but for its spaces."""
    return Fault(
        SYNTAX, f"a space stands in `{text}` where none belongs", "spaces stand around `->` and after commas"
    )


def _port(word: str) -> PortSpan | Fault:
    if not re.fullmatch(_PORT, word):
        return Fault(SYNTAX, f"`{word}` is no port", _port_help(word))
    parts = _PORT_PARTS.fullmatch(word)
    assert parts is not None
    first, last = int(parts[1]), int(parts[2] or parts[1])
    if last < first:
        return Fault("profile-port-order", f"`{word}` ends before it begins", f"write `{last}-{first}`")
    return PortSpan(first, last, _PROTOCOLS[parts[3] or "tcp"])


def _port_help(word: str) -> str:
    if re.fullmatch(rf"{_NUMBER}(?:-{_NUMBER})?/\w+", word):
        return "the protocols are `tcp`, `udp` and `sctp`, in lower case"
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", word):
        return "a named port means something else in each pod: write its number"
    return f"a port is a number from 1 to {_HIGHEST_PORT} without leading zero, as in `443` or `53/udp`"


def http_request(line: str, where: Path) -> RequestNeed | Fault:
    """An HTTP line as in `POST /api/orders [X-API-KEY] [X-Env=prod]`: method AND path AND every header."""
    parts = _HTTP_PARTS.fullmatch(line)
    if parts is None:
        return Fault(SYNTAX, f"`{line}` is no request line", _HTTP_HELP)
    fault = _method_fault(parts[1], line) or _glob_fault(parts[2], line)
    if fault is not None:
        return fault
    if not re.fullmatch(HTTP, line):
        start = parts.start(3)
        return Fault(SYNTAX, "a header in this line cannot be read", _HEADER_HELP, start, len(line))
    headers = tuple(HeaderNeed(name, value or None) for name, value in _HEADER_PARTS.findall(parts[3]))
    twice = _named_twice(headers)
    if twice:
        return Fault("profile-header-twice", f"the header `{twice}` is named twice in one line", _HEADER_HELP)
    methods = () if parts[1] == "*" else tuple(sorted(set(parts[1].split(","))))
    return RequestNeed(line, methods, regex(parts[2]), headers, where)


_HTTP_HELP = "write a method, a space and a path, as in `GET /healthz` or `POST /api/orders [X-API-KEY]`"
_HEADER_HELP = "write `[X-API-KEY]` for a header that must be there, `[X-Env=prod]` for one that must equal"


def _method_fault(word: str, line: str) -> Fault | None:
    if re.fullmatch(METHODS, word):
        return None
    help_ = f"methods are compared as written: `{word.upper()}`" if word.upper() != word else _HTTP_HELP
    return Fault(SYNTAX, f"`{word}` is no method", help_, 0, line.index(word) + len(word))


def _glob_fault(word: str, line: str) -> Fault | None:
    if is_glob(word):
        return None
    start = line.index(word, line.index(" "))
    return Fault(SYNTAX, f"`{word}` is no path", _glob_help(word), start, start + len(word))


def _glob_help(word: str) -> str:
    if not word.startswith("/"):
        return f"a path begins with a slash: `/{word}`"
    if "?" in word.removesuffix("?*"):
        return "a path ends before its query string; end it with `?*` to let any query string follow"
    if "**" in word:
        return "`**` stands for whole segments, between two slashes or at the end: `/api/**`"
    return "a path holds the characters of a URL's path; `*` stays within one segment, `**` spans segments"


def _named_twice(headers: tuple[HeaderNeed, ...]) -> str:
    seen: set[str] = set()
    for header in headers:
        if header.name.lower() in seen:
            return header.name
        seen.add(header.name.lower())
    return ""


def forbidden_request(line: str, where: Path) -> RequestNeed | Fault:
    """An HTTP line of a `never` claim: the same for any query string, as a ban must not end at a `?`."""
    request = http_request(line, where)
    if isinstance(request, Fault):
        return request
    return msgspec.structs.replace(request, path=regex(with_any_query(line.split()[1])))


def grpc_request(line: str, where: Path) -> RequestNeed | Fault:
    """A gRPC line as in `shop.Inventory/Get [x-tenant=a]`, or `shop.Inventory/*`: a POST to that path.

    Source: semantics §5.6, §7.
    """
    if not re.fullmatch(GRPC, line):
        help_ = "write the service with its package, a slash and the method: `shop.Inventory/Get`"
        return Fault(SYNTAX, f"`{line}` is no gRPC method", help_)
    call, _, rest = line.partition(" ")
    headers = tuple(HeaderNeed(name, value or None) for name, value in _HEADER_PARTS.findall(rest))
    twice = _named_twice(headers)
    if twice:
        return Fault("profile-header-twice", f"the header `{twice}` is named twice in one line", _HEADER_HELP)
    service, _, method = call.partition("/")
    path = f"/{literal(service)}/" + (grpc.IDENTIFIER if method == "*" else literal(method))
    return RequestNeed(line, ("POST",), path, headers, where, call)


def request_line(line: str, where: Path) -> RequestNeed | Fault:
    """A line that is either: HTTP begins with a method and a space, gRPC with a service."""
    return grpc_request(line, where) if re.fullmatch(GRPC, line) else http_request(line, where)


def forbidden_line(line: str, where: Path) -> RequestNeed | Fault:
    """As `request_line`, with any query string."""
    return forbidden_call(line, where) if re.fullmatch(GRPC, line) else forbidden_request(line, where)


def call_name(line: str) -> str | Fault:
    """The name of a gRPC method alone, or `shop.Inventory/*`."""
    found = grpc_request(line, ())
    if isinstance(found, RequestNeed) and found.headers:
        return Fault(
            SYNTAX, "metadata has no place here", "name the method alone", len(found.call), len(line)
        )
    return line if isinstance(found, RequestNeed) else found


def defining_file(line: str) -> str | Fault:
    """The path of a file that defines services, from the profile's folder."""
    if re.fullmatch(DEFINING_FILE, line):
        return line
    if line.startswith("/"):
        help_ = "write the path from the profile's folder, as in `protos/inventory.proto`"
        return Fault(SYNTAX, f"`{line}` is an absolute path", help_)
    help_ = "name a `.proto` file, or a descriptor set: `.binpb`, `.desc`, `.pb` or `.protoset`"
    return Fault(SYNTAX, f"`{line}` is no file that defines services", help_)


def forbidden_call(line: str, where: Path) -> RequestNeed | Fault:
    """A gRPC line of a `never` claim: the same for any query string, as a ban must not end at a `?`."""
    request = grpc_request(line, where)
    if isinstance(request, Fault):
        return request
    return msgspec.structs.replace(request, path=request.path + OPEN_QUERY)


def grant(line: str, where: Path) -> Grant | Fault:
    """A PostgreSQL line as in `SELECT ON orders, items` or `UPDATE (status) ON shop.orders`."""
    parts = _GRANT_PARTS.fullmatch(line)
    if parts is None or not re.fullmatch(GRANT, line):
        help_ = "write `SELECT ON orders, items` or `UPDATE (status) ON orders`, names in lower case"
        return Fault(SYNTAX, f"`{line}` is no statement that can be granted", help_)
    privilege, columns, tables = parts.groups()
    if columns and privilege == "DELETE":
        return Fault("profile-delete-columns", "`DELETE` takes no columns", "PostgreSQL deletes whole rows")
    return Grant(privilege, tuple(columns.split(", ")) if columns else (), tuple(tables.split(", ")), where)
