"""Every kind of set is a Boolean algebra with one value for each set, on generated sets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from set_samples import KINDS, RECORDS, one_record, record_members, records, rows, traffic

from propolis.algebra.flows import FlowSet, Row, bits, product, rectangle
from propolis.algebra.records import ALL, NONE
from propolis.algebra.traffic import EMPTY, TrafficSet

LAWS = settings(derandomize=True, max_examples=40, deadline=None)


@pytest.mark.parametrize("kind", KINDS)
@LAWS
@given(data=st.data())
def test_union_and_intersection_are_those_of_a_lattice(kind: str, data: st.DataObject):
    samples, _, none = KINDS[kind]
    a, b, c = (data.draw(samples)[0] for _ in range(3))
    assert a | b == b | a
    assert a & b == b & a
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)
    assert a & (b | c) == (a & b) | (a & c)
    assert a | (b & c) == (a | b) & (a | c)
    assert a | (a & b) == a == a & (a | b)
    assert a | a == a == a & a
    assert a | none == a == a - none
    assert a & none == none == none - a


@pytest.mark.parametrize("kind", KINDS)
@LAWS
@given(data=st.data())
def test_difference_obeys_de_morgan_and_parts_a_set_in_two(kind: str, data: st.DataObject):
    samples, _, none = KINDS[kind]
    a, b, c = (data.draw(samples)[0] for _ in range(3))
    assert a - (b | c) == (a - b) & (a - c)
    assert a - (b & c) == (a - b) | (a - c)
    assert (a - b) - c == a - (b | c)
    assert (a - b) | (a & b) == a
    assert (a - b) & (a & b) == none
    assert a - (a - b) == a & b
    assert a - a == none
    assert not none


@pytest.mark.parametrize("kind", KINDS)
@LAWS
@given(data=st.data())
def test_sets_are_equal_exactly_when_their_members_are(kind: str, data: st.DataObject):
    samples, members, _ = KINDS[kind]
    (a, in_a), (b, in_b) = data.draw(samples), data.draw(samples)
    assert members(a) == in_a
    assert (a == b) == (in_a == in_b)
    assert bool(a) == bool(in_a)
    assert (not a - b) == (in_a <= in_b)
    rebuilt = (a & b) | (a - b)
    assert rebuilt == a
    assert hash(rebuilt) == hash(a)


@pytest.mark.parametrize("kind", KINDS)
@LAWS
@given(data=st.data())
def test_operations_are_those_of_plain_sets(kind: str, data: st.DataObject):
    samples, members, _ = KINDS[kind]
    (a, in_a), (b, in_b) = data.draw(samples), data.draw(samples)
    assert members(a | b) == in_a | in_b
    assert members(a & b) == in_a & in_b
    assert members(a - b) == in_a - in_b


@LAWS
@given(records, st.randoms(use_true_random=False))
def test_records_put_together_one_by_one_are_the_same_object(sample, pick):
    found, members = sample
    singles = sorted(members)
    pick.shuffle(singles)
    rebuilt = NONE
    for record in singles:
        rebuilt |= one_record(record)
    assert rebuilt is found


@LAWS
@given(traffic, st.randoms(use_true_random=False))
def test_traffic_put_together_point_by_point_is_the_same_object(sample, pick):
    found, members = sample
    points = sorted(members)
    pick.shuffle(points)
    rebuilt = EMPTY
    for protocol, port, *record in points:
        rebuilt |= TrafficSet({protocol: [(port, port, one_record(tuple(record)))]})
    assert rebuilt is found


@settings(LAWS, max_examples=30)
@given(rows, st.sets(st.integers(0, 3)), st.randoms(use_true_random=False))
def test_rows_and_flows_put_together_point_by_point_are_equal(sample, sources, pick):
    found, members = sample
    points = sorted(members)
    pick.shuffle(points)
    row, flows = Row({}), FlowSet({})
    for peer, protocol, port, *record in points:
        one = TrafficSet({protocol: [(port, port, one_record(tuple(record)))]})
        row |= rectangle(1 << peer, one)
        flows |= product(bits(sources), 1 << peer, one)
    assert row == found
    assert hash(row) == hash(found)
    assert flows == FlowSet({found: bits(sources)})


@LAWS
@given(records)
def test_a_member_belongs_whatever_the_free_fields_hold(sample):
    found, members = sample
    shown = found.member()
    assert (shown is None) == (not members)
    for record in found.members():
        fits = {r for r in RECORDS if {"verb": r[0], "path": r[1]}.items() >= record.items()}
        assert fits
        assert fits <= members


@LAWS
@given(records, records)
def test_inclusion_is_inclusion_of_members(a, b):
    assert a[0].includes(b[0]) == (a[1] >= b[1])
    assert ALL.includes(a[0])
    assert record_members(a[0]) == a[1]
