"""The laws of the sets: records, traffic, rows and flows are Boolean algebras, and equal sets are one value."""

import itertools
import random
from operator import and_, sub

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propolis.algebra.flows import (
    NO_FLOWS,
    FlowSet,
    Row,
    flow_set,
    indexes,
    met,
    patch,
    product,
    rectangle,
    transposed,
    union,
    zipped,
)
from propolis.algebra.records import ALL, NONE, Field, RecordSet, box
from propolis.algebra.regular import pattern
from propolis.algebra.traffic import EMPTY, TrafficSet

COLOUR = Field(0, "colour", pattern("red|green|blue"))
SIZE = Field(1, "size", pattern("[0-9]{1,2}"))
SHAPE = Field(2, "shape", pattern("[a-c]{0,2}"))
LANGUAGES = {
    COLOUR: ("red", "red|blue", "g.*"),
    SIZE: ("[0-4]", "[0-9]", "1[0-9]?", "7"),
    SHAPE: ("a*", "ab|ba", "", "[bc]+"),
}
SAMPLES = [
    {"colour": colour, "size": size, "shape": shape}
    for colour in ("red", "green", "blue")
    for size in ("0", "3", "7", "10", "42")
    for shape in ("", "a", "ab", "ba", "cc")
]
ENDS, PORTS = 5, (0, 1, 80, 81, 443, 65535)


def record_set(pick: random.Random, depth: int = 2) -> RecordSet:
    if depth == 0:
        fields = pick.sample(list(LANGUAGES), pick.randint(0, 3))
        return box({field: pattern(pick.choice(LANGUAGES[field])) for field in fields})
    a, b = record_set(pick, depth - 1), record_set(pick, depth - 1)
    return pick.choice((a | b, a & b, a - b))


def traffic(pick: random.Random) -> TrafficSet:
    found = EMPTY
    for _ in range(pick.randint(0, 3)):
        low = pick.choice(PORTS)
        high = pick.choice([port for port in PORTS if port >= low])
        one = TrafficSet({pick.choice(("TCP", "UDP")): [(low, high, record_set(pick, 1))]})
        found = pick.choice((found | one, found | one, found - one))
    return found


def row(pick: random.Random) -> Row:
    found = Row({})
    for _ in range(pick.randint(0, 3)):
        one = rectangle(pick.randrange(1 << ENDS), traffic(pick))
        found = pick.choice((found | one, found | one, found - one))
    return found


def flows(pick: random.Random) -> FlowSet:
    return flow_set({source: row(pick) for source in range(ENDS) if pick.random() < 0.8})


MAKERS = {"records": record_set, "traffic": traffic, "rows": row, "flows": flows}


@pytest.mark.parametrize("kind", MAKERS)
def test_boolean_laws(kind: str):
    pick = random.Random(kind)
    make = MAKERS[kind]
    for _ in range(60):
        a, b, c = make(pick), make(pick), make(pick)
        assert a | b == b | a
        assert a & b == b & a
        assert (a | b) | c == a | (b | c)
        assert (a & b) & c == a & (b & c)
        assert a & (b | c) == (a & b) | (a & c)
        assert a - (b | c) == (a - b) & (a - c)
        assert a - (b & c) == (a - b) | (a - c)
        assert (a - b) | (a & b) == a
        assert not (a - b) & b
        assert a | a == a == a & a
        assert not a - a
        assert hash((a - b) | (a & b)) == hash(a)


def test_record_operations_are_those_of_membership():
    pick = random.Random(7)
    for _ in range(80):
        a, b = record_set(pick), record_set(pick)
        for sample in SAMPLES:
            assert (sample in (a | b)) == (sample in a or sample in b)
            assert (sample in (a & b)) == (sample in a and sample in b)
            assert (sample in (a - b)) == (sample in a and sample not in b)


def test_a_member_is_a_member():
    pick = random.Random(8)
    for _ in range(80):
        found = record_set(pick)
        member = found.member()
        if member is None:
            assert found is NONE
        else:
            free = {"colour": "red", "size": "0", "shape": ""}
            assert {**free, **member} in found
    assert ALL.member() == {}


def cells(found: TrafficSet) -> set[tuple]:
    points = itertools.product(("TCP", "UDP"), PORTS)
    return {(p, port, i) for p, port in points for i, s in enumerate(SAMPLES) if s in found.requests(p, port)}


def test_traffic_operations_are_those_of_membership():
    pick = random.Random(9)
    for _ in range(40):
        a, b = traffic(pick), traffic(pick)
        assert cells(a | b) == cells(a) | cells(b)
        assert cells(a & b) == cells(a) & cells(b)
        assert cells(a - b) == cells(a) - cells(b)


def members(found: FlowSet) -> set[tuple]:
    return {
        (source, destination, protocol, port)
        for source in range(ENDS)
        for destination in range(ENDS)
        for protocol in ("TCP", "UDP")
        for port in PORTS
        if found.traffic(source, destination).requests(protocol, port) is ALL
    }


def whole(pick: random.Random) -> FlowSet:
    """A flow set without layer 7, so that membership is easily listed."""
    found = FlowSet({})
    for _ in range(4):
        low, high = sorted(pick.sample(PORTS, 2))
        one = product(
            pick.randrange(1 << ENDS), pick.randrange(1 << ENDS), TrafficSet({"TCP": [(low, high, ALL)]})
        )
        found = pick.choice((found | one, found - one))
    return found


def test_flow_operations_are_those_of_membership():
    pick = random.Random(10)
    for _ in range(60):
        a, b = whole(pick), whole(pick)
        assert members(a | b) == members(a) | members(b)
        assert members(a & b) == members(a) & members(b)
        assert members(a - b) == members(a) - members(b)
        assert {(p.source, p.destination) for p in a.pairs()} == {m[:2] for m in members(a)}


def test_many_rows_are_paired_as_few_are(monkeypatch: pytest.MonkeyPatch):
    from propolis.algebra import flows as room

    pick = random.Random(11)
    pairs = [(flows(pick), flows(pick)) for _ in range(20)]
    few = [(a | b, a & b, a - b) for a, b in pairs]
    room._flows.cache_clear()
    monkeypatch.setattr(room, "_MOST_PRODUCTS", 0)
    assert few == [(a | b, a & b, a - b) for a, b in pairs]


def test_a_transposed_set_turns_every_pair():
    pick = random.Random(12)
    for _ in range(60):
        columns = {destination: row(pick) for destination in range(ENDS)}
        turned = flow_set(transposed(columns))
        for source, destination in itertools.product(range(ENDS), range(ENDS)):
            assert turned.traffic(source, destination) == columns[destination].traffic(source)


def test_patches_are_unions_and_zips_go_peer_by_peer():
    pick = random.Random(13)
    for _ in range(60):
        a, b = row(pick), row(pick)
        pieces = dict(a.peers)
        for one, peers in b.peers.items():
            patch(pieces, peers, one)
        assert Row(pieces) == a | b
        assert Row(met(a.peers, b.peers)) == a & b
        assert Row(zipped(a.peers, b.peers, lambda x, y: x - y)) == a - b


def test_indexes_are_the_set_bits():
    pick = random.Random(14)
    for size in (0, 1, 40, 200, 1000):
        chosen = sorted(pick.sample(range(2000), size))
        assert list(indexes(sum(1 << i for i in chosen))) == chosen


_PORT_SETS = tuple(TrafficSet({"TCP": [(low, low + width, ALL)]}) for low in (1, 2, 3) for width in (0, 1, 5))
_MASKS = ((1 << 24) - 1, 0b111, 0b1010 << 8, (1 << 20) - 1)


@given(st.lists(st.tuples(st.integers(0, (1 << 24) - 1), st.integers(0, (1 << 24) - 1)), max_size=9))
@settings(deadline=None)
def test_a_union_of_products_is_that_of_one_after_the_other(blocks: list[tuple[int, int]]) -> None:
    """Products from few sources and from many, which `union` treats apart."""
    pieces = [(s & _MASKS[n % 4], d, _PORT_SETS[n]) for n, (s, d) in enumerate(blocks)]
    wanted = NO_FLOWS
    for piece in pieces:
        wanted |= product(*piece)
    assert union(pieces) == wanted


@given(st.integers(0, 1 << 24), st.sets(st.integers(0, 63), max_size=3), st.sampled_from(["and", "minus"]))
@settings(deadline=None)
def test_few_sources_are_looked_at_alone_with_the_same_result(
    seed: int, few: set[int], operation: str
) -> None:
    pick = random.Random(seed)
    many = flow_set({s: rectangle(pick.randrange(1, 256), pick.choice(_PORT_SETS)) for s in range(64)})
    some = flow_set({s: rectangle(pick.randrange(1, 256), pick.choice(_PORT_SETS)) for s in few})
    act = {"and": and_, "minus": sub}[operation]
    for one, other in ((some, many), (many, some)):
        found = act(one, other)
        for source in range(64):
            assert found.row(source) == act(one.row(source), other.row(source))
