"""Bundles: neighbouring texts that are kept together, and the key that says what their gists depend on."""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec
import yaml

import propolis
from propolis.manifest import Gist
from propolis.model.settings import Version

_FORMAT = 1
_LARGEST = 64_000
"""Code points, from which on a text is kept alone: a folder may hold tens of thousands of small files."""
_ONE_IN = 32
"""Texts on average after which a bundle ends by what they are, so that a new text moves its neighbours only."""

_LONGEST = 2**30
"""Bytes of gists. No text within the limits of reading comes to so much."""

_ROOMS = ("manifest", "peers", "requests", "model", "algebra")
"""`manifest`, and all that it may import."""

_GISTS = msgspec.msgpack.Decoder(tuple[Gist, ...])


class Bundle(msgspec.Struct, frozen=True):
    """*key* is the same for the same texts, read by the same Propolis as the same version of Cilium takes them."""

    key: bytes
    texts: tuple[str, ...]


def bundles(texts: Sequence[str], version: Version) -> Iterator[Bundle]:
    """*texts*, in their order, as bundles.

    Law: which bundle a text is in depends on the few texts before it (tests/recall/test_bundles.py).
    """
    start = stamp() + str(version).encode()
    held: list[str] = []
    size = 0
    digest = hashlib.blake2b(start, digest_size=32)
    for text in texts:
        own = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=32).digest()
        held.append(text)
        size += len(text)
        digest.update(own)
        if size >= _LARGEST or own[0] % _ONE_IN == 0:
            yield Bundle(digest.digest(), tuple(held))
            held, size, digest = [], 0, hashlib.blake2b(start, digest_size=32)
    if held:
        yield Bundle(digest.digest(), tuple(held))


@cache
def stamp() -> bytes:
    """What gists depend on besides the texts: the code that makes them, as it is now, and the YAML parser."""
    root = Path(propolis.__file__).parent
    files = [path for room in _ROOMS for path in sorted((root / room).rglob("*.py"))]
    digest = hashlib.blake2b(digest_size=32)
    for part in (_FORMAT, propolis.__version__, yaml.__version__, yaml.__with_libyaml__):
        digest.update(f"{part}\n".encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.digest()


def packed(gists: Sequence[Gist]) -> bytes | None:
    """*gists* as bytes; None when they hold what these cannot (numbers beyond 64 bits)."""
    try:
        return zlib.compress(msgspec.msgpack.encode(gists), 1)
    except (OverflowError, UnicodeEncodeError):
        return None


def unpacked(data: bytes, count: int) -> tuple[Gist, ...] | None:
    """The *count* gists that *data* holds; None when it holds anything else."""
    unzip = zlib.decompressobj()
    try:
        found = _GISTS.decode(unzip.decompress(data, _LONGEST))
    except (zlib.error, msgspec.DecodeError):
        return None
    return found if len(found) == count and unzip.eof else None


def may_be_kept(gists: Sequence[Gist]) -> bool:
    """Whether no text is broken: what is said about a broken one names keys, of a Secret too."""
    return not any(remark.severity == "error" for gist in gists for remark in gist.broken)
