"""Questions about flows: every form parses, every mistake points at its word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propolis.commands.questions import Question, header, question, with_call
from propolis.model.flow import DnsQuery, HttpRequest, TlsHello
from propolis.model.span import Problem


def asked(text: str, *headers: tuple[str, str]) -> Question:
    found = question(text, "<question 1>", headers)
    assert isinstance(found, Question), found
    return found


def refused(text: str, *headers: tuple[str, str]) -> Problem:
    found = question(text, "<question 1>", headers)
    assert isinstance(found, Problem), found
    return found


@pytest.mark.parametrize(
    ("text", "source", "destination", "protocol", "port", "request_"),
    [
        ("a/b -> c/d:8080", "a/b", "c/d", "TCP", 8080, None),
        ("a/b->c/d:80", "a/b", "c/d", "TCP", 80, None),
        ("  a/b  ->  c/d:80/tcp ", "a/b", "c/d", "TCP", 80, None),
        ("a/b -> c/d:132/SCTP", "a/b", "c/d", "SCTP", 132, None),
        ("a/b -> world icmp/8", "a/b", "world", "ICMP", 8, None),
        ("a/b -> world ICMPv6/128", "a/b", "world", "ICMPv6", 128, None),
        ("1.2.3.4 -> a/b:80", "1.2.3.4", "a/b", "TCP", 80, None),
        ("fd00::1 -> a/b:80", "fd00::1", "a/b", "TCP", 80, None),
        ("a/b -> fd00::1:443", "a/b", "fd00::1", "TCP", 443, None),
        ("a/b -> [fd00::1]:443", "a/b", "fd00::1", "TCP", 443, None),
        ("a/b -> k/dns:53/udp DNS api.Example.com.", "a/b", "k/dns", "UDP", 53, DnsQuery("api.example.com")),
        ("a/b -> k/dns:53 DNS x.example", "a/b", "k/dns", "UDP", 53, DnsQuery("x.example")),
        ("a/b -> k/dns:53/tcp DNS x.example", "a/b", "k/dns", "TCP", 53, DnsQuery("x.example")),
        (
            "a/b -> api.example.com:443 SNI Api.Example.Com",
            "a/b",
            "api.example.com",
            "TCP",
            443,
            TlsHello("api.example.com"),
        ),
        ("a/b -> c/d:80 GET /", "a/b", "c/d", "TCP", 80, HttpRequest("GET", "/")),
        ("n/(new pod) -> c/d:80", "n/(new pod)", "c/d", "TCP", 80, None),
        (
            "n/(new pod like a/b) -> m/(new pod):80 GET /",
            "n/(new pod like a/b)",
            "m/(new pod)",
            "TCP",
            80,
            HttpRequest(),
        ),
        ("a/b -> m/(new pod) icmp/8", "a/b", "m/(new pod)", "ICMP", 8, None),
        (
            "a/b -> c/d:9090 gRPC shop.v1.Inventory/Get [Host=h] [X-Tenant=a]",
            "a/b",
            "c/d",
            "TCP",
            9090,
            HttpRequest(
                "POST",
                "/shop.v1.Inventory/Get",
                "h",
                (("content-type", "application/grpc"), ("x-tenant", "a")),
            ),
        ),
        ("a/b -> c/d:80 M-SEARCH /x?y=->", None, None, None, None, None),
        ("a/b -> c/d:80 GET /x?y=[1]", "a/b", "c/d", "TCP", 80, HttpRequest("GET", "/x?y=[1]")),
        (
            "a/b -> c/d:80 POST /o [X-API-KEY=s3cret] [x-api-key=two] [Host=api.example] [X-Flag]",
            "a/b",
            "c/d",
            "TCP",
            80,
            HttpRequest("POST", "/o", "api.example", (("x-api-key", "s3cret,two"), ("x-flag", "1"))),
        ),
    ],
)
def test_forms(text, source, destination, protocol, port, request_):
    if source is None:
        assert refused(text).message == "a question has one `->`"
        return
    found = asked(text)
    assert (found.source, found.destination) == (source, destination)
    assert (found.protocol, found.port, found.request) == (protocol, port, request_)


def test_option_headers_come_before_inline_ones():
    found = asked("a/b -> c/d:80 GET / [X=2]", ("x", "1"), ("host", "h"))
    assert found.request == HttpRequest("GET", "/", "h", (("x", "1,2"),))


@pytest.mark.parametrize(
    ("text", "wrong", "message"),
    [
        ("", "", "a question has one `->`"),
        ("a/b c/d:80", "a/b c/d:80", "a question has one `->`"),
        ("-> c/d:80", "-> c/d:80", "a question starts with one name before the arrow"),
        ("a b -> c/d:80", "a b", "a question starts with one name before the arrow"),
        ("a/b ->", "->", "a question names a destination after the arrow"),
        ("a/b -> c/d", "c/d", "`c/d` lacks a port"),
        ("a/b -> :80", ":80", "`:80` lacks a port"),
        ("a/b -> c/d:http", "http", "`http` is no port number"),
        ("a/b -> c/d:0", "0", "`0` is no port number"),
        ("a/b -> c/d:65536", "65536", "`65536` is no port number"),
        ("a/b -> c/d:80/icmp", "80/icmp", "`icmp` is no protocol with ports"),
        ("a/b -> c/d:80/", "80/", "`` is no protocol with ports"),
        ("a/b -> c/d icmp", "icmp", "`icmp` names no ICMP type"),
        ("a/b -> c/d icmp/256", "icmp/256", "`icmp/256` names no ICMP type"),
        ("a/b -> c/d:80 get /", "get", "`get` is no HTTP method, `DNS`, `SNI` or `gRPC`"),
        ("a/b -> c/d:80 GET", "GET", "the request's path starts with `/` and holds no space"),
        ("a/b -> c/d:80 GET x", "x", "the request's path starts with `/` and holds no space"),
        ("a/b -> c/d:80 GET /a b", "/a b", "the request's path starts with `/` and holds no space"),
        ("a/b -> c/d:80 GET /a [X=1] b", "[X=1] b", "headers are written `[Name=value]`"),
        ("a/b -> c/d:80 GET /a [X Y=1]", "[X Y", "`X Y` is no header name"),
        ("a/b -> c/d:80 GET /a [=1]", "[=1]", "`` is no header name"),
        ("a/b -> c/d:53 DNS", "DNS", "`DNS` is followed by one name"),
        ("a/b -> c/d:80 gRPC", "gRPC", "`` is no full name of a gRPC method"),
        ("a/b -> c/d:80 gRPC /x.Y/Z", "/x.Y/Z", "`/x.Y/Z` is no full name of a gRPC method"),
        ("a/b -> c/d:80 gRPC x.Y", "x.Y", "`x.Y` is no full name of a gRPC method"),
        ("a/b -> c/d:80 gRPC x.Y/Z?a", "x.Y/Z?a", "`x.Y/Z?a` is no full name of a gRPC method"),
        ("a/b -> c/d:53 DNS a b", "a b", "`DNS` is followed by one name"),
    ],
)
def test_mistakes_point_at_the_wrong_words(text: str, wrong: str, message: str):
    problem = refused(text)
    assert problem.message == message
    assert problem.help
    assert problem.span is not None
    assert text[problem.span.start : problem.span.end] == wrong
    assert problem.span.column == problem.span.start + 1


@pytest.mark.parametrize(
    ("text", "asked_about"),
    [
        ("a/b -> c/d:80", "a/b -> c/d:80 gRPC x.Y/Z"),
        ("a/b -> m/(new pod):80", "a/b -> m/(new pod):80 gRPC x.Y/Z"),
        ("a/b -> c/d:80 GET /", "a/b -> c/d:80 GET /"),
        ("a/b -> c/d:80 DNS x", "a/b -> c/d:80 DNS x"),
    ],
)
def test_a_call_is_asked_about_where_no_request_is_named(text: str, asked_about: str):
    assert with_call(text, "x.Y/Z") == asked_about
    assert with_call(text, None) == text


def test_headers_need_an_http_request():
    assert refused("a/b -> c/d:80", ("x", "1")).message == "headers need a request"
    assert refused("a/b -> c/d:53 DNS x", ("x", "1")).message == "a `DNS` question has no headers"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X-API-KEY: s3cret", ("x-api-key", "s3cret")),
        ("X-API-KEY=a:b", ("x-api-key", "a:b")),
        ("Authorization: Bearer a=b", ("authorization", "Bearer a=b")),
        ("X-Empty:", ("x-empty", "")),
        ("nothing", None),
        ("two words: x", None),
        (": x", None),
    ],
)
def test_header_option(text: str, expected: tuple[str, str] | None):
    assert header(text) == expected


WORDS = st.sampled_from(
    ["a/b", "->", "c/d:80", ":53/udp", "GET", "/x", "DNS", "[X=1]", "icmp/8", "[", "é", "\t", ":"]
)


@settings(derandomize=True, max_examples=500)
@given(st.one_of(st.text(), st.lists(WORDS, max_size=8).map(" ".join)))
def test_no_text_breaks_the_parser(text: str):
    found = question(text, "q")
    span = found.span if isinstance(found, Problem) else found.destination_span
    assert span is not None
    assert 0 <= span.start <= span.end <= len(text)
