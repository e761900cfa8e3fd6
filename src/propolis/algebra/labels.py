"""An index over sets of (source, key, value) labels: every question is answered by a bitset."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property
from typing import TypeVar

from propolis.algebra.flows import Bitset

Triple = tuple[str, str, str]
_Label = TypeVar("_Label", bound=Hashable)


class LabelIndex:
    """Which of the label sets, by position, hold a key or a value. Source None means any source.

    A label is anything hashable; *triple* takes it apart into (source, key, value), once for each distinct label.
    """

    def __init__(self, label_sets: Sequence[Iterable[_Label]], triple: Callable[[_Label], Triple]) -> None:
        self.size = len(label_sets)
        self.everything: Bitset = (1 << self.size) - 1
        self._places: dict[tuple[str | None, str, str], list[int]] = {}
        self._known: dict[tuple[str | None, str, str | None], Bitset] = {}
        self._values: dict[tuple[str | None, str], dict[str, None]] = {}
        by_label: defaultdict[_Label, list[int]] = defaultdict(list)
        for position, labels in enumerate(label_sets):
            for label in labels:
                by_label[label].append(position)
        for label, positions in by_label.items():
            source, key, value = triple(label)
            for scope in (source, None):
                self._places.setdefault((scope, key, value), []).extend(positions)
                self._values.setdefault((scope, key), {})[value] = None

    def having(self, source: str | None, key: str) -> Bitset:
        known = self._known.get((source, key, None))
        if known is None:
            known = self.equal(source, key, self._values.get((source, key), ()))
            self._known[source, key, None] = known
        return known

    def equal(self, source: str | None, key: str, values: Iterable[str]) -> Bitset:
        found = 0
        for value in values:
            held = self._holding(source, key, value)
            found = found | held if found else held
        return found

    def _holding(self, source: str | None, key: str, value: str) -> Bitset:
        known = self._known.get((source, key, value))
        if known is None:
            known = self._bits(self._places.get((source, key, value), ()))
            self._known[source, key, value] = known
        return known

    def _bits(self, positions: Sequence[int]) -> Bitset:
        """Many bits are set in bytes: one big number for each would take time with the square of the size."""
        if len(positions) < 8:
            few = 0
            for position in positions:
                few |= 1 << position
            return few
        held = bytearray(self.size // 8 + 1)
        for position in positions:
            held[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(held, "little")

    def keys(self, source: str) -> Iterable[tuple[str, Bitset]]:
        """Every key under *source*, with the sets that hold it."""
        return ((key, self.having(source, key)) for key in self._keys.get(source, ()))

    @cached_property
    def _keys(self) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = {}
        for source, key in self._values:
            found.setdefault(source, []).append(key)
        return found
