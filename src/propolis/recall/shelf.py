"""The shelf: a folder of the user where bytes are kept by key; it may be deleted at any time.

It never fails: what cannot be kept is not kept, and what was damaged is not found.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path

MOST = 256 * 2**20
"""Bytes of the folder: the gists of some hundred clusters of ten thousand workloads."""

_MAGIC = b"propolis gists\n"
_DIGEST = 32
_SUFFIX = ".gists"
_PARTIAL = ".partial"


def place(environment: Mapping[str, str]) -> Path | None:
    """The folder that *environment* names; None when it names none."""
    if named := environment.get("PROPOLIS_CACHE"):
        return Path(named) / "gists"
    base = Path(environment.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():
        return base / "propolis" / "gists"
    home = Path(environment.get("HOME", ""))
    return home / ".cache" / "propolis" / "gists" if home.is_absolute() else None


class Shelf:
    """Keeps bytes in *folder*, up to *most* bytes together; the ones not asked for longest go first."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder = folder
        self._most = most

    @cached_property
    def _safe(self) -> bool:
        return _only_ours(self._folder)

    def get(self, key: bytes) -> bytes | None:
        """What was put under *key*; None when there is nothing, or not all of it."""
        if not self._safe:
            return None
        file = self._file(key)
        try:
            data = file.read_bytes()
        except OSError:
            return None
        with suppress(OSError):  # a cache that can only be read is read
            os.utime(file)
        head, digest, body = _parts(data)
        return body if head == _MAGIC and digest == _digest(key, body) else None

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keep *entries*, by key, as far as there is room."""
        if not entries or not self._safe:
            return
        # A cache that cannot be written (a full disk, a folder that was deleted meanwhile) costs time, nothing else.
        with suppress(OSError):
            for key, data in entries.items():
                self._write(key, data)
            self._tidy()

    def _write(self, key: bytes, data: bytes) -> None:
        handle, partial = tempfile.mkstemp(dir=self._folder, suffix=_PARTIAL)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_MAGIC + _digest(key, data) + data)
            Path(partial).replace(self._file(key))
        except BaseException:  # KeyboardInterrupt too: nothing half-written stays behind
            with suppress(FileNotFoundError):
                Path(partial).unlink()
            raise

    def _file(self, key: bytes) -> Path:
        return self._folder / (key.hex() + _SUFFIX)

    def _tidy(self) -> None:
        """Remove the oldest entries beyond the limit."""
        found = [(entry, entry.stat()) for entry in os.scandir(self._folder) if _is_entry(entry)]
        total = sum(status.st_size for _, status in found)
        for entry, status in sorted(found, key=lambda pair: pair[1].st_mtime_ns):
            if total <= self._most:
                break
            Path(entry.path).unlink(missing_ok=True)
            total -= status.st_size


def _only_ours(folder: Path) -> bool:
    """Whether *folder* can be made, and is one that nobody else can write to: its content decides verdicts."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return False
    others = stat.S_IWGRP | stat.S_IWOTH
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & others


def _is_entry(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith((_SUFFIX, _PARTIAL)) and entry.is_file(follow_symlinks=False)


def _parts(data: bytes) -> tuple[bytes, bytes, bytes]:
    start, end = len(_MAGIC), len(_MAGIC) + _DIGEST
    return data[:start], data[start:end], data[end:]


def _digest(key: bytes, body: bytes) -> bytes:
    return hashlib.blake2b(body, key=key, digest_size=_DIGEST).digest()
