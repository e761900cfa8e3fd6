"""Makings: what can be made of a text alone, and kept: its gist, and what rules say of it besides."""

import zlib
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

import msgspec

from propolis.manifest import Gist, gists
from propolis.model.finding import Finding
from propolis.model.settings import Settings, Version

_LONGEST = 2**30
"""Bytes of what is made. No text within the limits of reading comes to so much."""

T = TypeVar("T")


class Gisted(msgspec.Struct, frozen=True, tag="gists"):
    """Makes the gist of each text, as Cilium *version* takes it."""

    version: Version
    rooms: ClassVar[tuple[str, ...]] = ("manifest", "peers", "requests", "model", "algebra")
    """`manifest`, and all that it may import: a change of any of them may change what is made."""

    def made(self, texts: Sequence[str]) -> Sequence[Gist]:
        return gists(texts, self.version)

    def unpacked(self, data: bytes, count: int) -> Sequence[Gist] | None:
        return _unpacked(_GISTS, data, count)

    def may_be_kept(self, made: Sequence[Gist]) -> bool:
        return all(map(_is_sound, made))


class Examined(msgspec.Struct, frozen=True, tag="examined"):
    """Makes the gist of each text, and the findings in it of the rules that need no other text."""

    settings: Settings
    rooms: ClassVar[tuple[str, ...]] = (*Gisted.rooms, "lint", "semantics")

    def made(self, texts: Sequence[str]) -> Sequence[tuple[Gist, tuple[Finding, ...]]]:
        from propolis.lint.alone import examined  # whoever only reads needs none of the rules

        return examined(texts, self.settings)

    def unpacked(self, data: bytes, count: int) -> Sequence[tuple[Gist, tuple[Finding, ...]]] | None:
        return _unpacked(_EXAMINED, data, count)

    def may_be_kept(self, made: Sequence[tuple[Gist, tuple[Finding, ...]]]) -> bool:
        return all(_is_sound(gist) for gist, _ in made)


Making = Gisted | Examined

_GISTS = msgspec.msgpack.Decoder(tuple[Gist, ...])
_EXAMINED = msgspec.msgpack.Decoder(tuple[tuple[Gist, tuple[Finding, ...]], ...])


def packed(made: Sequence[Any]) -> bytes | None:
    """What was *made*, as bytes; None when it holds what these cannot (numbers beyond 64 bits)."""
    try:
        return zlib.compress(msgspec.msgpack.encode(made), 1)
    except (OverflowError, UnicodeEncodeError):
        return None


def _unpacked(
    decoder: msgspec.msgpack.Decoder[tuple[T, ...]], data: bytes, count: int
) -> tuple[T, ...] | None:
    """The *count* things that *data* holds; None when it holds anything else."""
    found = inflated(decoder, data)
    return found if found is not None and len(found) == count else None


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
