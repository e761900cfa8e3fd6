"""Findings that were kept, or made by workers, are those that are made here; and what changes is looked at anew."""

from pathlib import Path

import msgspec
import pytest

from fakes.files import MemoryReader
from lint.samples import SAMPLES
from manifest.corpus import texts as corpus_texts
from propolis.commands.check import check, fixed_texts
from propolis.commands.inputs import input_of
from propolis.model.finding import Safety
from propolis.model.flags import Flag
from propolis.model.report import Report
from propolis.model.settings import SUPPORTED, Version
from propolis.recall import Recall
from propolis.recall.findings import Remembered
from propolis.recall.shelf import Shelf

NEW = SUPPORTED[-2]
FLAGS = (Flag("enable-host-firewall", "true"),)
CONFIG = {
    "config.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config}, data: {enable-policy: always}}"
}


def memory(folder: Path, processes: int, flags: tuple[Flag, ...] = ()) -> Remembered:
    shelf = Shelf(folder / "gists")
    return Remembered(Recall(shelf, processes, little=0, much=0), shelf, flags, little=0, much=0)


def checked(
    texts: dict[str, str], kept: Remembered | None, version: Version = NEW, flags: tuple[Flag, ...] = ()
) -> Report:
    sources = MemoryReader(texts).read(list(texts))
    given = input_of(sources, version, flags, kept) if kept else input_of(sources, version, flags)
    return check(given, memory=kept)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_check_with_memory_is_a_check_without(tmp_path: Path, processes: int) -> None:
    plain = checked(SAMPLES, None)
    assert len(plain.findings) > (300 if corpus_texts("corpus/policies") else 200)
    for _ in ("cold", "warm"):
        assert checked(SAMPLES, memory(tmp_path, processes)) == plain
    for file in sorted((tmp_path / "gists").iterdir())[::2]:  # only some of what was kept is left
        file.unlink()
    assert checked(SAMPLES, memory(tmp_path, processes)) == plain


def test_versions_flags_and_manifests_that_set_flags_are_told_apart(tmp_path: Path) -> None:
    few = dict(list(SAMPLES.items())[:25])
    for texts in (few, {**few, **CONFIG}):
        for version in (SUPPORTED[0], NEW):
            for flags in ((), FLAGS):
                for _ in ("cold", "warm"):
                    kept = memory(tmp_path, 1, flags)
                    assert checked(texts, kept, version, flags) == checked(texts, None, version, flags)


def test_a_change_is_seen(tmp_path: Path) -> None:
    texts = dict(list(SAMPLES.items())[:25])
    before = checked(texts, memory(tmp_path, 1))
    name = next(name for name in texts if any(f.span.file == name for f in before.findings))
    for after in (
        {**texts, name: ""},
        {other: text for other, text in texts.items() if other != name},
        {f"other/{one}": text for one, text in texts.items()},
        dict(reversed(texts.items())),
    ):
        assert checked(after, memory(tmp_path, 1)) == checked(after, None) != before


def test_what_is_kept_but_no_findings_is_made_again(tmp_path: Path) -> None:
    texts = dict(list(SAMPLES.items())[:10])
    plain = checked(texts, memory(tmp_path, 1))
    shelf = Shelf(tmp_path / "gists")
    for file in (tmp_path / "gists").iterdir():
        shelf.put({bytes.fromhex(file.stem): msgspec.msgpack.encode("no findings")})
    assert checked(texts, memory(tmp_path, 1)) == plain


def test_fixes_are_the_same(tmp_path: Path) -> None:
    texts = dict(list(SAMPLES.items())[:60])
    given = input_of(MemoryReader(texts).read(list(texts)), NEW)
    kept = memory(tmp_path, 1)
    remembered = input_of(MemoryReader(texts).read(list(texts)), NEW, (), kept)
    every = frozenset(Safety)
    assert fixed_texts(remembered, every, memory=kept) == fixed_texts(given, every) != texts


def test_little_leaves_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "gists")
    kept = Remembered(Recall(shelf, 2), shelf)
    checked(dict(list(SAMPLES.items())[:3]), kept)
    assert not (tmp_path / "gists").exists()
