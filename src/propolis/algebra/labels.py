"""An index over sets of (source, key, value) labels: every question is answered by a bitset."""

from collections.abc import Iterable, Sequence

from propolis.algebra.flows import Bitset

Triple = tuple[str, str, str]


class LabelIndex:
    """Which of the label sets, by position, hold a key or a value. Source None means any source."""

    def __init__(self, label_sets: Sequence[Iterable[Triple]]) -> None:
        self.everything: Bitset = (1 << len(label_sets)) - 1
        self._keys: dict[tuple[str | None, str], Bitset] = {}
        self._values: dict[tuple[str | None, str, str], Bitset] = {}
        for position, labels in enumerate(label_sets):
            bit = 1 << position
            for source, key, value in labels:
                for scope in (source, None):
                    self._keys[scope, key] = self._keys.get((scope, key), 0) | bit
                    self._values[scope, key, value] = self._values.get((scope, key, value), 0) | bit

    def having(self, source: str | None, key: str) -> Bitset:
        return self._keys.get((source, key), 0)

    def equal(self, source: str | None, key: str, values: Iterable[str]) -> Bitset:
        found = 0
        for value in values:
            found |= self._values.get((source, key, value), 0)
        return found

    def keys(self, source: str) -> Iterable[tuple[str, Bitset]]:
        """Every key under *source*, with the sets that hold it."""
        return ((key, found) for (scope, key), found in self._keys.items() if scope == source)
