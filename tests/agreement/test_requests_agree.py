"""What one clause lets through: the pointwise answer and the set of requests are the same."""

from itertools import product

import pytest

from propolis import requests
from propolis.model.flow import DnsQuery, HttpRequest, Opaque, Request, TlsHello
from propolis.model.policy import DnsRule, HttpRule, L7Rules, PortProtocol, PortRule, TlsContext
from propolis.model.settings import SUPPORTED, Settings

PORTS = (PortProtocol("443", 0, "TCP", ()),)
TERMINATING = (TlsContext("terminatingTLS", "shop/cert"),)
ORIGINATING = (TlsContext("originatingTLS", "shop/cert"),)
RULES = (
    None,
    L7Rules((HttpRule(path="/x"),), None, (), ()),
    L7Rules(None, (DnsRule(match_name="a.example"),), (), ()),
)
ASKED: tuple[Request, ...] = (
    HttpRequest(path="/x"),
    HttpRequest(path="/y"),
    DnsQuery("a.example"),
    DnsQuery("b.example"),
    TlsHello("a.example"),
    TlsHello("b.example"),
    Opaque(),
)


@pytest.mark.parametrize("version", SUPPORTED, ids=str)
def test_a_request_passes_a_clause_if_it_is_in_its_language(version):
    settings = Settings(version=version)
    names = (None, ("a.example",), ("*.example",))
    for rules, named, tls in product(RULES, names, ((), TERMINATING, ORIGINATING)):
        clause = PortRule(PORTS, rules, named, None, tls, ())
        if requests.unknown(clause, settings):
            continue  # no answer is claimed
        language = requests.language(clause, settings)
        for request in ASKED:
            passes = requests.passes(clause, request, settings)
            assert passes == (requests.record(request) in language), (clause, request)


def test_a_pattern_that_is_too_large_is_unknown_and_not_an_error():
    rules = L7Rules((HttpRule(path="/(a|b)*a(a|b){30}"),), None, (), ())
    clause = PortRule(PORTS, rules, None, None, (), ())
    assert "too large" in requests.unknown(clause, Settings(version=SUPPORTED[0]))
