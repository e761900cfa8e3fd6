"""The gRPC calls of a path: its lines, and what the files that define its services say of them."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from propolis.model.grpc import Method, Streams
from propolis.model.profile import DeclaredPath, Definitions, HeaderNeed, Profile, RequestNeed
from propolis.model.span import Path
from propolis.profile.fault import Fault, nearest
from propolis.profile.lines import grpc_request
from propolis.profile.structure import Located
from propolis.protos import Unread
from propolis.requests.grpc import CONTENT_TYPE

ALSO = {
    "health": tuple(f"grpc.health.v1.Health/{method}" for method in ("Check", "List", "Watch")),
    "reflection": tuple(
        f"grpc.reflection.{version}.ServerReflection/ServerReflectionInfo" for version in ("v1", "v1alpha")
    ),
}
"""What servers offer beside their own services, if they are told to."""

MethodsOf = Callable[[str], tuple[Method, ...] | Unread]
"""The methods that a file defines, by the name that the profile gives it."""


def calls(value: Any, where: Path) -> tuple[RequestNeed, ...]:
    """The calls that pass: *value* is a list of lines, or a mapping with `methods`, both built right."""
    if not isinstance(value, dict):
        return tuple(_needs(value, where))
    lines = [*_needs(value["methods"], (*where, "methods"))]
    for index, word in enumerate(value.get("also", ())):
        lines += [_need(line, (*where, "also", index)) for line in ALSO[word]]
    types = value.get("content-types", ())
    return tuple(_typed(need, text) for need in lines for text in types) if types else tuple(lines)


def _needs(lines: list[str], where: Path) -> Iterator[RequestNeed]:
    return (_need(line, (*where, index)) for index, line in enumerate(lines))


def _need(line: str, where: Path) -> RequestNeed:
    need = grpc_request(line, where)
    assert not isinstance(need, Fault), "structure.faults has read every line"
    return need


def _typed(need: RequestNeed, content: str) -> RequestNeed:
    if any(header.name.lower() == CONTENT_TYPE for header in need.headers):
        return need
    return msgspec.structs.replace(need, headers=(*need.headers, HeaderNeed(CONTENT_TYPE, content)))


# --- what the files say ---


class Defined(msgspec.Struct, frozen=True):
    """*profile* with what the files say in it; *faults* make it void, *remarks* do not."""

    profile: Profile
    faults: tuple[Located, ...]
    remarks: tuple[Located, ...]


def defined(profile: Profile, methods_of: MethodsOf) -> Defined:
    """*profile* held against the files that define its services.

    A line that names no method there is a fault; a method there that no path of the profile lists or excepts is a
    remark, since it stays closed.
    """
    faults: list[Located] = []
    paths: list[DeclaredPath] = []
    for path in profile.paths:
        found = path.definitions
        if found is None:
            paths.append(path)
            continue
        known: list[Method] = []
        for index, file in enumerate(found.files):
            read = methods_of(file)
            if isinstance(read, Unread):
                where = (*found.where, "proto", index)
                faults.append(Located(Fault("profile-unread-file", read.message, read.help), where))
            else:
                known += read
        methods = tuple(known)
        faults += _unknown(path, methods) if not faults else ()
        marked = tuple(_marked(need, methods) for need in path.http or ())
        told = msgspec.structs.replace(found, methods=methods)
        paths.append(msgspec.structs.replace(path, http=marked or None, definitions=told))
    whole = msgspec.structs.replace(profile, paths=tuple(paths))
    once = tuple(dict.fromkeys(faults))
    return Defined(whole, once, () if once else tuple(_unlisted(whole)))


def _unknown(path: DeclaredPath, methods: tuple[Method, ...]) -> Iterator[Located]:
    assert path.definitions is not None
    names = {name for method in methods for name in _names(method)}
    files = ", ".join(f"`{file}`" for file in path.definitions.files)
    written = [(need.call, need.where, need.text) for need in path.http or () if need.call]
    excepted = path.definitions.excepted
    written += [(call, (*path.definitions.where, "except", i), call) for i, call in enumerate(excepted)]
    for call, where, text in written:
        if call not in names and "also" not in where:
            message = f"no service in {files} has a method `{call}`"
            if call.endswith("/*"):
                message = f"no service `{call.removesuffix('/*')}` is in {files}"
            start = text.index(call)
            fault = Fault("profile-unknown-method", message, nearest(call, names), start, start + len(call))
            yield Located(fault, where)


def _names(method: Method) -> tuple[str, str]:
    """How a line may name *method*."""
    return method.full_name, f"{method.service}/*"


def _marked(need: RequestNeed, methods: tuple[Method, ...]) -> RequestNeed:
    """*need* with the streams of the method that it names."""
    streams = next((method.streams for method in methods if method.full_name == need.call), Streams.NONE)
    return msgspec.structs.replace(need, streams=streams)


def _unlisted(profile: Profile) -> Iterator[Located]:
    told = {need.call for path in profile.paths for need in path.http or ()}
    told |= {call for path in profile.paths if path.definitions for call in path.definitions.excepted}
    for path in profile.paths:
        for method in _methods(path.definitions):
            if told.isdisjoint(_names(method)):
                told.add(method.full_name)
                assert path.definitions is not None
                where = (*path.definitions.where, "proto", path.definitions.files.index(method.file))
                message = f"`{method.full_name}` is defined here and on no path: it stays closed"
                help_ = "list it under `methods` of a path, or under `except` if it is to stay closed"
                yield Located(Fault("profile-unlisted-method", message, help_), where)


def _methods(definitions: Definitions | None) -> tuple[Method, ...]:
    return definitions.methods or () if definitions else ()
