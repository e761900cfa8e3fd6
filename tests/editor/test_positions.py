"""Positions of an editor and offsets of a text are two names of one place, in whatever units the editor counts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("pygls", reason="needs the extra `lsp`")
from lsprotocol import types

from propolis.editor.positions import Positions, changed
from propolis.model.finding import TextEdit

UTF8, UTF16, UTF32 = types.PositionEncodingKind
ENCODINGS = st.sampled_from([UTF8, UTF16, UTF32])
TEXTS = st.text(alphabet="ab:\n\r\u2028\x85é🐝", max_size=20)


def at(line: int, character: int) -> types.Position:
    return types.Position(line, character)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(TEXTS, ENCODINGS)
def test_there_and_back(text: str, encoding: types.PositionEncodingKind) -> None:
    positions = Positions(text, encoding)
    inside_breaks = {index + 1 for index in range(len(text)) if text[index : index + 2] == "\r\n"}
    for offset in set(range(len(text) + 1)) - inside_breaks:
        assert positions.offset(positions.position(offset)) == offset


@settings(derandomize=True, max_examples=300, deadline=None)
@given(TEXTS, ENCODINGS, st.integers(0, 9), st.integers(0, 9), st.text(max_size=3))
def test_any_change_is_made_somewhere(
    text: str, encoding: types.PositionEncodingKind, line: int, character: int, new: str
) -> None:
    where = types.Range(at(line, character), at(line, character))
    after = changed(text, types.TextDocumentContentChangePartial(where, new), encoding)
    assert len(after) == len(text) + len(new) and new in after


def test_units_are_those_of_the_encoding() -> None:
    text = "a: 🐝é # x"
    assert [Positions(text, each).position(5) for each in (UTF8, UTF16, UTF32)] == [
        at(0, 9),
        at(0, 6),
        at(0, 5),
    ]


def test_only_line_feeds_and_returns_break_lines() -> None:
    assert Positions("a\u2028b\x85c\r\nd\re\nf", UTF32).offset(at(3, 0)) == 11


def test_a_change_of_a_range_and_of_everything() -> None:
    part = types.TextDocumentContentChangePartial(types.Range(at(0, 1), at(1, 1)), "X")
    assert changed("ab\ncd", part, UTF16) == "aXd"
    assert changed("ab", types.TextDocumentContentChangeWholeDocument("new"), UTF16) == "new"


def test_edits_are_ranges() -> None:
    (edit,) = Positions("a\n🐝b", UTF16).edits([TextEdit("f", 3, 4, "c")])
    assert edit == types.TextEdit(types.Range(at(1, 2), at(1, 3)), "c")
