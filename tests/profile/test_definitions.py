"""A gRPC path is held against the files that define its services, at the line and column of the profile."""

import pytest
import yaml
from profiles import SOUND, said, sound, with_paths

from fakes.files import MemoryFiles
from propolis.commands.inputs import Input, input_of
from propolis.commands.ports import Sources
from propolis.manifest import Source
from propolis.model.exit import Exit
from propolis.model.grpc import Streams
from propolis.profile import rendering, text

INVENTORY = b"""\
syntax = "proto3";
package shop;
message M {}
service Inventory { rpc Get(M) returns (M); rpc Watch(M) returns (stream M); rpc Drop(M) returns (M); }
"""
ADMIN = b'syntax = "proto3"; message M {} service Admin { rpc Reset(M) returns (M); }'
FILES = {"inventory.proto": INVENTORY, "../admin.proto": ADMIN, "broken.proto": b"service {"}
PATH = "path: web -> api:9090, grpc: "


def given(*paths: str, before: str = SOUND) -> Input:
    source = Source("shop/profile.yaml", with_paths(*paths, before=before))
    return input_of(Sources((source,)), None, files=MemoryFiles(FILES))


def told(found: Input) -> list[str]:
    """`line:column severity code: words` for each problem."""
    lines = []
    for problem in found.problems:
        assert problem.span is not None
        words = found.texts["shop/profile.yaml"][problem.span.start : problem.span.end]
        at = f"{problem.span.line}:{problem.span.column}"
        lines.append(f"{at} {problem.severity} {problem.code}: {words}")
        assert problem.help
    return lines


def test_lines_that_name_methods_are_read_and_marked():
    found = given(
        f"{{{PATH}{{methods: [shop.Inventory/Get, shop.Inventory/Watch], proto: [inventory.proto], "
        "except: [shop.Inventory/Drop]}}"
    )
    assert told(found) == []
    assert found.profile is not None
    (path,) = found.profile.paths
    assert [(need.call, need.streams) for need in path.http or ()] == [
        ("shop.Inventory/Get", Streams.NONE),
        ("shop.Inventory/Watch", Streams.SERVER),
    ]
    written = "".join(text(policy) for policy in rendering(found.profile).policies)
    assert "# a stream: shop.Inventory/Watch (server streams)\n" in written
    assert "Get (" not in written


def test_a_line_that_names_no_method_is_an_error_at_its_column():
    methods = "shop.Inventory/Get, 'shop.Inventory/Gte [x]', Inventory/Get, shop.Admin/*"
    found = given(f"{{{PATH}{{methods: [{methods}], proto: [inventory.proto], except: [a.B/C]}}}}")
    assert found.profile is None
    assert found.exit is Exit.BAD_INPUT
    assert told(found) == [
        "14:65 error profile-unknown-method: shop.Inventory/Gte",
        "14:90 error profile-unknown-method: Inventory/Get",
        "14:105 error profile-unknown-method: shop.Admin/*",
        "14:155 error profile-unknown-method: a.B/C",
    ]
    assert found.problems[0].help == "did you mean `shop.Inventory/Get`?"
    assert found.problems[2].message == "no service `shop.Admin` is in `inventory.proto`"


def test_a_method_on_no_path_is_reported_once():
    two = "proto: [inventory.proto, ../admin.proto]"
    found = given(
        f"{{{PATH}{{methods: [shop.Inventory/Get], {two}}}}}",
        f"{{path: db -> api:9090, grpc: {{methods: [shop.Inventory/Watch], {two}, except: [Admin/*]}}}}",
    )
    assert told(found) == ["14:73 warning profile-unlisted-method: inventory.proto"]
    assert found.exit is Exit.KEPT
    assert "shop.Inventory/Drop" in found.problems[0].message


def test_a_whole_service_has_no_new_method():
    found = given(
        f"{{{PATH}{{methods: [shop.Inventory/*, Admin/Reset], proto: [inventory.proto, ../admin.proto]}}}}"
    )
    assert told(found) == []


def test_files_that_cannot_be_read_are_errors_where_they_are_named():
    found = given(f"{{{PATH}{{methods: [a.B/C], proto: [lost.proto, broken.proto]}}}}")
    assert told(found) == [
        "14:60 error profile-unread-file: lost.proto",
        "14:72 error profile-unread-file: broken.proto",
    ]
    assert found.problems[1].message == "`broken.proto` is no .proto file: a mistake at line 1, column 9"


def test_files_are_looked_for_beside_the_profile_and_only_when_asked_to():
    files = MemoryFiles(FILES)
    source = Source(
        "shop/profile.yaml", with_paths(f"{{{PATH}{{methods: [a.B/C], proto: [inventory.proto]}}}}")
    )
    assert input_of(Sources((source,)), None).profile is not None
    assert input_of(Sources((source,)), None, files=files).profile is None
    assert files.asked == [("inventory.proto", "shop/profile.yaml")]


def test_health_and_reflection_are_closed_unless_named():
    plain, also = (
        sound(with_paths(f"{{{PATH}{{methods: [a.B/C]{more}}}}}"))
        for more in ("", ", also: [health, reflection]")
    )
    assert [need.call for need in plain.paths[0].http or ()] == ["a.B/C"]
    assert [need.call for need in also.paths[0].http or ()][1:] == [
        "grpc.health.v1.Health/Check",
        "grpc.health.v1.Health/List",
        "grpc.health.v1.Health/Watch",
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    ]


def test_what_also_offers_needs_no_file():
    found = given(
        f"{{{PATH}{{methods: [Admin/Reset], proto: [../admin.proto], also: [health]}}}}",
    )
    assert told(found) == []


def test_content_types_are_rules_of_their_own_and_an_own_one_stays():
    detail = (
        "methods: ['a.B/C [x-tenant=t]', 'a.B/D [content-type=application/grpc+x]'], "
        "content-types: [application/grpc, application/grpc+proto]"
    )
    profile = sound(with_paths(f"{{{PATH}{{{detail}}}}}"))
    (policy,) = (p for p in rendering(profile).policies if p.file == "shop.api.yaml")
    (to_ports,) = policy.object["spec"]["ingress"][0]["toPorts"]
    assert to_ports["rules"]["http"] == [
        {
            "method": "POST",
            "path": r"/a\.B/C",
            "headers": ["x-tenant: t", f"content-type: application/grpc{end}"],
        }
        for end in ("", "+proto")
    ] + 2 * [{"method": "POST", "path": r"/a\.B/D", "headers": ["content-type: application/grpc+x"]}]
    assert yaml.safe_load(text(policy)) == policy.object


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ("{methods: [a.B/C], except: [a.B/D]}", "14:60 profile-grpc-except: [a.B/D]"),
        (
            "{methods: [a.B/C], proto: [x.pb], except: [a.B/C]}",
            "14:76 profile-grpc-except: a.B/C",
        ),
        ("{proto: [x.pb]}", "14:27 profile-structure: grpc"),
        ("{methods: []}", "14:43 profile-structure: []"),
        ("{methods: [a.B/C], also: [helth]}", "14:59 profile-structure: helth"),
        ("{methods: [a.B/C], proto: [/x.pb]}", "14:60 profile-syntax: /x.pb"),
        ("{methods: [a.B/C], content-types: [text/html]}", "14:68 profile-syntax: text/html"),
        ("a.B/C", "14:33 profile-structure: a.B/C"),
    ],
)
def test_what_cannot_be_meant(detail: str, expected: str):
    assert said(with_paths(f"{{{PATH}{detail}}}")) == [expected]
