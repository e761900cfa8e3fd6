"""The laws of splices: what is not edited stays, and an edit changes one value only."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_reading_laws import JSON, dumped, marks

from propolis.manifest.splice import Edit, remove_item, rename_key, replace_value, spliced
from propolis.manifest.yaml import documents


@st.composite
def texts_with_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text(max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return text, [Edit(start, end, draw(st.text(max_size=5))) for start, end in pairs]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(texts_with_edits(), st.randoms(use_true_random=False))
def test_what_is_not_edited_stays(case: tuple[str, list[Edit]], random: Any) -> None:
    text, edits = case
    kept, done, rest = [], 0, spliced(text, edits)
    for edit in sorted(edits):
        kept.append(text[done : edit.start])
        done = edit.end
    for between, edit in zip(kept, sorted(edits), strict=True):
        assert rest.startswith(between + edit.replacement)
        rest = rest[len(between + edit.replacement) :]
    assert rest == text[done:]
    distinct = {(edit.start, edit.end) for edit in edits}
    if len(distinct) == len(edits):
        shuffled = list(edits)
        random.shuffle(shuffled)
        assert spliced(text, shuffled) == spliced(text, edits)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(max_size=20))
def test_no_edit_is_no_change(text: str) -> None:
    assert spliced(text, []) == text


@pytest.mark.parametrize("edits", [[(0, 2), (1, 3)], [(0, 3), (1, 2)], [(2, 1)], [(0, 9)], [(-1, 1)]])
def test_edits_that_overlap_or_leave_the_text_are_refused(edits: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="overlaps another one or leaves the text"):
        spliced("abcd", [Edit(start, end, "x") for start, end in edits])


COLLECTIONS = st.dictionaries(st.text("abcd", min_size=1, max_size=3), JSON, min_size=1, max_size=4)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(COLLECTIONS, st.sampled_from([True, False, None]), st.data())
def test_an_edit_changes_one_value_only(
    value: dict[str, object], flow: bool | None, data: st.DataObject
) -> None:
    text = dumped(value, flow)
    (document,) = documents(text, "f.yaml").documents
    path = data.draw(st.sampled_from([path for path, _ in marks(document.root) if path]))
    replacing = replace_value(document, path, "'new'")
    assert replacing is not None
    expected: Any = json.loads(json.dumps(document.value))
    inner = expected
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = "new"
    assert documents(spliced(text, [replacing]), "f.yaml").documents[0].value == expected
    removing = remove_item(document, path)
    if removing is not None:
        after = documents(spliced(text, [removing]), "f.yaml").documents[0]
        assert len(json.dumps(after.value)) < len(json.dumps(document.value))
    if isinstance(path[-1], str):
        renaming = rename_key(document, path, "brand-new")
        assert renaming is not None
        assert documents(spliced(text, [renaming]), "f.yaml").documents[0].has((*path[:-1], "brand-new"))
