"""Names, addresses and labels: the set-valued answer is the pointwise one."""

import ipaddress
import itertools
import random

import pytest

from propolis.algebra import names
from propolis.algebra.addresses import contains, prefix, regions
from propolis.algebra.labels import LabelIndex

PIECES = ("a", "b-1", "*", "**", "a*", "*b", "x_y", "")
NAMES = ["", "a", "a.b", "ab", "b-1.a", "x_y.a.b", "a.a.a.a", ".a", "a..b", "zz.ab"]


@pytest.mark.parametrize("deep", [False, True])
def test_a_pattern_matches_what_its_language_holds(deep: bool):
    patterns = {".".join(parts) for n in (1, 2, 3) for parts in itertools.product(PIECES, repeat=n)}
    for text in sorted(patterns - {""}):
        found = names.language(text, deep=deep)
        for name in NAMES:
            assert names.matches(text, name, deep=deep) == (names.normal(name) in found), (text, name)


@pytest.mark.parametrize(
    ("pattern", "name", "old", "new"),
    [
        ("*.cilium.io", "sub.cilium.io", True, True),
        ("*.cilium.io", "a.sub.cilium.io", False, False),
        ("*.cilium.io", "cilium.io", False, False),
        ("**.cilium.io", "a.b.cilium.io", False, True),
        ("**.cilium.io", "a.cilium.io", True, True),
        ("**.cilium.io", "cilium.io", False, False),
        ("*cilium.io", "evilcilium.io", True, True),
        ("*", "anything.at.all", True, True),
        ("SUB.cilium.io.", "sub.CILIUM.io", True, True),
    ],
)
def test_patterns_by_version(pattern: str, name: str, old: bool, new: bool):
    assert names.matches(pattern, name, deep=False) is old
    assert names.matches(pattern, name, deep=True) is new


def test_an_example_can_be_looked_up():
    assert names.example(names.language("*.a", deep=True)) == "a.a"


def test_regions_are_the_prefixes_with_addresses_of_their_own():
    pick = random.Random(1)
    for _ in range(100):
        given = {
            ipaddress.ip_network((pick.randrange(64) << 24, pick.randint(2, 8)), strict=False)
            for _ in range(8)
        }
        kept = set(regions(given))
        for one in given:
            inside = [p for p in given if p != one and contains(one, p)]
            blocks = list(one.subnets(new_prefix=8)) if one.prefixlen < 8 else [one]
            own = any(not any(contains(p, block) for p in inside) for block in blocks)
            assert (one in kept) == own


@pytest.mark.parametrize(
    "text", ["10.0.0.0/255.0.0.0", " 10.0.0.0/8", "10.0.0.0/08", "10.0.0/8", "", "x", "10.0.0.0/33"]
)
def test_what_is_no_prefix(text: str):
    assert prefix(text) is None


def test_a_prefix_masks_its_host_bits():
    assert str(prefix("10.1.2.3/8")) == "10.0.0.0/8"


def test_the_label_index_answers_as_a_scan_does():
    pick = random.Random(2)
    sets = [{(pick.choice("ab"), pick.choice("xyz"), pick.choice("12")) for _ in range(3)} for _ in range(40)]
    index = LabelIndex(sets, lambda label: label)
    for source, key in itertools.product(("a", "b", None), "xyzw"):
        having = {i for i, s in enumerate(sets) if any(k == key and source in (None, o) for o, k, _ in s)}
        assert index.having(source, key) == sum(1 << i for i in having)
        equal = {
            i
            for i, s in enumerate(sets)
            if any((k, v) == (key, "1") and source in (None, o) for o, k, v in s)
        }
        assert index.equal(source, key, ("1",)) == sum(1 << i for i in equal)
