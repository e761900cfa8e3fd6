"""What is read from .proto text and from descriptor sets is what protoc reads, and nothing hostile breaks it."""

import builtins
import tempfile
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc
from hypothesis import given, settings
from hypothesis import strategies as st

from propolis import protos
from propolis.model.grpc import Method, Streams
from propolis.protos import Unread, methods
from propolis.protos.source import LARGEST

SHOP = """\
syntax = "proto3";
package shop.v1; // the shop
import "google/protobuf/empty.proto";
/* service Hidden { rpc Never(A) returns (A); } */
service Inventory {
  option deprecated = true;
  rpc Get (Item) returns (Item);
  rpc Watch (Item) returns (stream .shop.v1.Item) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc Fill (stream Item) returns (google.protobuf.Empty) {}
  rpc Sync (stream Item) returns (stream Item);
}
message Item { string service = 1; string rpc = 2; }
service Audit { rpc rpc (Item) returns (Item); }
"""
OF_SHOP = (
    Method("shop.v1.Audit", "rpc", Streams.NONE, "shop.proto"),
    Method("shop.v1.Inventory", "Fill", Streams.CLIENT, "shop.proto"),
    Method("shop.v1.Inventory", "Get", Streams.NONE, "shop.proto"),
    Method("shop.v1.Inventory", "Sync", Streams.BOTH, "shop.proto"),
    Method("shop.v1.Inventory", "Watch", Streams.SERVER, "shop.proto"),
)
_NAMES = st.sampled_from(
    ["Get", "rpc", "stream", "service", "message", "returns", "package", "_x", "A1", "option"]
)
_RPC = st.tuples(
    _NAMES, st.booleans(), st.booleans(), st.sampled_from([";", "{}", "{ option deprecated = true; }"])
)


@st.composite
def _texts(draw: st.DrawFn) -> str:
    """.proto files whose names are the words of the language, with comments and every shape of a method."""
    package = draw(st.sampled_from(["", "package p;", "package a.b.c;", "package service.rpc;"]))
    lines = [
        draw(st.sampled_from(['syntax = "proto3";', 'syntax = "proto2";', 'edition = "2023";'])),
        package,
    ]
    lines.append("message M {}")
    for service in draw(
        st.lists(st.sampled_from(["S", "T", "service", "rpc", "U"]), unique=True, max_size=3)
    ):
        lines.append(draw(st.sampled_from(["", "// service X { }", "/* rpc Y(M) returns (M); */", ";"])))
        lines.append(f"service {service} {{")
        for name, client, server, end in draw(st.lists(_RPC, unique_by=lambda rpc: rpc[0], max_size=4)):
            asked, told = ("stream " * client + "M", "stream " * server + "M")
            lines.append(
                f"rpc {name}({asked})" + draw(st.sampled_from([" ", "\n//\n"])) + f"returns ({told}){end}"
            )
        lines.append("}")
    return "\n".join(lines)


def compiled(text: str) -> bytes:
    """The descriptor set that protoc makes of *text*."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "shop.proto").write_text(text)
        out = Path(folder) / "set.binpb"
        included = Path(protoc.__file__).parent / "_proto"
        words = ["protoc", f"-I{folder}", f"-I{included}", f"--descriptor_set_out={out}", "shop.proto"]
        assert protoc.main(words) == 0, text
        return out.read_bytes()


def named(found: tuple[Method, ...] | Unread) -> list[tuple[str, Streams]]:
    assert not isinstance(found, Unread), found
    return [(method.full_name, method.streams) for method in found]


def refused(name: str, data: bytes) -> str:
    found = methods(name, data)
    assert isinstance(found, Unread), found
    assert found.help
    return found.message


def test_every_shape_of_a_method_is_read():
    assert methods("shop.proto", SHOP.encode()) == OF_SHOP
    assert named(methods("set.binpb", compiled(SHOP))) == named(OF_SHOP)


@given(_texts())
@settings(derandomize=True, max_examples=300, deadline=None)
def test_text_means_what_protoc_makes_of_it(text: str):
    assert named(methods("a.proto", text.encode())) == named(methods("a.binpb", compiled(text)))


def test_mistakes_are_told_with_their_place(capfd: pytest.CaptureFixture[str]):
    told = refused("a.proto", b"syntax = 'proto3';\nservice S { rpc Get(A) }")
    assert told.endswith("a mistake at line 2, column 24")
    assert refused("a.proto", b"\xff").endswith("is not UTF-8 text")
    assert refused("a.proto", b"service S { ").endswith("a mistake at line 1, column 13")
    assert refused("a.proto", b"\x00")
    assert refused("a.proto", b"message A {" * 600 + b"}" * 600).endswith("is nested too deep")
    assert refused("a.proto", b" " * (LARGEST + 1)).endswith("is larger than 128 KiB")
    assert refused("a.binpb", b"\xff\xff\xff")
    assert refused("a.binpb", b"") == "`a.binpb` holds no file"
    assert capfd.readouterr() == ("", ""), "the library says nothing by itself"


@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
@settings(derandomize=True, max_examples=150, deadline=None)
def test_no_content_breaks_a_reader(data: bytes):
    for name in ("a.proto", "a.binpb"):
        found = methods(name, data)
        assert isinstance(found, Unread) or all(method.file == name for method in found)


def test_every_cut_of_a_set_is_refused_or_read():
    whole = compiled(SHOP)
    for end in range(0, len(whole), 7):
        assert isinstance(methods("a.pb", whole[:end]), Unread | tuple)
    twice = FileDescriptorSet.FromString(whole + whole)
    assert len(twice.file) == 2


@pytest.mark.parametrize("name", [b"\xff", b"Get\x1b[31m", b"", b"Get Set"])
def test_a_set_that_no_compiler_made_may_name_no_method(name: bytes):
    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    service = field(1, b"S") + field(2, field(1, name))
    data = field(1, field(1, b"a.proto") + field(6, service))
    assert refused("a.binpb", data) == "`a.binpb` holds a method whose name is none"


def test_without_the_libraries_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    """The import is what fails where the extra is not installed."""
    real = builtins.__import__

    def missing(name: str, *rest: object) -> object:
        if name == "propolis.protos" and rest[2] and set(rest[2]) & {"source", "descriptors"}:
            raise ModuleNotFoundError(name="antlr4")
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", missing)
    for name in ("a.proto", "a.binpb"):
        found = methods(name, b"")
        assert found == Unread(
            f"`{name}` cannot be read without the module `antlr4`", f"install `{protos.EXTRA}`"
        )
