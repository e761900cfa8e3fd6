"""Each line of the language reads as docs/profile.md says, and a wrong one is refused at the wrong word."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propolis.model.labels import K8S, NAMESPACE_LABELS, Operator, Requirement, equals
from propolis.model.profile import (
    CidrEnd,
    EntityEnd,
    HeaderNeed,
    NameEnd,
    Of,
    PodsEnd,
    PortSpan,
    WorkloadEnd,
)
from propolis.model.settings import SUPPORTED, Version
from propolis.profile import claims, ends, lines, names
from propolis.profile.claims import each
from propolis.profile.ends import PathLine, claim_line, network, path_line, pods
from propolis.profile.fault import Fault
from propolis.profile.lines import (
    call_name,
    defining_file,
    forbidden_call,
    forbidden_request,
    grant,
    grpc_request,
    http_request,
    ports,
)

HTTPS = PortSpan(443, 443, "TCP")
B_OR_C = (
    Requirement(K8S, "app", Operator.IN, ("b", "c")),
    Requirement(K8S, "x", Operator.DOES_NOT_EXIST),
)


def _fault(found: object, line: str) -> str:
    assert isinstance(found, Fault), found
    return line[found.start : found.end] if found.end else line


def test_ports() -> None:
    assert ports("443") == (HTTPS,)
    assert ports("8000-8010, 53/udp,53/tcp,443,443") == (
        PortSpan(53, 53, "TCP"),
        PortSpan(53, 53, "UDP"),
        HTTPS,
        PortSpan(8000, 8010, "TCP"),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [("080", "080"), ("80,http", "http"), ("0", "0"), ("65536", "65536"), ("80,,81", ""), ("9-3", "9-3"),
     ("53/UDP", "53/UDP"), ("53/icmp", "53/icmp"), ("1-70000", "1-70000"), ("-1", "-1"), ("8 0", "8 0")],
)  # fmt: skip
def test_wrong_ports(text: str, words: str) -> None:
    assert _fault(ports(text), text) == words


@given(st.integers(min_value=-5, max_value=70000))
@settings(derandomize=True)
def test_a_number_is_a_port_exactly_in_range(number: int) -> None:
    assert (ports(str(number)) == (PortSpan(number, number, "TCP"),)) == (1 <= number <= 65535)


def test_path_lines() -> None:
    assert path_line("a -> b:443") == PathLine((WorkloadEnd("a"),), (WorkloadEnd("b"),), (HTTPS,))
    assert path_line("a, world  ->  10.0.0.0/8,  *.x.io, fd00::/8:443") == PathLine(
        (WorkloadEnd("a"), EntityEnd("world")),
        (CidrEnd("10.0.0.0/8"), NameEnd("*.x.io", ("*.x.io",)), CidrEnd("fd00::/8")),
        (HTTPS,),
    )
    assert claim_line("*/* -> shop/*") == PathLine((PodsEnd(None),), (PodsEnd("shop"),), ())
    assert claim_line("{team=a}/* -> */{app=b|c,!x}, a") == PathLine(
        (PodsEnd(None, home=(equals(K8S, f"{NAMESPACE_LABELS}team", "a"),)),),
        (PodsEnd(None, labels=B_OR_C), WorkloadEnd("a")),
        (),
    )
    assert claim_line("$each/{tier} -> $other/*") == PathLine(
        (PodsEnd(None, (Requirement(K8S, "tier", Operator.EXISTS),), of=Of.EACH),),
        (PodsEnd(None, of=Of.OTHER),),
        (),
    )
    assert claim_line("a -> fd00::/8") == PathLine((WorkloadEnd("a"),), (CidrEnd("fd00::/8"),), ())
    assert claim_line("a -> b:443") == path_line("a -> b:443")


@pytest.mark.parametrize(
    ("line", "words"),
    [(" a -> b:80", " a -> b:80"), ("a -> b :80", "a -> b :80"), ("a -> b: 80", "a -> b: 80"),
     ("a->b:80", "a->b:80"), ("a -> b", "a -> b"), ("a -> fd00::/8", "a -> fd00::/8"), ("a", "a"),
     ("a -> 1.2.3.4:80", "1.2.3.4"), ("a -> 10.0.0.1/8:80", "10.0.0.1/8"), ("a -> 10.0.0.0/33:80", "10.0.0.0/33"),
     ("x.com -> a:80", "x.com"), ("a -> B:80", "B"), ("a -> shop/*:80", "shop/*"), ("a -> b, b:80", "b"),
     ("a -> b:http", "http"), ("a, -> b:80", ""), ("a -> *.*.x.io:80", "*.*.x.io"), ("a -> *x.io:80", "*x.io"),
     ("a -> b*.x.io:80", "b*.x.io"), ("a -> b c:80", "b c"), ("1a -> b:80", "1a")],
)  # fmt: skip
def test_wrong_path_lines(line: str, words: str) -> None:
    assert _fault(path_line(line), line) == words


def test_request_lines() -> None:
    found = http_request("HEAD,GET /a/* [X-API-KEY] [X-Env=prod eu]", ("here",))
    assert not isinstance(found, Fault)
    assert found.methods == ("GET", "HEAD")
    assert found.path == "/a/[^/?]+"
    assert found.headers == (HeaderNeed("X-API-KEY"), HeaderNeed("X-Env", "prod eu"))
    assert found.where == ("here",)
    anything = http_request("* /**?*", ())
    assert not isinstance(anything, Fault)
    assert (anything.methods, anything.path, anything.headers) == ((), r"/[^?]*(?:\?.*)?", ())


@pytest.mark.parametrize(
    ("line", "words"),
    [("get /x", "get"), ("/x", "/x"), ("GET x", "x"), ("GET /x?y", "/x?y"), ("GET /x [A", "GET /x [A"),
     ("GET /x [A=]", " [A=]"), ("GET /x [A B]", " [A B]"), ("GET /x [A= b]", " [A= b]"), ("GET, /x", "GET,"),
     ("GET /x [A] [a=1]", "GET /x [A] [a=1]"), ("GET /x A", "GET /x A"), ("G3T /x", "G3T")],
)  # fmt: skip
def test_wrong_request_lines(line: str, words: str) -> None:
    assert _fault(http_request(line, ()), line) == words


def test_a_ban_covers_every_query_string() -> None:
    for line in ("* /admin/**", "* /admin/**?*"):
        found = forbidden_request(line, ())
        assert not isinstance(found, Fault)
        assert found.path == r"/admin/[^?]*(?:\?.*)?"
        assert found.text == line


def test_grpc_lines() -> None:
    one, all_ = grpc_request("shop.v1.Inventory/Get", ()), grpc_request("Inventory/*", ())
    assert not isinstance(one, Fault)
    assert not isinstance(all_, Fault)
    assert (one.methods, one.path) == (("POST",), r"/shop\.v1\.Inventory/Get")
    assert (one.call, all_.call) == ("shop.v1.Inventory/Get", "Inventory/*")
    assert all_.path == "/Inventory/[A-Za-z_][A-Za-z0-9_]*"
    told = grpc_request("a.B/Get [x-tenant=a] [authorization]", ())
    assert not isinstance(told, Fault)
    assert told.headers == (HeaderNeed("x-tenant", "a"), HeaderNeed("authorization"))
    assert told.call == "a.B/Get"
    banned = forbidden_call("a.B/Get", ())
    assert not isinstance(banned, Fault)
    assert banned.path == r"/a\.B/Get(?:\?.*)?"
    for line in (
        "Get",
        "/shop.Inventory/Get",
        "shop.Inventory/",
        "shop-x.I/Get",
        "a.B/Get*",
        "a.B/Get/x",
        "a.B/Get [x",
        "a.B/Get [x] [X]",
    ):
        assert isinstance(grpc_request(line, ()), Fault), line
        assert isinstance(forbidden_call(line, ()), Fault), line


def test_names_of_calls_and_of_files() -> None:
    assert call_name("a.B/*") == "a.B/*"
    for line in ("a.B", "a.B/C [x]"):
        assert isinstance(call_name(line), Fault), line
    for line in ("a.proto", "../x/y z.binpb", "./a.pb"):
        assert defining_file(line) == line
    for line in ("/a.proto", "a.txt", ".proto/x", "a\\b.proto", "\n.proto"):
        assert isinstance(defining_file(line), Fault), line


def test_grant_lines() -> None:
    found = grant("UPDATE (status, note) ON shop.orders, items", ())
    assert not isinstance(found, Fault)
    assert (found.privilege, found.columns, found.tables) == (
        "UPDATE",
        ("status", "note"),
        ("shop.orders", "items"),
    )
    for line in (
        "update ON x",
        "SELECT x",
        "DROP ON x",
        "DELETE (a) ON x",
        "SELECT ON x; DROP",
        "SELECT () ON x",
    ):
        assert isinstance(grant(line, ()), Fault), line


@given(st.text(alphabet="a1-> ,:/*.[]=?GET\n\té{}!|$", max_size=20))
@settings(derandomize=True, max_examples=400)
def test_every_reader_accepts_exactly_its_expression_and_never_raises(line: str) -> None:
    """The expressions are those of the schema. What they cannot say (order of a range, bits) has its own code."""
    readers = [
        (path_line(line), ends.PATH),
        (claim_line(line), ends.CLAIM),
        (pods(line), ends.PODS),
        (each(line), claims.EACH),
        (http_request(line, ()), lines.HTTP),
        (grpc_request(line, ()), lines.GRPC),
        (call_name(line), lines.CALL),
        (defining_file(line), lines.DEFINING_FILE),
        (grant(line, ()), lines.GRANT),
        (network(line), ends.PREFIX),
        (ports(line), lines.PORTS),
    ]
    for found, expression in readers:
        refused = isinstance(found, Fault) and found.code == "profile-syntax"
        assert refused != bool(re.fullmatch(expression, line)), (line, found)


def test_names_of_the_cluster_by_version() -> None:
    for version in SUPPORTED:
        patterns = names.cluster_patterns("cluster.local", version)
        longest = "api.payment.example.com.svc.shop.svc.cluster.local"
        labels = longest.count(".") + 1 - 2
        assert (patterns == ("**.cluster.local",)) == (version >= Version(1, 19))
        assert version >= Version(1, 19) or "*." * labels + "cluster.local" in patterns
        assert version >= Version(1, 19) or all("**" not in pattern for pattern in patterns)


def test_a_name_is_asked_for_with_every_search_domain() -> None:
    assert names.outside_name("a.io", ("corp.example",)) == NameEnd("a.io", ("a.io", "a.io.corp.example"))
