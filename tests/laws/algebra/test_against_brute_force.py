"""Turning, patching, zipping and meeting rows do what a loop over every peer does."""

from hypothesis import given, settings
from hypothesis import strategies as st
from set_samples import (
    ENDS,
    PATH,
    PATHS,
    VERB,
    VERBS,
    bitsets,
    flow_members,
    flows,
    records,
    row_members,
    rows,
    traffic,
    traffic_members,
)

from propolis.algebra.flows import Pair, Row, bits, flow_set, indexes, met, patch, transposed, zipped

LAWS = settings(derandomize=True, max_examples=40, deadline=None)


@LAWS
@given(st.dictionaries(st.sampled_from(ENDS), rows))
def test_transposed_turns_every_flow(columns):
    expected = {
        (source, destination, *rest)
        for destination, (_, members) in columns.items()
        for source, *rest in members
    }
    turned = flow_set(transposed({destination: row for destination, (row, _) in columns.items()}))
    assert flow_members(turned) == expected


@LAWS
@given(st.dictionaries(st.sampled_from(ENDS), rows))
def test_turning_twice_gives_the_same_set(columns):
    plain = {end: row for end, (row, _) in columns.items()}
    turned = flow_set(transposed(plain))
    assert flow_set(transposed({end: turned.row(end) for end in ENDS})) == flow_set(plain)


@LAWS
@given(rows, bitsets, traffic)
def test_patch_adds_traffic_for_its_peers_only(sample, peers, more):
    row, members = sample
    pieces = dict(row.peers)
    patch(pieces, peers, more[0])
    expected = members | {(peer, *point) for peer in indexes(peers) for point in more[1]}
    assert row_members(Row(pieces)) == expected
    held = list(pieces.values())
    assert sum(bitset.bit_count() for bitset in held) == len({i for bitset in held for i in indexes(bitset)})


@LAWS
@given(rows, rows)
def test_zipped_acts_where_both_have_a_peer_and_keeps_the_rest(a, b):
    for name, act in (("minus", lambda x, y: x - y), ("both", lambda x, y: x & y), ("right", lambda x, y: y)):
        found = Row(zipped(a[0].peers, b[0].peers, act))
        for peer in ENDS:
            left, right = a[0].traffic(peer), b[0].traffic(peer)
            expected = act(left, right) if left and right else left
            assert found.traffic(peer) is expected, (name, peer)


@LAWS
@given(rows, rows)
def test_met_is_what_both_have(a, b):
    assert row_members(Row(met(a[0].peers, b[0].peers))) == a[1] & b[1]


@LAWS
@given(rows, bitsets)
def test_among_keeps_the_peers_asked_for(sample, peers):
    row, members = sample
    assert row_members(row.among(peers)) == {m for m in members if peers >> m[0] & 1}


@LAWS
@given(flows)
def test_pairs_list_every_flow_once_and_in_order(sample):
    found, members = sample
    pairs: list[Pair] = list(found.pairs())
    listed = [(pair.source, pair.destination) for pair in pairs]
    assert listed == sorted({member[:2] for member in members})
    assert {(p.source, p.destination, *m) for p in pairs for m in traffic_members(p.traffic)} == members


@LAWS
@given(traffic)
def test_traffic_lists_disjoint_pieces_that_cannot_be_joined(sample):
    last: dict[str, tuple[int, object]] = {}
    for protocol, low, high, requests in sample[0]:
        end, before = last.get(protocol, (-2, None))
        assert end < low <= high
        assert end + 1 < low or before is not requests
        assert requests
        last[protocol] = high, requests


@LAWS
@given(st.sets(st.integers(0, 400), max_size=120))
def test_bits_and_indexes_are_inverse(positions):
    assert list(indexes(bits(positions))) == sorted(positions)


@LAWS
@given(records)
def test_the_texts_of_a_field_are_those_of_the_members(sample):
    found, members = sample
    for position, (field, texts) in enumerate(((VERB, VERBS), (PATH, PATHS))):
        expected = {member[position] for member in members}
        assert {text for text in texts if text in found.texts(field)} == expected
