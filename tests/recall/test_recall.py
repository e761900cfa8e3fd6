"""Recall says what reading says: cold, warm, with workers; and it keeps nothing that it must not."""

import gc
import zlib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws.yaml.gist_samples import BROKEN, SAMPLES, STREAM, damaged
from laws.yaml.seen import everything
from propolis.manifest import Gists, Source, gists, read
from propolis.model.settings import SUPPORTED, Version
from propolis.recall import Recall
from propolis.recall.bundles import Bundle, bundles, stamp
from propolis.recall.makings import Gisted
from propolis.recall.shelf import Shelf
from propolis.recall.workers import Request, answer, shares

OLD, NEW = SUPPORTED[0], SUPPORTED[-1]
HUGE = (
    "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{ports: [{containerPort: 1e30}]}]}}"
)


def remembering(folder: Path, processes: int = 1) -> Recall:
    return Recall(Shelf(folder / "gists"), processes, little=0, much=0)


def seen(texts: Sequence[str], version: Version, made: Gists) -> object:
    return everything(read([Source(f"{n}.yaml", text) for n, text in enumerate(texts)], version, made))


def kept(folder: Path) -> bytes:
    """All that the shelf in *folder* holds."""
    files = sorted((folder / "gists").glob("*.gists"))
    return b"".join(zlib.decompress(file.read_bytes()[15 + 32 :]) for file in files)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(damaged(), max_size=4), st.sampled_from(SUPPORTED))
def test_a_warm_reading_is_a_cold_one(texts: list[str], version: Version) -> None:
    with TemporaryDirectory() as folder:
        cold = seen(texts, version, remembering(Path(folder)))
        warm = seen(texts, version, remembering(Path(folder)))
    assert cold == warm == seen(texts, version, gists)


def test_all_samples_at_once_and_under_two_versions(tmp_path: Path) -> None:
    for version in (OLD, NEW, OLD, NEW):
        assert seen(SAMPLES, version, remembering(tmp_path)) == seen(SAMPLES, version, gists)


def test_a_warm_reading_reads_nothing_again(tmp_path: Path) -> None:
    first = remembering(tmp_path)([STREAM], NEW)
    (file,) = (tmp_path / "gists").iterdir()
    (key,) = (bundle.key for bundle in bundles([STREAM], Gisted(NEW)))
    assert file.name == f"{key.hex()}.gists"
    Shelf(tmp_path / "gists").put({key: zlib.compress(kept(tmp_path).replace(b"shop", b"SHOP"))})
    again = remembering(tmp_path)([STREAM], NEW)
    assert again != first
    assert [fact.namespace for fact in again[0].facts if fact.kind == "Deployment"] == ["SHOP"]


def test_equal_items_are_one_object(tmp_path: Path) -> None:
    text = """
    apiVersion: cilium.io/v2
    kind: CiliumNetworkPolicy
    metadata: {{name: {name}, namespace: shop}}
    spec: {{endpointSelector: {{}}, egress: [{{toEntities: [world]}}, {{toEntities: [host]}}]}}
    """
    texts = [text.format(name=f"p{number}") for number in range(40)]
    for _ in ("made", "kept"):
        policies = [gist.facts[0].meaning for gist in remembering(tmp_path, processes=2)(texts, NEW)]
        items = [item for policy in policies for item in policy.specs[0].items()]
        assert len(items) == 80
        assert len({id(item) for item in items}) == len(set(items)) == 2


def test_what_is_kept_but_no_gist_is_made_again(tmp_path: Path) -> None:
    (key,) = (bundle.key for bundle in bundles([STREAM], Gisted(NEW)))
    Shelf(tmp_path / "gists").put({key: zlib.compress(b"\x90")})
    assert remembering(tmp_path)([STREAM], NEW) == gists([STREAM], NEW)


def test_no_secret_is_kept(tmp_path: Path) -> None:
    remembering(tmp_path)([STREAM], NEW)
    assert b"hunter2" in STREAM.encode()
    assert b"hunter2" not in kept(tmp_path)
    assert b"example.com" in kept(tmp_path)


def test_a_broken_text_is_not_kept(tmp_path: Path) -> None:
    remembering(tmp_path)([BROKEN], NEW)
    assert kept(tmp_path) == b""


def test_little_leaves_nothing(tmp_path: Path) -> None:
    Recall(Shelf(tmp_path / "gists"), 1)([STREAM], NEW)
    assert not (tmp_path / "gists").exists()


def test_workers_say_the_same(tmp_path: Path) -> None:
    texts = [*SAMPLES, HUGE, "\ud800", BROKEN]
    for part in (texts, [*SAMPLES[:1], HUGE], ["a: 1", STREAM]):
        assert seen(part, NEW, remembering(tmp_path, 3)) == seen(part, NEW, gists)
        assert seen(part, NEW, remembering(tmp_path, 3)) == seen(part, NEW, gists)


def test_a_worker_of_other_code_does_not_answer() -> None:
    ask = Request(stamp(Gisted.rooms), Gisted(NEW), ((STREAM,),))
    assert answer(msgspec.msgpack.encode(ask)) is not None
    assert answer(msgspec.msgpack.encode(msgspec.structs.replace(ask, stamp=b"other"))) is None


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=5), max_size=80), st.integers(1, 12), st.sampled_from([0, 1, 10**9]))
def test_shares_are_all_bundles_in_order(texts: list[str], processes: int, much: int) -> None:
    made = list(bundles(texts, Gisted(NEW)))
    parts = shares(made, processes, much)
    assert [bundle for part in parts for bundle in part] == made
    assert 1 <= len(parts) <= processes
    assert len(parts) == 1 or sum(map(len, texts)) >= much


def test_a_worker_gets_less_by_what_is_read_while_it_starts() -> None:
    made = [Bundle(bytes([number]), ("x" * 10,)) for number in range(100)]
    sizes = [sum(len(bundle.texts[0]) for bundle in part) for part in shares(made, 3, 1000)]
    assert sizes == [400, 300, 300]


@pytest.mark.parametrize("before", [True, False])
def test_the_garbage_collector_is_left_as_it_was(tmp_path: Path, before: bool) -> None:
    state = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        remembering(tmp_path)([STREAM], NEW)
        assert gc.isenabled() is before
        with pytest.raises(AttributeError):
            remembering(tmp_path)([b"no text"], NEW)  # type: ignore[list-item]
        assert gc.isenabled() is before
    finally:
        (gc.enable if state else gc.disable)()
