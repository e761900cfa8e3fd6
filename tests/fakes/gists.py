"""Gists made here, for the port `Gists`."""

from collections.abc import Sequence

from propolis.manifest import Gist, gists
from propolis.model.settings import Version


class CountingGists:
    """Makes gists as `manifest` does; *asked* holds every text and version that it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Version]] = []

    def __call__(self, texts: Sequence[str], version: Version) -> Sequence[Gist]:
        self.asked += [(text, version) for text in texts]
        return gists(texts, version)
