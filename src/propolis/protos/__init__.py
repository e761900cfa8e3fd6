"""Files that define gRPC services: `.proto` text, or the descriptor set that a compiler made of it.

Only services and their methods are read: what a message holds changes nothing for a policy. So no import is followed.
"""

import re

import msgspec

from propolis.model.grpc import METHOD, Method

SOURCE = ".proto"
DESCRIPTOR_SETS = (".binpb", ".desc", ".pb", ".protoset")
EXTRA = "propolis[grpc]"


class Unread(msgspec.Struct, frozen=True):
    """Why a file could not be read, and what helps."""

    message: str
    help: str


def methods(name: str, data: bytes) -> tuple[Method, ...] | Unread:
    """Every method that the file *name* with the content *data* defines, by service and name.

    Errors:  an `Unread` for what is no such file, for more than the limits, and where the libraries are missing.
    """
    try:
        if name.endswith(SOURCE):
            from propolis.protos import source as reader
        else:
            from propolis.protos import descriptors as reader  # type: ignore[no-redef]
    except ModuleNotFoundError as missing:
        return Unread(f"`{name}` cannot be read without the module `{missing.name}`", f"install `{EXTRA}`")
    found = reader.methods(name, data)
    if isinstance(found, Unread) or all(map(_is_named, found)):
        return found
    return Unread(f"`{name}` holds a method whose name is none", "make it anew with `protoc`")


def _is_named(method: Method) -> bool:
    """Names may be anything in a descriptor set that no compiler made, even bytes that are no text."""
    names = (method.service, method.name)
    return all(isinstance(name, str) for name in names) and re.fullmatch(METHOD, method.full_name) is not None
