"""A finding goes where its text goes, and not at all where its text was changed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from propolis.lint.moving import change
from propolis.manifest.yaml.marks import Lines
from propolis.model.finding import Finding, Fix, Safety, Severity, TextEdit

FILE = "a.yaml"
TEXTS = st.text(alphabet="ab\n\r🐝", max_size=30)


def finding(text: str, start: int, end: int) -> Finding:
    span = Lines(FILE, text).span(start, end)
    edit = TextEdit(FILE, start, end, "x")
    return Finding(
        "entity-all", Severity.ERROR, "m", span, fix=Fix("f", Safety.SAFE, (edit,)), related=(span,)
    )


@settings(derandomize=True, max_examples=400, deadline=None)
@given(TEXTS, TEXTS, st.data())
def test_what_was_not_changed_keeps_its_text(before: str, after: str, data: st.DataObject) -> None:
    found = change(before, after, FILE)
    assert before[: found.start] == after[: found.start]
    assert before[found.end :] == after[found.end + found.longer :]
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    moved = found.moved(finding(before, start, end))
    if end > found.start and start < found.end:
        assert (moved is not None) == (start <= found.start and found.end <= end)
        if moved:
            assert (moved.span.start, moved.span.end, moved.fix) == (start, end + found.longer, None)
        return
    assert moved
    assert after[moved.span.start : moved.span.end] == before[start:end]
    assert moved.span == Lines(FILE, after).span(moved.span.start, moved.span.end)
    assert moved.related == (moved.span,)
    assert moved.fix and moved.fix.edits == (TextEdit(FILE, moved.span.start, moved.span.end, "x"),)


def test_a_fix_goes_with_its_finding_or_not_at_all() -> None:
    before, after = "one two three", "one tow three"
    far = finding(before, 0, 3)
    far = Finding(**{**{f: getattr(far, f) for f in far.__struct_fields__}, "fix": finding(before, 4, 7).fix})
    moved = change(before, after, FILE).moved(far)
    assert moved and moved.fix is None and moved.span == far.span


def test_other_files_are_left_alone() -> None:
    far = finding("one", 0, 3)
    moved = change("xone", "one", "b.yaml").moved(far)
    assert moved == far
