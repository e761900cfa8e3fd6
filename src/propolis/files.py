"""The disk: manifests are read from files, folders and stdin; outputs are written whole or not at all."""

import gzip
import os
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from propolis.commands.ports import Sources
from propolis.manifest import Source
from propolis.model.report import Exit, Written
from propolis.model.span import Problem

SUFFIXES = (".yaml", ".yml", ".json")
_RECORD = msgspec.json.Decoder(dict[str, Any])

STDIN = "-"
STDIN_NAME = "<stdin>"

SIZE_LIMIT = 32 * 2**20
"""Bytes of one file. The largest Kubernetes stream that people keep in one file is a few MiB; what is
larger is a mistake (a dump, an image), and would only be noticed after minutes of parsing."""


class DiskReader:
    """Reads what the arguments name; implements `commands.ports.SourceReader`."""

    def read(self, paths: Sequence[str]) -> Sources:
        texts: list[Source] = []
        problems: list[Problem] = []
        worst = Exit.KEPT
        seen: set[tuple[int, int] | str] = set()
        named = frozenset(paths)
        for found in self._found(paths):
            outcome = found if isinstance(found, _Failure) else _text(found, seen, found in named)
            if isinstance(outcome, _Failure):
                problems.append(outcome.problem)
                worst = max(worst, outcome.exit)
            elif outcome is not None:
                texts.append(outcome)
        return Sources(tuple(texts), tuple(problems), worst)

    def _found(self, paths: Sequence[str]) -> "Iterator[str | _Failure]":
        for path in paths:
            if path == STDIN:
                yield path
            elif "://" in path:
                yield _bad(
                    "url",
                    f"`{path}` is a URL, and nothing is ever fetched",
                    "download it, then name the file",
                )
            elif not os.path.lexists(path):
                yield _bad("no-such-path", f"there is no file or folder `{path}`", _nearby(path))
            elif Path(path).is_dir():
                yield from _manifests(path)
            else:
                yield path


class DiskFiles:
    """Reads files that a profile names; implements `commands.ports.FileReader`."""

    def data(self, name: str, beside: str) -> bytes | Problem:
        folder = Path() if beside == STDIN_NAME else Path(beside).parent
        path = folder / name
        if not path.is_file():
            return Problem("no-such-path", f"there is no file `{path}`", None, _nearby(str(path)))
        data = _bytes(str(path))
        if len(data) > SIZE_LIMIT:
            return Problem("too-large", f"`{path}` is larger than {SIZE_LIMIT >> 20} MiB", None)
        return data


class DiskRecords:
    """Reads files of one JSON object a line; implements `commands.ports.RecordReader`."""

    def records(self, path: str) -> Sequence[Mapping[str, Any]] | Problem:
        data = Path(path).read_bytes()
        try:
            text = gzip.decompress(data) if path.endswith(".gz") else data
            return [_RECORD.decode(line) for line in text.splitlines() if line.strip()]
        except (EOFError, gzip.BadGzipFile, zlib.error, msgspec.DecodeError) as error:
            message = f"`{path}` is no file of recorded cases: {error}"
            return Problem(
                "not-records", message, None, "one JSON object a line, or the same compressed by gzip"
            )


class _Folders:
    """What both writers say about folders."""

    def manifests(self, folder: str) -> Sequence[str]:
        place = Path(folder)
        found = place.iterdir() if place.is_dir() else ()
        return sorted(entry.name for entry in found if _is_manifest(entry.name))

    def places(self, paths: Sequence[str], folder: str) -> Mapping[str, str]:
        # not `resolve`: a link keeps its own place
        absolute = {path: Path(os.path.abspath(path)) for path in paths}  # noqa: PTH100
        shared = os.path.commonpath([place.parent for place in absolute.values()]) if paths else ""
        return {path: str(Path(folder) / place.relative_to(shared)) for path, place in absolute.items()}


class DiskWriter(_Folders):
    """Writes through a temporary file in the same folder; implements `commands.ports.OutputWriter`."""

    def write(self, path: str, content: str) -> Written:
        target = Path(path).resolve()
        data = content.encode()
        if target.exists() and not target.is_file():
            target.write_bytes(data)  # a device or a pipe: nothing to replace
            return Written(path, changed=True)
        if _holds(target, data):
            return Written(path, changed=False)
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data)
        return Written(path, changed=True)


class DryWriter(_Folders):
    """Writes nothing and says what would change; implements `commands.ports.OutputWriter`."""

    def write(self, path: str, content: str) -> Written:
        return Written(path, changed=not _holds(Path(path), content.encode()))


class DiskProject:
    """Finds what stands beside the manifests; implements `commands.ports.ProjectFiles`."""

    def nearest(self, name: str) -> str | None:
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / name).is_file():
                return os.path.relpath(folder / name)
        return None

    def exists(self, path: str) -> bool:
        return Path(path).exists()

    def text(self, path: str) -> Source | Problem:
        if not os.path.lexists(path):
            return _bad("no-such-path", f"there is no file `{path}`", _nearby(path)).problem
        found = _text(path, set(), True)
        assert found is not None, "nothing was read before"
        return found.problem if isinstance(found, _Failure) else found

    def folder(self, path: str) -> str:
        return str(Path(path).parent)

    def below(self, folder: str, path: str) -> str:
        return str(Path(folder) / path)

    def place(self, path: str, folder: str) -> str:
        if path == STDIN_NAME:
            return path
        return os.path.relpath(path, folder or ".").replace(os.sep, "/")


class _Failure:
    """A path that could not be read, and how bad that is."""

    def __init__(self, exit_: Exit, code: str, message: str, help_: str) -> None:
        self.exit = exit_
        self.problem = Problem(code, message, None, help_)


def _bad(code: str, message: str, help_: str = "") -> _Failure:
    return _Failure(Exit.BAD_INPUT, code, message, help_)


def _outside(path: str, error: OSError) -> _Failure:
    message = f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}"
    is_lost = isinstance(error, FileNotFoundError) and Path(path).is_symlink()
    help = (
        "it is a link that leads nowhere: mend or remove it"
        if is_lost
        else "check the permissions, or leave it out"
    )
    return _Failure(Exit.OUTSIDE_FAILED, "unreadable", message, help)


def _nearby(path: str) -> str:
    """A help for a *path* that does not exist: what is nearly called so, or which part of it is missing."""
    missing = Path(path)
    while missing.parent != missing and not missing.parent.exists():
        missing = missing.parent
    if not missing.parent.is_dir():
        return f"`{missing.parent}` is no folder"
    close = get_close_matches(missing.name, sorted(entry.name for entry in missing.parent.iterdir()), 1)
    return (
        f"did you mean `{missing.parent / close[0]}`?"
        if close
        else f"`{missing.parent}` has no `{missing.name}`"
    )


def _manifests(folder: str) -> Iterator[str | _Failure]:
    """Every manifest below *folder*, sorted; hidden names and folders already visited are skipped."""
    visited: set[tuple[int, int]] = set()
    failures: list[OSError] = []
    count = 0
    for root, folders, files in os.walk(folder, onerror=failures.append, followlinks=True):
        try:
            place = _identity(root)
        except OSError as error:
            failures.append(error)
            continue
        if place in visited:
            folders.clear()  # a link back into a folder that is being walked
            continue
        visited.add(place)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        start = str(Path(root) / "_")[:-1]
        for name in sorted(files):
            if _is_manifest(name):
                count += 1
                yield start + name
    for failure in failures:
        yield _outside(str(failure.filename), failure)
    if not count and not failures:
        yield _bad(
            "no-manifests",
            f"folder `{folder}` holds no manifest",
            f"manifests end in {', '.join(SUFFIXES)}; hidden files and folders are skipped",
        )


def _is_manifest(name: str) -> bool:
    return name.endswith(SUFFIXES) and not name.startswith(".")


def _identity(path: str) -> tuple[int, int]:
    status = Path(path).stat()
    return status.st_dev, status.st_ino


def _text(path: str, seen: set[tuple[int, int] | str], is_named: bool) -> Source | _Failure | None:
    """The text of *path*; None when it was read before under another name.

    None too for what is no file, a pipe for instance, unless it *is_named*: one in a folder would be waited for.
    """
    if (shown := path.encode("utf-8", "replace").decode()) != path:
        return _bad(
            "name-not-utf-8", f"the name of `{shown}` is not UTF-8", "rename it: reports could not name it"
        )
    try:
        key: tuple[int, int] | str = path
        if path != STDIN:
            status = os.stat(path)  # noqa: PTH116 - saves a Path for each of thousands of files
            key = status.st_dev, status.st_ino
            if not is_named and not stat.S_ISREG(status.st_mode):
                return None
        if key in seen:
            return None
        seen.add(key)
        data = _bytes(path)
    except OSError as error:
        return _outside(path, error)
    name = STDIN_NAME if path == STDIN else path
    if len(data) > SIZE_LIMIT:
        return _bad(
            "too-large", f"`{name}` is larger than {SIZE_LIMIT >> 20} MiB", "split it into smaller files"
        )
    try:
        return Source(name, data.decode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _bad("not-utf-8", f"`{name}` is not UTF-8 text (line {line})", "save it as UTF-8")


def _bytes(path: str) -> bytes:
    """The content, up to one byte more than the limit: an endless pipe is not read to its end."""
    if path == STDIN:
        return sys.stdin.buffer.read(SIZE_LIMIT + 1)
    with open(path, "rb") as file:  # noqa: PTH123 - see `_text`
        # `read` makes room for all that it is asked for: 32 MiB for each small file is slow. A pipe has no size.
        size = min(os.fstat(file.fileno()).st_size, SIZE_LIMIT)
        data = file.read(size + 1)
        return data if len(data) <= size else data + file.read(SIZE_LIMIT - size)


def _holds(target: Path, data: bytes) -> bool:
    try:
        return target.read_bytes() == data
    except FileNotFoundError:
        return False


def _replace(target: Path, data: bytes) -> None:
    """Let *target* hold *data* in one step; an interruption at any moment leaves the old content."""
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:  # KeyboardInterrupt too: nothing half-written stays behind
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
