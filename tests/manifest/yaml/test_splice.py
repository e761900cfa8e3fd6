"""Edits of a written document: the rest of the file stays byte for byte."""

import difflib
from collections.abc import Callable

import pytest

from propolis.manifest.splice import Edit, append_item, remove_item, rename_key, replace_value, spliced
from propolis.manifest.yaml import Document, documents
from propolis.model.span import Path

TEXT = """\
# head
a: 1   # one
list:
  - x: 1   # first
    z: 2
  # between
  - w   # ww
m:
  only: {k: v, l: [1, 2, 3]}
empty:
e2: |
  foo
  bar

nest:
- - p
  - q
- 'u v': "w"
anchor: &q [1]
user: *q
deep:  # why
  # how
  - 1
tail: "q"
"""


def changed_lines(edit: Edit | None) -> list[str]:
    assert edit is not None
    after = spliced(TEXT, [edit])
    lines = difflib.unified_diff(TEXT.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def document() -> Document:
    (read,) = documents(TEXT, "f.yaml").documents
    return read


@pytest.mark.parametrize(
    ("path", "new", "lines"),
    [
        (("a",), '"5"', ["-a: 1   # one", '+a: "5"   # one']),
        (("empty",), "x", ["-empty:", "+empty: x"]),
        (("e2",), "x", ["-e2: |", "-  foo", "-  bar", "+e2: x"]),
        (("m", "only", "l", 1), "[]", ["-  only: {k: v, l: [1, 2, 3]}", "+  only: {k: v, l: [1, [], 3]}"]),
        (("list", 1), "{a: b}", ["-  - w   # ww", "+  - {a: b}   # ww"]),
        (("user",), "3", ["-user: *q", "+user: 3"]),
        (("m",), "{}", ["-m:", "-  only: {k: v, l: [1, 2, 3]}", "+m: {}"]),
        (("deep",), "[]", ["-deep:  # why", "+deep: []  # why", "-  - 1"]),
    ],
)
def test_replace_value(path: Path, new: str, lines: list[str]) -> None:
    assert changed_lines(replace_value(document(), path, new)) == lines


@pytest.mark.parametrize(
    ("path", "new", "lines"),
    [
        (("list", 0, "x"), "xx", ["-  - x: 1   # first", "+  - xx: 1   # first"]),
        (("nest", 1, "u v"), "'on'", ["-- 'u v': \"w\"", "+- 'on': \"w\""]),
        (("m", "only", "k"), "kk", ["-  only: {k: v, l: [1, 2, 3]}", "+  only: {kk: v, l: [1, 2, 3]}"]),
    ],
)
def test_rename_key(path: Path, new: str, lines: list[str]) -> None:
    assert changed_lines(rename_key(document(), path, new)) == lines


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        (("a",), ["-a: 1   # one"]),
        (("list", 0), ["-  - x: 1   # first", "-    z: 2"]),
        (("list", 0, "x"), ["-  - x: 1   # first", "-    z: 2", "+  - z: 2"]),
        (("list", 0, "z"), ["-    z: 2"]),
        (("list", 1), ["-  - w   # ww"]),
        (("list",), ["-list:", "-  - x: 1   # first", "-    z: 2", "-  # between", "-  - w   # ww"]),
        (("m", "only"), ["-m:", "-  only: {k: v, l: [1, 2, 3]}"]),
        (("m", "only", "k"), ["-  only: {k: v, l: [1, 2, 3]}", "+  only: {l: [1, 2, 3]}"]),
        (("m", "only", "l"), ["-  only: {k: v, l: [1, 2, 3]}", "+  only: {k: v}"]),
        (("m", "only", "l", 0), ["-  only: {k: v, l: [1, 2, 3]}", "+  only: {k: v, l: [2, 3]}"]),
        (("empty",), ["-empty:"]),
        (("e2",), ["-e2: |", "-  foo", "-  bar"]),
        (("nest", 0, 0), ["-- - p", "-  - q", "+- - q"]),
        (("nest", 0, 1), ["-  - q"]),
        (("nest", 1, "u v"), ["-- 'u v': \"w\""]),
        (("user",), ["-user: *q"]),
        (("tail",), ['-tail: "q"']),
    ],
)
def test_remove_item(path: Path, lines: list[str]) -> None:
    assert changed_lines(remove_item(document(), path)) == lines


@pytest.mark.parametrize(
    ("edit", "path", "new"),
    [
        (replace_value, ("a",), "a: b"),  # no value on one line
        (replace_value, ("a",), "x\ny"),
        (replace_value, ("a",), "[1"),
        (replace_value, ("nowhere",), "x"),
        (replace_value, ("m", "only", "k"), "x, y: z"),  # would add an entry
        (replace_value, ("user", 0), "2"),  # stands at the anchor, changes both
        (replace_value, ("anchor",), "2"),  # its alias would name nothing
        (rename_key, ("a",), "list"),  # taken
        (rename_key, ("a",), "b: c"),
        (rename_key, ("list", 0), "b"),
        (rename_key, ("nowhere",), "b"),
        (rename_key, (), "b"),
    ],
)
def test_an_edit_that_changes_more_is_refused(
    edit: Callable[[Document, Path, str], Edit | None], path: Path, new: str
) -> None:
    assert edit(document(), path, new) is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: 1\n", ("a",)),  # nothing would be left
        ("a: 1\n", ()),
        ("a: 1\n", ("b",)),
        ("a: &x 1\nb: *x\n", ("a",)),
        ("a: &m {x: 1}\nb: {<<: *m, z: 1}\n", ("b", "x")),
        ("- a: 1\n  # on b\n  b: 2\n", (0, "a")),  # the comment would go too
    ],
)
def test_a_removal_that_changes_more_is_refused(text: str, path: Path) -> None:
    (read,) = documents(text, "f.yaml").documents
    assert remove_item(read, path) is None


def test_an_edit_counts_from_the_start_of_the_file() -> None:
    text = "\ufeffa: 1\r\n---\r\nb:\r\n  c: 1 # größe\r\n  d: 2\r\n"
    _, second = documents(text, "f.yaml").documents
    edit = remove_item(second, ("b", "c"))
    assert edit is not None
    assert spliced(text, [edit]) == "\ufeffa: 1\r\n---\r\nb:\r\n  d: 2\r\n"


@pytest.mark.parametrize(
    ("path", "new", "lines"),
    [
        (("list",), "{y: 1}", ["+  - {y: 1}"]),
        (("m", "only", "l"), "4", ["-  only: {k: v, l: [1, 2, 3]}", "+  only: {k: v, l: [1, 2, 3, 4]}"]),
        (("deep",), "[2]", ["+  - [2]"]),
        (("nest",), "n", ["+- n"]),
        (("nest", 0), "n", ["+  - n"]),
    ],
)
def test_an_item_is_added_behind_the_last_one(path: Path, new: str, lines: list[str]):
    assert changed_lines(append_item(document(), path, new)) == lines


@pytest.mark.parametrize("text", ["a:\n- 1", "a:\n  - b: 1\n    c: 2", "a:\n- 1 # one\r\n", "a: [1]"])
def test_an_item_is_added_at_the_end_of_a_file(text: str):
    (read,) = documents(text, "f.yaml").documents
    edit = append_item(read, ("a",), "new")
    assert edit is not None
    after = spliced(text, [edit])
    assert documents(after, "f.yaml").documents[0].value["a"] == [*read.value["a"], "new"]
    assert after.startswith(text.rstrip("\r\n").removesuffix("]"))


@pytest.mark.parametrize(
    ("path", "new"),
    [(("a",), "x"), (("none",), "x"), (("list",), "a: [1"), (("list",), "a\nb"), (("user",), "x")],
)
def test_what_is_no_list_or_no_item_is_left_alone(path: Path, new: str):
    assert append_item(document(), path, new) is None
