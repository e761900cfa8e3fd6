"""A gRPC call is one HTTP request, and no other request is read as a call."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propolis import requests
from propolis.algebra.records import ALL, NONE, RecordSet
from propolis.algebra.regular import pattern
from propolis.commands.questions import Question, question
from propolis.model.flow import HttpRequest
from propolis.model.policy import HttpRule
from propolis.model.settings import NEWEST, Settings
from propolis.requests import grpc
from propolis.requests.kinds import http
from propolis.semantics.explain import request_line

IDENTIFIERS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True)
METHODS = st.builds(
    lambda package, method: f"{'.'.join(package)}/{method}",
    st.lists(IDENTIFIERS, min_size=1, max_size=4),
    IDENTIFIERS,
)
METADATA = st.dictionaries(st.sampled_from(["x-tenant", "authorization"]), st.just("a"), max_size=2)


@given(METHODS, METADATA)
@settings(derandomize=True)
def test_a_call_reads_back_from_its_request_and_from_its_line(method: str, headers: dict[str, str]):
    made = grpc.call(method, tuple(headers.items()))
    assert grpc.called(made) == method
    assert requests.record(made) in grpc.every_call()
    asked = question(f"a/b -> c/d:1 {request_line(made)}", "q")
    assert isinstance(asked, Question)
    assert asked.request == made


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest("POST", "/a.B/C"),
        HttpRequest("PUT", "/a.B/C", headers=(("content-type", "application/grpc"),)),
        HttpRequest("POST", "/a.B/C?x", headers=(("content-type", "application/grpc"),)),
        HttpRequest("POST", "/a.B", headers=(("content-type", "application/grpc"),)),
        HttpRequest("POST", "/a.B/C/D", headers=(("content-type", "application/grpc"),)),
        HttpRequest("POST", "/a.B/C", headers=(("content-type", "application/grpc-web"),)),
        HttpRequest("POST", "/a.B/C", headers=(("content-type", "application/json"),)),
    ],
)
def test_what_is_no_call(request_: HttpRequest):
    assert grpc.called(request_) == ""
    assert requests.record(request_) not in grpc.every_call()
    assert request_line(request_).startswith(f"{request_.method} /")


def test_the_encoding_of_messages_is_told():
    made = grpc.call("a.B/C", (("content-type", "application/grpc+json"),))
    assert request_line(made) == "gRPC a.B/C [content-type=application/grpc+json]"


def test_a_request_is_shown_as_a_call_only_where_the_call_is_a_member_too():
    plain = HttpRequest("POST", "/shop.Inventory/Get")
    assert grpc.as_call(plain, grpc.every_call()) == grpc.call("shop.Inventory/Get")
    others = grpc.calls(pattern("/shop[.]Inventory/Drop"))
    assert grpc.as_call(plain, others) == plain
    rest = HttpRequest("POST", "/api/orders")
    assert grpc.as_call(rest, grpc.every_call()) == rest
    wanted = http.REQUEST("POST", "/a.B/C", headers=(("x", "1"),))
    assert dict(grpc.as_call(wanted, grpc.every_call()).headers) == {
        "x": "1",
        "content-type": "application/grpc",
    }


def test_the_methods_that_requests_can_call_are_named_where_they_are_few():
    def of(path: str, method: str = "POST") -> RecordSet:
        return http.language(HttpRule(path=path, method=method), Settings(version=NEWEST))

    assert grpc.told(of(r"/a\.B/(C|D)"), 2) == ("a.B/C", "a.B/D")
    assert grpc.told(of(r"/a\.B/(C|D)"), 1) == ("some of a.B/*",)
    assert grpc.told(of(r"/a\.B/[^/?]+"), 9) == ("a.B/*",)
    assert grpc.told(of(r"/a\.B/[A-Za-z_][A-Za-z0-9_]*|/a\.C/D"), 9) == ("a.B/*", "a.C/D")
    assert grpc.told(of(r"/a\.B/[A-M][^/?]*"), 9) == ("some of a.B/*",)
    assert grpc.told(of(r"/a\.B/C|/a\.C/D"), 1) == ()
    assert grpc.told(of(r"/a\.B/.*"), 9) == ()
    assert grpc.told(of(r"/a\.B/C|/orders"), 9) == ()
    assert grpc.told(of(r"/a\.B/C", "POST|PUT"), 9) == ()
    assert grpc.told(NONE, 9) == grpc.told(ALL, 9) == ()
