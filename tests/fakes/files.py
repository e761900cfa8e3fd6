"""Files in memory, for the ports `SourceReader` and `OutputWriter`."""

import posixpath
from collections.abc import Mapping, Sequence

from propolis.commands.ports import Sources
from propolis.manifest import Source
from propolis.model.report import Exit, Written
from propolis.model.span import Problem


class MemoryReader:
    """Reads from *texts*; a name that is not there is bad input."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def read(self, paths: Sequence[str]) -> Sources:
        found = tuple(Source(path, self.texts[path]) for path in paths if path in self.texts)
        problems = tuple(
            Problem("no-such-path", f"there is no file or folder `{path}`", None)
            for path in paths
            if path not in self.texts
        )
        return Sources(found, problems, Exit.BAD_INPUT if problems else Exit.KEPT)


class MemoryProject:
    """Files in memory, for the port `ProjectFiles`; the current folder is the one of all paths without `/` in front."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def nearest(self, name: str) -> str | None:
        return name if name in self.texts else None

    def exists(self, path: str) -> bool:
        return path in self.texts

    def text(self, path: str) -> Source | Problem:
        if path in self.texts:
            return Source(path, self.texts[path])
        return Problem("no-such-path", f"there is no file `{path}`", None)

    def folder(self, path: str) -> str:
        return posixpath.dirname(path)

    def below(self, folder: str, path: str) -> str:
        return posixpath.join(folder, path)

    def place(self, path: str, folder: str) -> str:
        return posixpath.relpath(path, folder or ".")


class MemoryWriter:
    """Writes into *texts*; *full* makes every write fail as a full disk does."""

    def __init__(self, texts: dict[str, str] | None = None, full: OSError | None = None) -> None:
        self.texts = {} if texts is None else texts
        self.full = full

    def write(self, path: str, content: str) -> Written:
        if self.full:
            raise self.full
        changed = self.texts.get(path) != content
        self.texts[path] = content
        return Written(path, changed)

    def manifests(self, folder: str) -> Sequence[str]:
        start = folder.rstrip("/") + "/"
        names = (path.removeprefix(start) for path in self.texts if path.startswith(start))
        return sorted(name for name in names if "/" not in name and name.endswith((".yaml", ".yml", ".json")))

    def places(self, paths: Sequence[str], folder: str) -> Mapping[str, str]:
        shared = posixpath.commonpath([posixpath.dirname(path) for path in paths]) if paths else ""
        return {path: posixpath.join(folder, posixpath.relpath(path, shared or ".")) for path in paths}
