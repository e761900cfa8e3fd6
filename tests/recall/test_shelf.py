"""The shelf: what was put is found, whole or not at all, and nothing that happens to the folder is an error."""

import os
from pathlib import Path

import pytest

from propolis.recall.shelf import Shelf, place

KEY, OTHER, THIRD = (bytes([number]) * 32 for number in range(3))


def filled(folder: Path) -> Shelf:
    shelf = Shelf(folder / "gists")
    shelf.put({KEY: b"value " * 100})
    return shelf


def files(folder: Path) -> list[Path]:
    return sorted((folder / "gists").iterdir())


def test_what_was_put_is_found(tmp_path: Path) -> None:
    assert filled(tmp_path).get(KEY) == b"value " * 100
    assert Shelf(tmp_path / "gists").get(KEY) == b"value " * 100
    assert Shelf(tmp_path / "gists").get(OTHER) is None


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    filled(tmp_path)
    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "gists", *files(tmp_path))] == [0, 0]


def test_damage_is_not_found_and_mended_by_the_next_put(tmp_path: Path) -> None:
    shelf = filled(tmp_path)
    (file,) = files(tmp_path)
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert shelf.get(KEY) is None
        file.write_bytes(whole[:at])
        assert shelf.get(KEY) is None
    shelf.put({KEY: b"again"})
    assert shelf.get(KEY) == b"again"


def test_an_entry_under_another_key_is_not_found(tmp_path: Path) -> None:
    shelf = filled(tmp_path)
    (file,) = files(tmp_path)
    file.rename(file.with_name(OTHER.hex() + file.suffix))
    assert shelf.get(OTHER) is None


def test_the_oldest_go_first(tmp_path: Path) -> None:
    shelf = filled(tmp_path)
    size = files(tmp_path)[0].stat().st_size
    shelf.put({OTHER: b"value " * 100})
    for age, key in enumerate((OTHER, KEY)):  # KEY is the older one
        os.utime(tmp_path / "gists" / f"{key.hex()}.gists", (1_000 - age, 1_000 - age))
    assert shelf.get(KEY)  # until somebody asks for it
    Shelf(tmp_path / "gists", most=2 * size).put({THIRD: b"value " * 100})
    assert [shelf.get(key) is not None for key in (KEY, OTHER, THIRD)] == [True, False, True]


def test_files_of_others_stay(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "gists" / "mine.yaml").write_text("a: 1")
    Shelf(tmp_path / "gists", most=0).put({OTHER: b""})
    assert [file.name for file in files(tmp_path)] == ["mine.yaml"]


def test_a_folder_that_others_can_write_to_is_not_used(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "gists").chmod(0o770)
    shelf = Shelf(tmp_path / "gists")
    shelf.put({OTHER: b""})
    assert shelf.get(KEY) is None
    assert len(files(tmp_path)) == 1


def test_a_link_is_not_used(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "gists")
    assert Shelf(tmp_path / "link").get(KEY) is None


def test_a_folder_that_cannot_be_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "gists").write_text("a file")
    assert filled(tmp_path).get(KEY) is None


def test_a_folder_that_was_deleted_meanwhile_is_no_error(tmp_path: Path) -> None:
    shelf = filled(tmp_path)
    files(tmp_path)[0].unlink()
    (tmp_path / "gists").rmdir()
    shelf.put({OTHER: b""})
    assert shelf.get(KEY) is None


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"PROPOLIS_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/c/gists"),
        ({"PROPOLIS_CACHE": "", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/propolis/gists"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/propolis/gists"),
        ({"HOME": "/h"}, "/h/.cache/propolis/gists"),
        ({}, None),
    ],
)
def test_where_it_is(environment: dict[str, str], folder: str | None) -> None:
    assert place(environment) == (None if folder is None else Path(folder))
