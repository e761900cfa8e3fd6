"""Examples of a set of flows: the one that a reader would try first."""

import pytest

from propolis.algebra.flows import FlowSet, product
from propolis.algebra.records import ALL, RecordSet
from propolis.algebra.traffic import TrafficSet
from propolis.model.flow import ICMP, ICMPV6, HttpRequest
from propolis.model.policy import HttpRule, L7Rules, PortProtocol, PortRule
from propolis.model.settings import Settings
from propolis.model.world import Endpoint, NamedPort, Role
from propolis.requests import language
from propolis.semantics.witness import attempt, witness


def pod(name: str, *ports: tuple[str, int], existing: bool = True) -> Endpoint:
    own = tuple(NamedPort("", protocol, number) for protocol, number in ports)
    return Endpoint(name, Role.POD, frozenset(), "shop", own, existing=existing)


def traffic(*spans: tuple[str, int, int], requests: RecordSet = ALL) -> TrafficSet:
    found = TrafficSet({})
    for protocol, low, high in spans:
        found |= TrafficSet({protocol: [(low, high, requests)]})
    return found


TCP = traffic(("TCP", 0, 65535))
NEW, WEB, API = pod("shop/(new pod)", existing=False), pod("shop/web"), pod("shop/api", ("TCP", 8080))
STORE = pod("shop/store", ("TCP", 5432))
WORLD, HOST = Endpoint("world", Role.WORLD, frozenset()), Endpoint("host", Role.HOST, frozenset())
EVERYBODY = (HOST, NEW, WORLD, WEB, API, STORE)


def every_flow(sources: set[str], destinations: set[str]) -> FlowSet:
    def among(names: set[str]) -> int:
        return sum(1 << n for n, endpoint in enumerate(EVERYBODY) if endpoint.name in names)

    return product(among(sources), among(destinations), TCP)


@pytest.mark.parametrize(
    ("sources", "destinations", "shown"),
    [
        ({"host", "shop/(new pod)", "shop/web"}, {"shop/api"}, ("shop/web", "shop/api")),
        ({"host", "shop/(new pod)"}, {"shop/api"}, ("shop/(new pod)", "shop/api")),
        ({"world", "shop/api"}, {"shop/web"}, ("shop/api", "shop/web")),
        ({"world", "shop/(new pod)"}, {"shop/web"}, ("world", "shop/web")),
        ({"shop/web"}, {"host", "world", "shop/(new pod)", "shop/api"}, ("shop/web", "shop/api")),
        ({"shop/web"}, {"host", "world", "shop/(new pod)"}, ("shop/web", "world")),
        ({"shop/web"}, {"host", "shop/(new pod)"}, ("shop/web", "shop/(new pod)")),
        ({"shop/web"}, {"shop/api", "shop/store"}, ("shop/web", "shop/store")),
        ({"world", "shop/web"}, {"shop/api", "shop/store"}, ("shop/web", "shop/store")),
        ({"world"}, {"shop/web", "shop/store"}, ("world", "shop/store")),
        ({"shop/web", "shop/api"}, {"shop/web", "shop/api"}, ("shop/web", "shop/web")),
    ],
)
def test_ends_that_exist_come_first_and_data_stores_before_others(sources, destinations, shown):
    flow = witness(every_flow(sources, destinations), EVERYBODY)
    assert (flow.source.name, flow.destination.name) == shown


STORES = {
    "SQL Server": 1433,
    "Oracle": 1521,
    "MySQL": 3306,
    "PostgreSQL": 5432,
    "CouchDB": 5984,
    "Redis": 6379,
    "Cassandra, between its nodes": 7000,
    "InfluxDB": 8086,
    "Cassandra": 9042,
    "Elasticsearch": 9200,
    "memcached": 11211,
    "CockroachDB": 26257,
    "MongoDB": 27017,
}


@pytest.mark.parametrize("port", STORES.values(), ids=STORES)
def test_a_data_store_is_known_by_the_port_that_it_declares(port: int):
    store = pod("shop/store", ("TCP", 9999), ("TCP", port))
    ends = (WEB, pod("shop/near", ("TCP", port - 1), ("TCP", port + 1)), store)
    assert witness(product(1, 0b110, TCP), ends).destination == store


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("shop/web", "host"), ("shop/(new pod)", "shop/store")),
        (("world", "shop/store"), ("shop/web", "shop/api")),
        (("host", "shop/store"), ("shop/(new pod)", "shop/api")),
    ],
)
def test_sources_that_exist_come_first_then_data_stores(one: tuple[str, str], other: tuple[str, str]):
    flows = every_flow({one[0]}, {one[1]}) | every_flow({other[0]}, {other[1]})
    flow = witness(flows, EVERYBODY)
    assert (flow.source.name, flow.destination.name) == one


@pytest.mark.parametrize(
    ("spans", "destination", "shown"),
    [
        ([("TCP", 0, 65535)], API, ("TCP", 8080)),
        ([("TCP", 0, 65535)], WEB, ("TCP", 443)),
        ([("TCP", 0, 442), ("TCP", 444, 65535)], WEB, ("TCP", 80)),
        ([("TCP", 0, 65535), ("UDP", 0, 65535)], pod("dns", ("UDP", 53)), ("UDP", 53)),
        ([("TCP", 0, 65535), ("UDP", 0, 65535)], pod("web", ("UDP", 8081)), ("UDP", 8081)),
        ([("UDP", 0, 65535), ("SCTP", 0, 65535)], API, ("SCTP", 443)),
        ([("UDP", 53, 53), ("TCP", 9000, 9001)], WEB, ("TCP", 9000)),
        ([("TCP", 9000, 9999)], API, ("TCP", 9000)),
        ([("TCP", 0, 1)], API, ("TCP", 1)),
        ([("TCP", 0, 0)], API, ("TCP", 0)),
        ([("TCP", 22, 22), ("TCP", 5432, 5432)], API, ("TCP", 5432)),
        ([(ICMP, 0, 255)], API, (ICMP, 8)),
        ([(ICMPV6, 0, 255)], API, (ICMPV6, 128)),
        ([(ICMP, 9, 20)], API, (ICMP, 9)),
        ([(ICMP, 0, 65535)], API, (ICMP, 8)),
        ([(ICMP, 0, 7)], API, (ICMP, 0)),
        ([("GRE", 0, 65535)], API, ("GRE", 0)),
    ],
)
def test_the_port_is_one_that_the_destination_declares_or_a_known_one_or_the_first(spans, destination, shown):
    found = attempt(traffic(*spans), destination)
    assert (found.protocol, found.port) == shown
    assert found.request is None


def test_ports_that_one_would_try_have_an_order():
    left = TCP
    for port in (443, 80, 8080, 5432, 53, 22, 1, 2):
        assert attempt(left, WEB).port == port
        left -= traffic(("TCP", port, port))


def test_a_request_is_shown_where_not_every_one_would_do():
    rules = L7Rules((HttpRule(path="/x", method="PUT"),), None, (), ())
    clause = PortRule((PortProtocol("80", 0, "TCP", ()),), rules, None, None, (), ())
    found = attempt(traffic(("TCP", 80, 80), requests=language(clause, Settings())), API)
    assert isinstance(found.request, HttpRequest)
    assert (found.request.method, found.request.path) == ("PUT", "/x")
    flow = found.between(WEB, API)
    assert (flow.source, flow.destination, flow.port, flow.request) == (WEB, API, 80, found.request)


def test_nothing_has_no_example():
    with pytest.raises(ValueError, match="empty"):
        witness(FlowSet({}), EVERYBODY)
