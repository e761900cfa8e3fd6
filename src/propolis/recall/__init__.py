"""Recall: what was made of texts before, from a folder of the user; the rest is made, by processes side by side."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from propolis.manifest import Gist
from propolis.model.settings import Version
from propolis.recall.bundles import Bundle, bundles
from propolis.recall.items import Items
from propolis.recall.makings import Gisted, Making, package
from propolis.recall.shelf import Shelf
from propolis.recall.workers import MUCH, shares, working

LITTLE = 100_000
"""Code points of all texts: less is read in a tenth of a second, and leaves nothing on the disk."""


class Recall:
    """Implements `manifest.Gists`. Without a *shelf* nothing is kept; *processes*: how many may work at once.

    Law: says what `manifest.gists` says (tests/recall).
    """

    def __init__(
        self, shelf: Shelf | None, processes: int, *, little: int = LITTLE, much: int = MUCH
    ) -> None:
        self._shelf = shelf
        self.processes = processes
        self._little = little
        self._much = much

    def __call__(self, texts: Sequence[str], version: Version) -> Sequence[Gist]:
        return self.recalled(texts, Gisted(version))

    def recalled(self, texts: Sequence[str], making: Making) -> Sequence[Any]:
        """What *making* makes of each of *texts*."""
        if sum(map(len, texts)) < self._little:
            return making.made(texts)
        with _no_search_for_cycles():
            wanted = tuple(bundles(texts, making))
            items = Items()
            found = self._kept(wanted, making, items)
            found.update(self._made([bundle for bundle in wanted if bundle.key not in found], making, items))
            return [one for bundle in wanted for one in found[bundle.key]]

    def _kept(self, wanted: Iterable[Bundle], making: Making, items: Items) -> dict[bytes, Sequence[Any]]:
        found: dict[bytes, Sequence[Any]] = {}
        for bundle in wanted:
            data = self._shelf.get(bundle.key) if self._shelf else None
            kept = None if data is None else making.unpacked(data, len(bundle.texts), items)
            if kept is not None:
                found[bundle.key] = kept
        return found

    def _made(self, missing: Sequence[Bundle], making: Making, items: Items) -> dict[bytes, Sequence[Any]]:
        found: dict[bytes, Sequence[Any]] = {}
        packages: dict[bytes, bytes] = {}
        own, *others = shares(missing, self.processes, self._much)
        with working(others, making) as answers:
            parts = [package(making, bundle.texts) for bundle in own]
            for share, answer in zip(others, answers, strict=True):
                said = zip(share, answer.result(), strict=True)
                parts += [part or package(making, bundle.texts) for bundle, part in said]
        for bundle, part in zip(missing, parts, strict=True):
            made: Any = None if part is None else making.unpacked(part, len(bundle.texts), items)
            found[bundle.key] = making.made(bundle.texts) if made is None else made
            if part is not None and made is not None and making.may_be_kept(made):
                packages[bundle.key] = part
        if self._shelf:
            self._shelf.put(packages)
        return found


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Reading makes millions of values that stay, and no cycle among them: looking for one takes half of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
