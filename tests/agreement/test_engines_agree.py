"""The two engines agree: on every generated world the reference and the symbolic engine give the same answers."""

import random

import pytest

from agreement.worlds import Draw, policies, settings, world
from propolis import requests
from propolis.model.flow import ICMP, DnsQuery, Flow, HttpRequest, Opaque, TlsHello
from propolis.model.policy import PortRule
from propolis.model.rule import Rule
from propolis.model.verdict import Outcome
from propolis.semantics.endpoints import endpoints
from propolis.semantics.reference import verdict
from propolis.semantics.ruleset import ruleset
from propolis.semantics.symbolic import decided

WORLDS = 1000
FLOWS = 40
REQUESTS = (
    Opaque(),
    HttpRequest(),
    HttpRequest("GET", "/api/x"),
    HttpRequest("GET", "/healthz", headers=(("x-key", "1"),)),
    HttpRequest("DELETE", "/x", headers=(("x-key", "secret"),)),
    HttpRequest("PUT", "/x", "shop.example.com"),
    DnsQuery("api.example.com"),
    DnsQuery("a.b.example.com"),
    DnsQuery("example.org"),
    TlsHello("api.example.com"),
    TlsHello("other.example.net"),
)
PLACES = (
    *(("TCP", port) for port in (1, 52, 53, 54, 80, 93, 120, 121, 443, 8080, 8081, 65535)),
    *(("UDP", port) for port in (53, 80, 8080)),
    ("SCTP", 80),
    *((ICMP, kind) for kind in (0, 3, 8, 13)),
    ("GRE", 0),
)


def answers(allowed, unknown, source, destination, protocol, port, request):
    """What the symbolic engine says of one flow."""

    def holds(flows):
        passing = flows.traffic(source, destination).requests(protocol, port)
        return bool(passing) if request is None else requests.record(request) in passing

    return Outcome.ALLOW if holds(allowed) else Outcome.UNKNOWN if holds(unknown) else Outcome.DENY


def may_take(rule: Rule) -> bool:
    """Whether *rule* hands connections to a proxy, and nobody knows whose."""
    clauses = [clause for clause in rule.ports or () if isinstance(clause, PortRule)]
    return bool(rule.unknown) and any(clause.listener or clause.rules for clause in clauses)


def check(seed: int, draws: type[Draw] = Draw) -> None:
    draw = draws(seed)
    chosen = settings(draw)
    rules = ruleset(policies(draw, chosen), world(draw), chosen)
    found = endpoints(rules)
    whole = decided(rules, found)
    may_be_taken = any(map(may_take, rules.rules))
    pick = random.Random(seed)
    for _ in range(FLOWS):
        source, destination = pick.randrange(len(found)), pick.randrange(len(found))
        protocol, port = pick.choice(PLACES)
        members = whole.allowed.traffic(source, destination).requests(protocol, port).members()
        own = next(members, None)
        request = pick.choice((None, *REQUESTS, *((requests.request(own),) if own else ())))
        flow = Flow(found[source], found[destination], protocol, port, request)
        ours = answers(whole.allowed, whole.unknown, source, destination, protocol, port, request)
        answer = verdict(rules, flow)
        if request is None and (answer.egress.proxy or answer.ingress.proxy or may_be_taken):
            continue  # the connection is open for the proxy's sake, whether or not any request passes it
        if answer.outcome is not ours:
            raise AssertionError(f"world {seed}: {flow}\nreference {answer}\nsymbolic {ours}")


@pytest.mark.parametrize("part", range(20))
def test_engines_agree_on_generated_worlds(part: int):
    for seed in range(part, WORLDS, 20):
        check(seed)


@pytest.mark.deep
@pytest.mark.parametrize("part", range(20))
def test_engines_agree_on_ten_times_as_many(part: int):
    for seed in range(WORLDS + part, 11 * WORLDS, 20):
        check(seed)


def test_worlds_reach_every_outcome():
    """The test above would say little if every flow were denied."""
    seen = set()
    for seed in range(300):
        draw = Draw(seed)
        chosen = settings(draw)
        rules = ruleset(policies(draw, chosen), world(draw), chosen)
        found = endpoints(rules)[:6]
        seen |= {verdict(rules, Flow(a, b, "TCP", 80, HttpRequest())).outcome for a in found for b in found}
    assert seen == set(Outcome)
