"""Bundles: no text is lost, and few change when one does."""

import zlib

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from laws.yaml.gist_samples import STREAM
from propolis.manifest import gists
from propolis.model.settings import SUPPORTED
from propolis.recall.bundles import bundles
from propolis.recall.items import Items
from propolis.recall.makings import Gisted

OLD, NEW = SUPPORTED[0], SUPPORTED[-1]
MANY = [f"text {number}" for number in range(1_000)]


def keys(texts: list[str]) -> set[bytes]:
    return {bundle.key for bundle in bundles(texts, Gisted(NEW))}


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["", "a", "b", "x" * 70_000]) | st.text(max_size=3), max_size=60))
def test_bundles_hold_every_text_in_order(texts: list[str]) -> None:
    assert [text for bundle in bundles(texts, Gisted(NEW)) for text in bundle.texts] == texts


def test_small_texts_share_a_bundle() -> None:
    assert len(keys(MANY)) < len(MANY) / 10


def test_a_new_text_moves_its_neighbours_only() -> None:
    for place in (0, 500, 1_000):
        assert len(keys([*MANY[:place], "new", *MANY[place:]]) - keys(MANY)) <= 2


def test_the_order_of_texts_and_the_version_are_in_the_key() -> None:
    assert keys(["a", "b"]) != keys(["b", "a"])
    assert {bundle.key for bundle in bundles(["a"], Gisted(OLD))}.isdisjoint(keys(["a"]))


def test_what_is_packed_is_unpacked() -> None:
    made = gists([STREAM, "a: 1"], NEW)
    data = Gisted(NEW).packed(made)
    assert data is not None
    assert Gisted(NEW).unpacked(data, 2, Items()) == tuple(made)
    assert Gisted(NEW).unpacked(data, 1, Items()) is None
    assert all(Gisted(NEW).unpacked(data[:end], 2, Items()) is None for end in range(len(data)))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.binary(max_size=40) | st.lists(st.lists(st.integers(0, 9)), max_size=8).map(msgspec.msgpack.encode))
def test_what_is_no_gist_is_not_unpacked(data: bytes) -> None:
    assert Gisted(NEW).unpacked(zlib.compress(data), 1, Items()) is None
    assert Gisted(NEW).unpacked(data, 1, Items()) is None
    assert all(Gisted(NEW).unpacked(data[:end], 2, Items()) is None for end in range(len(data)))


def test_numbers_beyond_64_bits_are_not_packed() -> None:
    pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{ports: [{containerPort: 1e30}]}]}}"
    assert Gisted(NEW).packed(gists([pod], NEW)) is None
