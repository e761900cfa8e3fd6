"""gRPC calls: an HTTP request that carries one, in gRPC's words, and back.

A call is a `POST` to `/package.Service/Method` whose content type is `application/grpc`, perhaps with the encoding of
its messages. Cilium sees the HTTP request and nothing else, so a call is no kind of its own: it is how one reads.
Source: semantics §5.6, §7; the gRPC protocol over HTTP/2.
"""

import re

import msgspec

from propolis import requests
from propolis.algebra.records import RecordSet, box
from propolis.algebra.regular import Language, literal, pattern
from propolis.model.flow import HttpRequest
from propolis.model.grpc import IDENTIFIER as IDENTIFIER
from propolis.model.grpc import METHOD as METHOD
from propolis.model.grpc import SERVICE as SERVICE
from propolis.requests import fields
from propolis.requests.kinds import http

CONTENT_TYPE = "content-type"
PLAIN = "application/grpc"
_CONTENT = r"application/grpc(?:[+;].*)?"
_OF_SERVICE = re.compile(rf"/(?:{IDENTIFIER}\.)+[A-Z][A-Za-z0-9_]*/{IDENTIFIER}")
"""A path that can hardly be anything but a call: a package, and a service that begins with a capital."""


def called(request: HttpRequest) -> str:
    """The full name of the method that *request* calls; "" when it is no gRPC call."""
    content = dict(request.headers).get(CONTENT_TYPE, "")
    is_call = request.method == "POST" and re.fullmatch(_CONTENT, content) is not None
    return request.path[1:] if is_call and re.fullmatch(METHOD, request.path[1:]) else ""


def call(method: str, headers: tuple[tuple[str, str], ...] = ()) -> HttpRequest:
    """The request that calls *method* with *headers* (lower-case name, value) as its metadata.

    Law:     `called(call(method)) == method` for every full name.
    """
    return HttpRequest(
        "POST", f"/{method}", "", tuple(sorted({CONTENT_TYPE: PLAIN, **dict(headers)}.items()))
    )


def metadata(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """The headers of a call that a reader has to be told: all but the content type that every call has."""
    return tuple(header for header in request.headers if header != (CONTENT_TYPE, PLAIN))


def as_call(request: HttpRequest, among: RecordSet) -> HttpRequest:
    """*request* as the gRPC call that it would be, if its path names a method and the call is *among* them too.

    The shortest member of a set has no header that it does not need, and a call without a content type is none.
    """
    if request.method != "POST" or not _OF_SERVICE.fullmatch(request.path):
        return request
    if CONTENT_TYPE in dict(request.headers):
        return request
    made = msgspec.structs.replace(request, headers=tuple(sorted((*request.headers, (CONTENT_TYPE, PLAIN)))))
    return made if requests.record(made) in among else request


def calls(paths: Language) -> RecordSet:
    """Every gRPC call whose path is one of *paths*."""
    return box(
        {
            fields.KIND: literal(http.NAME),
            fields.METHOD: literal("POST"),
            fields.PATH: paths,
            fields.header(CONTENT_TYPE): pattern(f"={_CONTENT}"),
        }
    )


def every_call() -> RecordSet:
    return calls(pattern(f"/{METHOD}"))


_POSTS = box({fields.KIND: literal(http.NAME), fields.METHOD: literal("POST")})


def told(among: RecordSet, most: int) -> tuple[str, ...]:
    """What the requests *among* call, as a reader takes it in; () when some call nothing.

    `shop.Inventory/Get`; `shop.Inventory/*` for every method of a service; `some of shop.Inventory/*` for several, when
    all together are more than *most*. () also when there are more than *most* services.
    """
    if not among or not _POSTS.includes(among):
        return ()
    paths = among.texts(fields.PATH)
    found: list[str] = []
    for _ in range(most):
        one = paths.witness()
        if one is None:
            break
        if not _OF_SERVICE.fullmatch(one):
            return ()
        service = one[1:].rpartition("/")[0]
        inside = paths & pattern(f"/{re.escape(service)}/[^/?]+")
        names = inside.literals(most) or ()
        if names and len(found) + len(names) <= most and all(map(_OF_SERVICE.fullmatch, names)):
            found += [name[1:] for name in names]
        else:
            whole = inside.includes(pattern(f"/{re.escape(service)}/{IDENTIFIER}"))
            found.append(f"{service}/*" if whole else f"some of {service}/*")
        paths -= inside
    return tuple(sorted(found)) if paths.witness() is None else ()
