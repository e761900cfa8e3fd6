"""A descriptor set, as `protoc --descriptor_set_out` or `buf build` writes it → the methods that it defines."""

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import DecodeError

from propolis.model.grpc import STREAMS, Method
from propolis.protos import Unread

LARGEST = 8 << 20
"""Bytes: some thousand services with all that they import."""


def methods(name: str, data: bytes) -> tuple[Method, ...] | Unread:
    """The methods of the services in *data*, those of imported files included if they are in the set."""
    if len(data) > LARGEST:
        return Unread(f"`{name}` is larger than {LARGEST >> 20} MiB", "leave the imports out of the set")
    found = FileDescriptorSet()
    try:
        found.ParseFromString(data)
    except DecodeError:
        return Unread(f"`{name}` is no descriptor set", "write one with `protoc --descriptor_set_out=FILE …`")
    if not found.file:
        return Unread(f"`{name}` holds no file", "write one with `protoc --descriptor_set_out=FILE …`")
    return tuple(
        sorted(
            Method(
                f"{file.package}.{service.name}" if file.package else service.name,
                method.name,
                STREAMS[method.client_streaming, method.server_streaming],
                name,
            )
            for file in found.file
            for service in file.service
            for method in service.method
        )
    )
