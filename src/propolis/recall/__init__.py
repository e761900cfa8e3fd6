"""Recall: gists that were made before, from a folder of the user; the rest is made, by processes side by side."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from propolis.manifest import Gist, gists
from propolis.model.settings import Version
from propolis.recall.bundles import Bundle, bundles, may_be_kept, packed, unpacked
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
        self._processes = processes
        self._little = little
        self._much = much

    def __call__(self, texts: Sequence[str], version: Version) -> Sequence[Gist]:
        if sum(map(len, texts)) < self._little:
            return gists(texts, version)
        with _no_search_for_cycles():
            wanted = tuple(bundles(texts, version))
            found = self._kept(wanted)
            found.update(self._made([bundle for bundle in wanted if bundle.key not in found], version))
            return [gist for bundle in wanted for gist in found[bundle.key]]

    def _kept(self, wanted: Iterable[Bundle]) -> dict[bytes, Sequence[Gist]]:
        found: dict[bytes, Sequence[Gist]] = {}
        for bundle in wanted:
            data = self._shelf.get(bundle.key) if self._shelf else None
            kept = None if data is None else unpacked(data, len(bundle.texts))
            if kept is not None:
                found[bundle.key] = kept
        return found

    def _made(self, missing: Sequence[Bundle], version: Version) -> dict[bytes, Sequence[Gist]]:
        found: dict[bytes, Sequence[Gist]] = {}
        own, *others = shares(missing, self._processes, self._much)
        with working(others, version) as answers:
            for bundle in own:
                found[bundle.key] = gists(bundle.texts, version)
            for share, answer in zip(others, answers, strict=True):
                for bundle, part in zip(share, answer.result(), strict=True):
                    made = None if part is None else unpacked(part, len(bundle.texts))
                    found[bundle.key] = gists(bundle.texts, version) if made is None else made
        if self._shelf:
            kept = ((key, packed(each)) for key, each in found.items() if may_be_kept(each))
            self._shelf.put({key: data for key, data in kept if data is not None})
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
