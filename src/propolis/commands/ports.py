"""What the verbs need from outside, as Protocols: sources to read, gists of texts, files to write.

The Protocol `Gists` is that of `manifest`, which makes gists itself where nobody remembers them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from propolis.manifest import Gists as Gists
from propolis.manifest import Source
from propolis.model.report import Exit, Written
from propolis.model.span import Problem


class Sources(msgspec.Struct, frozen=True):
    """What could be read. *exit* is the worst that happened: KEPT, BAD_INPUT or OUTSIDE_FAILED."""

    texts: tuple[Source, ...]
    problems: tuple[Problem, ...] = ()
    exit: Exit = Exit.KEPT


class SourceReader(Protocol):
    def read(self, paths: Sequence[str]) -> Sources:
        """The manifests under *paths* (files, folders, `-`), in a stable order.

        Errors: what cannot be read becomes a problem; the rest is still read.
        """
        ...


class RecordReader(Protocol):
    def records(self, path: str) -> Sequence[Mapping[str, Any]] | Problem:
        """The JSON objects of *path*, one a line, perhaps compressed by gzip (`….gz`).

        Errors: a Problem when it is no such file; OSError when the system refuses to read it.
        """
        ...


class OutputWriter(Protocol):
    def write(self, path: str, content: str) -> Written:
        """Make *path* hold *content*, entirely or not at all.

        Errors: OSError, and then *path* holds what it held before.
        """
        ...

    def manifests(self, folder: str) -> Sequence[str]:
        """The names of the manifests right in *folder*, sorted; none when there is no such folder."""
        ...

    def places(self, paths: Sequence[str], folder: str) -> Mapping[str, str]:
        """Path → the path of its copy: below *folder* as it is below the folder that all *paths* share."""
        ...


class ProjectFiles(Protocol):
    """The files beside the manifests that say how to look at them."""

    def nearest(self, name: str) -> str | None:
        """The path of the file *name* in the current folder, or in the nearest one above that has it."""
        ...

    def exists(self, path: str) -> bool: ...

    def text(self, path: str) -> Source | Problem:
        """What *path* holds.

        Errors: a Problem when it cannot be read.
        """
        ...

    def folder(self, path: str) -> str:
        """The folder that *path* stands in."""
        ...

    def below(self, folder: str, path: str) -> str:
        """*path*, which counts from *folder* ("": the current one)."""
        ...

    def place(self, path: str, folder: str) -> str:
        """*path* as it counts from *folder*, with `/` between its parts; another way of naming the same is the same."""
        ...
