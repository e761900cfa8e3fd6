"""Bundles: neighbouring texts that are kept together, and the key that says what is made of them depends on."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec
import yaml

import propolis
from propolis.recall.makings import Making

_FORMAT = 3
_LARGEST = 64_000
"""Code points, from which on a text is kept alone: a folder may hold tens of thousands of small files."""
_ONE_IN = 32
"""Texts on average after which a bundle ends by what they are, so that a new text moves its neighbours only."""


class Bundle(msgspec.Struct, frozen=True):
    """*key* is the same for the same texts, of which the same Propolis makes the same."""

    key: bytes
    texts: tuple[str, ...]


def bundles(texts: Sequence[str], making: Making) -> Iterator[Bundle]:
    """*texts*, in their order, as bundles of which *making* makes something.

    Law: which bundle a text is in depends on the few texts before it (tests/recall/test_bundles.py).
    """
    start = beginning(making)
    held: list[str] = []
    size = 0
    digest = hashlib.blake2b(start, digest_size=32)
    for text in texts:
        own = of_text(text)
        held.append(text)
        size += len(text)
        digest.update(own)
        if size >= _LARGEST or own[0] % _ONE_IN == 0:
            yield Bundle(digest.digest(), tuple(held))
            held, size, digest = [], 0, hashlib.blake2b(start, digest_size=32)
    if held:
        yield Bundle(digest.digest(), tuple(held))


def of_text(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=32).digest()


def beginning(making: Making) -> bytes:
    """What everything depends on that *making* makes, besides texts."""
    return stamp(making.rooms) + msgspec.json.encode(making, order="deterministic")


@cache
def stamp(rooms: tuple[str, ...]) -> bytes:
    """The code in *rooms*, as it is now, and the YAML parser."""
    root = Path(propolis.__file__).parent
    files = [path for room in rooms for path in sorted((root / room).rglob("*.py"))]
    digest = hashlib.blake2b(digest_size=32)
    for part in (_FORMAT, propolis.__version__, yaml.__version__, yaml.__with_libyaml__):
        digest.update(f"{part}\n".encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.digest()
