"""Git revisions: manifests as a commit has them, asked of `git` itself."""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from propolis.commands.ports import SourceReader, Sources
from propolis.files import SIZE_LIMIT, SUFFIXES
from propolis.manifest import Source
from propolis.model.report import Exit
from propolis.model.span import Problem

_SPELLING = re.compile(r"(?P<revision>[^-:][^:]*):(?P<path>.*)", re.S)
_QUIET = {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
"""Nothing is fetched, nothing is written, and messages are the same everywhere."""


class _Failure(Exception):  # noqa: N818  (carries what the caller returns)
    def __init__(self, exit_: Exit, problem: Problem) -> None:
        super().__init__(problem.message)
        self.exit = exit_
        self.problem = problem


class _Blob(msgspec.Struct, frozen=True):
    """A file of a commit: its object, and the name that spans give it."""

    object: str
    name: str


class RevisionReader:
    """Reads `REVISION:PATH` from the repository of the current folder, and everything else through *disk*;
    implements `commands.ports.SourceReader`. PATH counts from the repository's root, `./PATH` from here.
    """

    def __init__(self, disk: SourceReader) -> None:
        self._disk = disk

    def read(self, paths: Sequence[str]) -> Sources:
        found = [self._one(path) for path in paths]
        return Sources(
            tuple(text for each in found for text in each.texts),
            tuple(problem for each in found for problem in each.problems),
            max((each.exit for each in found), default=Exit.KEPT),
        )

    def _one(self, path: str) -> Sources:
        if "://" in path or not _SPELLING.fullmatch(path) or Path(path).exists():
            return self._disk.read((path,))
        try:
            return Sources(tuple(_sources(path)))
        except _Failure as failure:
            return Sources((), (failure.problem,), failure.exit)


def _sources(spelling: str) -> Iterator[Source]:
    what = _git(spelling, "rev-parse", "--verify", "--quiet", spelling).strip().decode()
    kind = _git(spelling, "cat-file", "-t", what).strip()
    blobs = [_Blob(what, spelling)] if kind == b"blob" else _blobs(spelling, what)
    for blob in blobs:
        size = int(_git(spelling, "cat-file", "-s", blob.object))
        if size > SIZE_LIMIT:
            message = f"`{blob.name}` is larger than {SIZE_LIMIT >> 20} MiB"
            raise _bad("too-large", message, "split it into smaller files")
        try:
            yield Source(blob.name, _git(spelling, "cat-file", "blob", blob.object).decode())
        except UnicodeDecodeError as error:
            raise _bad("not-utf-8", f"`{blob.name}` is not UTF-8 text", "save it as UTF-8") from error


def _blobs(spelling: str, tree: str) -> list[_Blob]:
    """Every manifest below *tree*, sorted; hidden names are skipped, as on the disk."""
    listed = _git(spelling, "ls-tree", "-r", "-z", "--full-tree", tree).decode(errors="surrogateescape")
    base = spelling if spelling.endswith((":", "/")) else spelling + "/"
    found: list[_Blob] = []
    for entry in filter(None, listed.split("\0")):
        described, _, name = entry.partition("\t")
        mode, _, object_ = described.split(" ")
        if not name.endswith(SUFFIXES) or any(part.startswith(".") for part in name.split("/")):
            continue
        if mode not in ("100644", "100755"):
            message = f"`{base}{name}` is a link, which is not followed in a revision"
            raise _bad("link", message, "name the file that it leads to")
        found.append(_Blob(object_, base + name))
    if not found:
        help_ = f"manifests end in {', '.join(SUFFIXES)}; hidden files and folders are skipped"
        raise _bad("no-manifests", f"`{spelling}` holds no manifest", help_)
    return sorted(found, key=lambda blob: blob.name.split("/"))


def _git(spelling: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  (no shell; the arguments are objects and one checked spelling)
            ["git", *arguments],  # noqa: S607  (git is where the user has it)
            capture_output=True,
            check=False,
            env={**os.environ, **_QUIET},
        )
    except FileNotFoundError as error:
        message = f"`{spelling}` is read by git, and there is no git here"
        problem = Problem(
            "no-git", message, None, "install git, or check the revision out and name the folder"
        )
        raise _Failure(Exit.OUTSIDE_FAILED, problem) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = f": {said[0].removeprefix('fatal: ')}" if said else ""
        message = f"there is no file or folder `{spelling}`, nor a commit that has it{reason}"
        help_ = "write `REVISION:PATH`, as in `HEAD~1:policies`; the path counts from the repository's root"
        raise _bad("no-such-revision", message, help_)
    return done.stdout


def _bad(code: str, message: str, help_: str) -> _Failure:
    return _Failure(Exit.BAD_INPUT, Problem(code, message, None, help_))
