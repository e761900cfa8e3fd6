"""Makings: what can be made of a text alone, and kept: its gist, and what rules say of it besides."""

import zlib
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from propolis.manifest import Gist, gists
from propolis.model.finding import Finding
from propolis.model.settings import Settings, Version
from propolis.recall.items import Items, Sections, put_back, taken

_LONGEST = 2**30
"""Bytes of what is made. No text within the limits of reading comes to so much."""

GistAndFindings = tuple[Gist, tuple[Finding, ...]]
T = TypeVar("T")


class _Package(msgspec.Struct, Generic[T], frozen=True, array_like=True):
    """What was *made* of texts, with the items of its policies beside it."""

    made: tuple[T, ...]
    sections: tuple[Sections, ...]


class Gisted(msgspec.Struct, frozen=True, tag="gists"):
    """Makes the gist of each text, as Cilium *version* takes it."""

    version: Version
    rooms: ClassVar[tuple[str, ...]] = ("manifest", "peers", "requests", "model", "algebra")
    """`manifest`, and all that it may import: a change of any of them may change what is made."""

    def made(self, texts: Sequence[str]) -> Sequence[Gist]:
        return gists(texts, self.version)

    def packed(self, made: Sequence[Gist]) -> bytes | None:
        """What was *made*, as bytes; None as for `deflated`."""
        return _packed(made, taken)

    def unpacked(self, data: bytes, count: int, items: Items) -> Sequence[Gist] | None:
        """The *count* gists that *data* holds; None when it holds anything else. Items are looked up in *items*."""
        return _unpacked(_GISTS, data, count, lambda gist, sections: put_back(gist, sections, items))

    def may_be_kept(self, made: Sequence[Gist]) -> bool:
        return all(map(_is_sound, made))


class Examined(msgspec.Struct, frozen=True, tag="examined"):
    """Makes the gist of each text, and the findings in it of the rules that need no other text."""

    settings: Settings
    rooms: ClassVar[tuple[str, ...]] = (*Gisted.rooms, "lint", "semantics")

    def made(self, texts: Sequence[str]) -> Sequence[GistAndFindings]:
        from propolis.lint.alone import examined  # whoever only reads needs none of the rules

        return examined(texts, self.settings)

    def packed(self, made: Sequence[GistAndFindings]) -> bytes | None:
        return _packed(made, lambda one, sections: (taken(one[0], sections), one[1]))

    def unpacked(self, data: bytes, count: int, items: Items) -> Sequence[GistAndFindings] | None:
        return _unpacked(
            _EXAMINED, data, count, lambda one, sections: (put_back(one[0], sections, items), one[1])
        )

    def may_be_kept(self, made: Sequence[GistAndFindings]) -> bool:
        return all(_is_sound(gist) for gist, _ in made)


Making = Gisted | Examined


def package(making: Making, texts: Sequence[str]) -> bytes | None:
    """What *making* makes of *texts*, as bytes."""
    made: Sequence[Any] = making.made(texts)
    return making.packed(made)


_GISTS = msgspec.msgpack.Decoder(_Package[Gist])
_EXAMINED = msgspec.msgpack.Decoder(_Package[GistAndFindings])


def _packed(made: Sequence[T], bare: Callable[[T, list[Sections]], T]) -> bytes | None:
    sections: list[Sections] = []
    try:
        found = tuple([bare(one, sections) for one in made])
    except _UNENCODABLE:
        return None
    return deflated(_Package(found, tuple(sections)))


def _unpacked(
    decoder: msgspec.msgpack.Decoder[_Package[T]],
    data: bytes,
    count: int,
    whole: Callable[[T, deque[Sections]], T],
) -> tuple[T, ...] | None:
    held = inflated(decoder, data)
    if held is None or len(held.made) != count:
        return None
    sections = deque(held.sections)
    try:
        found = [whole(one, sections) for one in held.made]
    except (IndexError, msgspec.DecodeError):
        return None
    return None if sections else tuple(found)


_UNENCODABLE = (OverflowError, UnicodeEncodeError)
"""What is raised for numbers beyond 64 bits, and for text that is none."""


def deflated(value: object) -> bytes | None:
    """*value* as bytes; None when it holds what these cannot."""
    try:
        return zlib.compress(msgspec.msgpack.encode(value), 1)
    except _UNENCODABLE:
        return None


def inflated(decoder: msgspec.msgpack.Decoder[T], data: bytes) -> T | None:
    """What *data* was packed from; None when it is not whole, or no such thing."""
    unzip = zlib.decompressobj()
    try:
        found = decoder.decode(unzip.decompress(data, _LONGEST))
    except (zlib.error, msgspec.DecodeError):
        return None
    return found if unzip.eof else None


def _is_sound(gist: Gist) -> bool:
    """Whether the text is not broken: what is said about a broken one names keys, of a Secret too."""
    return not any(remark.severity == "error" for remark in gist.broken)
