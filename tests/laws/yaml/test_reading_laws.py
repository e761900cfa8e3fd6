"""The laws of reading: round trips, spans, streams, and no text that raises."""

import json
import re
from typing import Any

import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from propolis.manifest.yaml import Document, documents
from propolis.manifest.yaml.marks import ListMark, MapMark, Mark
from propolis.manifest.yaml.split import pieces
from propolis.model.span import Path

PRINTABLE = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="\ufeff"
)
TEXTS = st.text(PRINTABLE, max_size=12) | st.sampled_from(
    [
        "on",
        "y",
        "010",
        "1e3",
        "~",
        "",
        "=",
        "<<",
        "-",
        "---",
        "...",
        "a: b",
        "# x",
        "{{ x }}",
        "&a",
        "*a",
        "a\nb\n",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS
JSON = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = JSON.filter(lambda value: value is not None)


class _Dumper(yaml.SafeDumper):
    """Quotes every string: PyYAML's own idea of when that is needed is not kubectl's."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_Dumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def dumped(value: object, flow: bool | None) -> str:
    return yaml.dump(value, Dumper=_Dumper, default_flow_style=flow, allow_unicode=True)


def as_json(value: object) -> str:
    """One spelling per JSON value. Go writes a whole float without its point, and so does this."""

    def plain(part: Any) -> Any:
        if isinstance(part, float) and part.is_integer() and -(2.0**63) <= part < 2.0**63:
            return int(part)
        if isinstance(part, dict):
            return {key: plain(inner) for key, inner in part.items()}
        return [plain(inner) for inner in part] if isinstance(part, list) else part

    return json.dumps(plain(value), sort_keys=True)


def only(text: str) -> Document:
    reading = documents(text, "f.yaml")
    assert [problem for problem in reading.problems if problem.severity == "error"] == []
    (document,) = reading.documents
    return document


@settings(derandomize=True, max_examples=200, deadline=None)
@given(DOCUMENTS, st.sampled_from([True, False, None]))
def test_what_is_written_is_read(value: object, flow: bool | None) -> None:
    assert as_json(only(dumped(value, flow)).value) == as_json(value)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(DOCUMENTS)
def test_json_is_yaml(value: object) -> None:
    assume("\x7f" not in str(value))
    assert as_json(only(json.dumps(value, ensure_ascii=False)).value) == as_json(value)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(DOCUMENTS, max_size=4), st.sampled_from(["", "...\n", "# between\n"]))
def test_a_stream_reads_as_its_documents(values: list[object], between: str) -> None:
    text = "".join(f"---\n{dumped(value, None)}{between}" for value in values)
    reading = documents(text, "f.yaml")
    assert [as_json(document.value) for document in reading.documents] == [as_json(value) for value in values]
    assert [document.index for document in reading.documents] == list(range(len(values)))


STREAMS = st.lists(
    st.sampled_from(
        [
            "---",
            "...",
            "\n",
            "\n",
            "\r\n",
            "# c",
            "%YAML 1.1",
            "a: 1",
            "- x",
            "  ",
            "--- b",
            "|\n x",
            "\ufeff",
            "'",
            "{",
        ]
    ),
    max_size=20,
).map("".join)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(STREAMS)
def test_the_pieces_of_a_stream_are_the_stream(text: str) -> None:
    cut = list(pieces(text))
    assert all(start < end for start, end in cut)
    assert "".join(text[start:end] for start, end in cut) == text.removeprefix("\ufeff")
    assert [start for start, _ in cut[1:]] == [end for _, end in cut[:-1]]


@settings(derandomize=True, max_examples=300, deadline=None)
@given(STREAMS)
def test_cutting_a_stream_that_is_sound_changes_nothing(text: str) -> None:
    assume("\ufeff" not in text[1:])  # libyaml skips one at the very start only, we skip one per document
    try:
        whole = list(yaml.load_all(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        assume(False)
    reading = documents(text, "f.yaml")
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    assume(all(problem.code != "duplicate-key" for problem in errors))  # PyYAML takes the last one
    assert errors == []
    assert [document.value for document in reading.documents] == [
        value for value in whole if value is not None
    ]


def marks(mark: Mark, path: Path = ()) -> list[tuple[Path, Mark]]:
    found = [(path, mark)]
    if isinstance(mark, MapMark):
        for key, (_, _, child) in mark.entries.items():
            found += marks(child, (*path, key))
    elif isinstance(mark, ListMark):
        for index, child in enumerate(mark.items):
            found += marks(child, (*path, index))
    return found


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    DOCUMENTS,
    st.sampled_from([True, False, None]),
    st.sampled_from(["", "x: 1\n---\n", "\ufeff# ö\r\n---\r\n"]),
)
def test_the_text_at_a_span_reads_as_the_value_there(value: object, flow: bool | None, before: str) -> None:
    text = before + dumped(value, flow)
    document = documents(text, "f.yaml").documents[-1]
    for path, mark in marks(document.root):
        part: Any = document.value
        for step in path:
            part = part[step]
        span = document.span(path)
        assert document.lines.line(span.start) == span.line
        if isinstance(mark, tuple):
            written = text[span.start : span.end]
            again = documents(f"- {written}\n", "f.yaml").documents[0].value
            assert as_json(again) == as_json([part])
        elif path:
            outer = document.span(path[:-1])
            assert outer.start <= span.start <= span.end <= outer.end


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.from_regex(r"[a-z][a-z0-9/]{0,9}", fullmatch=True), min_size=1, max_size=6, unique=True))
def test_a_plain_scalar_spans_its_token(words: list[str]) -> None:
    text = "# größe\n" + "".join(f"k-{word}:   {word}  # {word}\n" for word in words)
    document = only(text)
    for word in words:
        assert document.excerpt(document.span((f"k-{word}",))) == word
        assert document.excerpt(document.key_span((f"k-{word}",))) == f"k-{word}"


SOUND = """\
%YAML 1.1
---
a: &x {on: 010, b: [1, "x", {c: d}]}
b: *x
c:
  <<: *x
  e: |
    foo
  ? f
  : !!str 1e3
# end
---
- 'q''q'
- "\\u00e9"
...
"""


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.data())
def test_no_damaged_text_raises(data: st.DataObject) -> None:
    text = SOUND
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        width = data.draw(st.integers(0, 3))
        dirt = data.draw(
            st.sampled_from([*"\t\n\r :-[]{}&*!|>'\"%@`#,?", "---\n", "<<: ", "*x", "\x00", "\u2028", ""])
        )
        text = text[:at] + dirt + text[at + width :]
    check(text)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=30) | st.text(st.sampled_from(list(" \n:-[]{}&*!|>'\"%#,?ab1.<~=")), max_size=30))
@example("\ud800")
@example("\ufeff\ufeff")
@example("\x85---\x85a")
def test_no_text_raises(text: str) -> None:
    check(text)


def check(text: str) -> None:
    reading = documents(text, "f.yaml")
    for problem in reading.problems:
        assert problem.span is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert re.fullmatch(r"[a-z0-9-]+", problem.code)
    for document in reading.documents:
        json.dumps(document.value)
        for path, _ in marks(document.root):
            assert document.has(path)
            span = document.span(path)
            assert 0 <= span.start <= span.end <= len(text)
