"""What aliases stand for, and how much of it there is."""

from typing import Any

from propolis.manifest.yaml.marks import ListMark, MapMark, Mark


class Extent:
    """*size* counts the values in a value, itself included; *height* the collections inside each other."""

    __slots__ = ("height", "size")

    def __init__(self, size: int, height: int) -> None:
        self.size = size
        self.height = height


SCALAR = Extent(1, 0)


class Anchored:
    """A value that has an anchor; *written* is the text of a scalar."""

    __slots__ = ("extent", "mark", "value", "written")

    def __init__(self, value: Any, mark: Mark, extent: Extent, written: str) -> None:
        self.value = value
        self.mark = mark
        self.extent = extent
        self.written = written

    def mark_at(self, start: int, end: int) -> Mark:
        """The mark of an alias that stands at these offsets; its inside stays at the anchor."""
        if isinstance(self.mark, MapMark):
            return MapMark(start, end, self.mark.flow, self.mark.entries)
        if isinstance(self.mark, ListMark):
            return ListMark(start, end, self.mark.flow, self.mark.items)
        return start, end


class Extents:
    """The extents of one document's collections, each measured once, however many aliases stand for it."""

    def __init__(self) -> None:
        self._known: dict[int, Extent] = {}

    def extent(self, root: Mark) -> Extent:
        """The extent of *root* with everything that its aliases stand for."""
        order = [root]
        for mark in order:  # parents before children
            if id(_inside(mark)) not in self._known:
                order += _children(mark)
        for mark in reversed(order):
            inside = _inside(mark)
            if inside is not None and id(inside) not in self._known:
                below = [self._of(child) for child in _children(mark)]
                size = 1 + sum(extent.size for extent in below)
                height = 1 + max((extent.height for extent in below), default=0)
                self._known[id(inside)] = Extent(size, height)
        return self._of(root)

    def _of(self, mark: Mark) -> Extent:
        return self._known.get(id(_inside(mark)), SCALAR)


def _inside(mark: Mark) -> object:
    """What an alias shares with its anchor, and so tells collections apart."""
    if isinstance(mark, MapMark):
        return mark.entries
    return mark.items if isinstance(mark, ListMark) else None


def _children(mark: Mark) -> list[Mark]:
    if isinstance(mark, MapMark):
        return [child for _, _, child in mark.entries.values()]
    return mark.items if isinstance(mark, ListMark) else []
