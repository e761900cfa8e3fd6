"""Generated sets of records, traffic, rows and flows, each beside the plain Python set of its members.

Every universe is finite and listed in full, so that a set is its list of members and nothing else.
"""

from collections.abc import Callable, Iterable
from functools import cache
from itertools import product as combinations
from typing import Any

from hypothesis import strategies as st

from propolis.algebra.flows import Bitset, FlowSet, Row, bits, product, rectangle
from propolis.algebra.records import ALL, NONE, Field, RecordSet, box
from propolis.algebra.regular import pattern
from propolis.algebra.traffic import EMPTY, TrafficSet

VERB = Field(0, "verb", pattern("get|put|post"))
PATH = Field(1, "path", pattern("/?[ab]?"))
VERBS, PATHS = ("get", "put", "post"), ("", "a", "b", "/", "/a", "/b")
RECORDS = tuple(combinations(VERBS, PATHS))
PROTOCOLS, PORTS = ("TCP", "UDP"), (0, 1, 2, 3)
ENDS = range(4)

Members = frozenset[tuple[Any, ...]]
Sample = tuple[Any, Members]
"""A set and its members."""

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "or": lambda a, b: a | b,
    "and": lambda a, b: a & b,
    "minus": lambda a, b: a - b,
}


def _combined(one: str, a: Sample, b: Sample) -> Sample:
    return _OPERATIONS[one](a[0], b[0]), _OPERATIONS[one](a[1], b[1])


def _sums(parts: st.SearchStrategy[Sample], empty: Sample) -> st.SearchStrategy[Sample]:
    """Up to four of *parts*, put together one after the other; more often added than taken away."""
    steps = st.lists(st.tuples(st.sampled_from(["or", "or", "minus", "and"]), parts), max_size=3)

    def folded(first: Sample, rest: list[tuple[str, Sample]]) -> Sample:
        for operation, part in rest:
            first = _combined(operation, first, part)
        return first

    return st.one_of(st.just(empty), st.builds(folded, parts, steps), st.builds(folded, parts, steps))


# --- records ---

_VERB_LANGUAGES = {"get": {"get"}, "p.*": {"put", "post"}, "get|put": {"get", "put"}, ".*t": set(VERBS)}
_PATH_LANGUAGES = {
    "/.*": {"/", "/a", "/b"},
    "a?": {"", "a"},
    ".*b": {"b", "/b"},
    "[/]?": {"", "/"},
    "/?[ab]?": set(PATHS),
    "zz": set(),
}


def _box(verb: str | None, path: str | None) -> Sample:
    conditions = [(VERB, verb), (PATH, path)]
    found = box({field: pattern(text) for field, text in conditions if text is not None})
    verbs = _VERB_LANGUAGES[verb] if verb is not None else VERBS
    paths = _PATH_LANGUAGES[path] if path is not None else PATHS
    return found, frozenset(combinations(verbs, paths))


_boxes = st.builds(_box, st.sampled_from([None, *_VERB_LANGUAGES]), st.sampled_from([None, *_PATH_LANGUAGES]))
records = _sums(_boxes, (NONE, frozenset()))


def one_record(record: tuple[str, str]) -> RecordSet:
    return box({VERB: pattern(record[0]), PATH: pattern(record[1])})


@cache
def record_members(found: RecordSet) -> Members:
    return frozenset(r for r in RECORDS if {"verb": r[0], "path": r[1]} in found)


# --- traffic ---


def _ports(protocol: str, span: tuple[int, int], requests: Sample) -> Sample:
    low, high = min(span), max(span)
    members = frozenset((protocol, port, *r) for port in range(low, high + 1) for r in requests[1])
    return TrafficSet({protocol: [(low, high, requests[0])]}), members


_port = st.sampled_from(PORTS)
_requests = st.one_of(st.just((ALL, frozenset(RECORDS))), _boxes, records)
traffic = _sums(
    st.builds(_ports, st.sampled_from(PROTOCOLS), st.tuples(_port, _port), _requests), (EMPTY, frozenset())
)


@cache
def traffic_members(found: TrafficSet) -> Members:
    return frozenset(
        (protocol, port, *record)
        for protocol in PROTOCOLS
        for port in PORTS
        for record in record_members(found.requests(protocol, port))
    )


# --- rows and flows ---

_ends = st.sets(st.sampled_from(ENDS))
_some_traffic = st.builds(_ports, st.sampled_from(PROTOCOLS), st.tuples(_port, _port), _requests)


def _peers(peers: Iterable[int], passing: Sample) -> Sample:
    return rectangle(bits(peers), passing[0]), frozenset((p, *m) for p in peers for m in passing[1])


rows = _sums(st.builds(_peers, _ends, _some_traffic), (Row({}), frozenset()))


def row_members(found: Row) -> Members:
    return frozenset((peer, *m) for peer in ENDS for m in traffic_members(found.traffic(peer)))


def _flows(sources: Iterable[int], destinations: Iterable[int], passing: Sample) -> Sample:
    members = frozenset((s, d, *m) for s in sources for d in destinations for m in passing[1])
    return product(bits(sources), bits(destinations), passing[0]), members


flows = _sums(st.builds(_flows, _ends, _ends, _some_traffic), (FlowSet({}), frozenset()))


def flow_members(found: FlowSet) -> Members:
    return frozenset((s, d, *m) for s in ENDS for d in ENDS for m in traffic_members(found.traffic(s, d)))


bitsets: st.SearchStrategy[Bitset] = _ends.map(bits)

KINDS: dict[str, tuple[st.SearchStrategy[Sample], Callable[[Any], Members], Any]] = {
    "records": (records, record_members, NONE),
    "traffic": (traffic, traffic_members, EMPTY),
    "rows": (rows, row_members, Row({})),
    "flows": (flows, flow_members, FlowSet({})),
}
"""Kind of set → its samples, the way to list its members, and its empty set."""
