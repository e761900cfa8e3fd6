"""Paths of HTTP rules that name a gRPC service."""

import re

import msgspec

from propolis.requests.grpc import IDENTIFIER

_DOT = r"(?:\\?\.|\[\.\])"
_SERVICE = re.compile(rf"\^?/(?P<service>(?:{IDENTIFIER}{_DOT})+[A-Z][A-Za-z0-9_]*)(?P<rest>/.*|\.[*+]\$?)")
"""A package, and a service that begins with a capital: hardly anything else looks like it."""


class Service(msgspec.Struct, frozen=True):
    """*written*: as the expression has the service; *name*: its plain name; *rest*: what stands behind it."""

    written: str
    name: str
    rest: str


def service(path: str) -> Service | None:
    """The gRPC service that the expression *path* begins with, or None."""
    found = _SERVICE.fullmatch(path)
    if found is None:
        return None
    written = found["service"]
    return Service(written, written.replace("\\.", ".").replace("[.]", "."), found["rest"])
