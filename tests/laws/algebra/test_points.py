"""Addresses, names and labels, generated: what is said of a set is said of each of its points."""

import ipaddress

from hypothesis import given, settings
from hypothesis import strategies as st

from propolis.algebra import names
from propolis.algebra.addresses import Prefix, contains, prefix, regions
from propolis.algebra.labels import LabelIndex

LAWS = settings(derandomize=True, max_examples=60, deadline=None)

# --- addresses: 16 addresses of each family, so that every one can be looked at ---

FAMILIES = (ipaddress.ip_network("10.0.0.0/28"), ipaddress.ip_network("fd00::/124"))


def _network(version: int, offset: int, host_bits: int) -> Prefix:
    family = FAMILIES[version]
    text = f"{family.network_address + offset}/{family.max_prefixlen - host_bits}"
    return ipaddress.ip_network(text, strict=False)


prefixes = st.sets(st.builds(_network, st.integers(0, 1), st.integers(0, 15), st.integers(0, 4)), max_size=12)


@LAWS
@given(prefixes)
def test_every_address_belongs_to_one_most_specific_region(given_):
    found = regions(given_)
    owners = set()
    for address in (address for family in FAMILIES for address in family):
        around = [p for p in found if address in p]
        assert bool(around) == any(address in p for p in given_)
        if around:
            longest = max(p.prefixlen for p in around)
            narrowest = [p for p in around if p.prefixlen == longest]
            assert len(narrowest) == 1
            assert longest == max(p.prefixlen for p in given_ if address in p)
            owners.add(narrowest[0])
    assert owners == set(found)
    assert len(found) == len(set(found))


@LAWS
@given(prefixes)
def test_containment_is_that_of_addresses(given_):
    for outer in given_:
        for inner in given_:
            assert contains(outer, inner) == all(address in outer for address in inner)
            assert prefix(str(inner)) == inner


# --- names ---

_part = st.text(alphabet="ab*-_", max_size=3)
patterns = st.one_of(
    st.lists(_part, min_size=1, max_size=4).map(".".join),
    st.tuples(st.sampled_from(["**.", "***.", "*."]), st.lists(_part, max_size=2).map(".".join)).map("".join),
    st.sampled_from(["*", "**", "***", "*.", "**."]),
).filter(bool)
_label = st.text(alphabet="ab-_", max_size=3)
dns_names = st.lists(_label, max_size=4).map(".".join)


def _filled(text: str, fill: list[str]) -> str:
    """*text* with something in place of every star, so that many names match."""
    parts = iter([*fill, *[""] * len(text)])
    return "".join(next(parts) if character == "*" else character for character in text)


@LAWS
@given(
    patterns, dns_names, st.lists(st.sampled_from(["", "a", "b-", "a.b", "a.a.b"]), max_size=4), st.booleans()
)
def test_a_pattern_matches_exactly_the_names_of_its_language(text, name, fill, deep):
    language = names.language(text, deep=deep)
    for candidate in (name, _filled(text, fill), "a." + name):
        assert names.matches(text, candidate, deep=deep) == (names.normal(candidate) in language), candidate


@LAWS
@given(patterns, st.booleans())
def test_an_example_is_a_name_that_one_can_look_up_where_the_pattern_has_one(text, deep):
    found = names.language(text, deep=deep)
    example = names.example(found)
    assert (example is None) == found.is_empty
    if (found & names.WELL_FORMED).is_empty:
        assert example is None or example in found
    else:
        assert example in names.WELL_FORMED
        assert names.matches(text, example, deep=deep)


# --- labels ---

triples = st.tuples(st.sampled_from(["k8s", "any", "x"]), st.sampled_from("abc"), st.sampled_from("123"))
label_sets = st.lists(st.frozensets(triples, max_size=4), max_size=20)


@LAWS
@given(
    label_sets,
    st.sampled_from(["k8s", "any", "x", "absent", None]),
    st.sampled_from("abcd"),
    st.sets(st.sampled_from("1239")),
)
def test_the_label_index_answers_as_a_scan_of_the_sets(sets, source, key, values):
    index = LabelIndex(sets, lambda label: label)
    having = equal = 0
    for position, labels in enumerate(sets):
        held = {v for s, k, v in labels if k == key and source in (None, s)}
        having |= bool(held) << position
        equal |= bool(held & values) << position
    assert index.everything == (1 << len(sets)) - 1
    for _ in range(2):  # the second answer comes from what is known
        assert index.having(source, key) == having
        assert index.equal(source, key, values) == equal
    if source is not None:
        wanted = {k for labels in sets for s, k, _ in labels if s == source}
        assert dict(index.keys(source)) == {k: index.having(source, k) for k in wanted}
