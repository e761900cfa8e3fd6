"""Documents, their spans, and the problems of broken ones."""

import pytest

from propolis.manifest.yaml import Limits, Reading, documents
from propolis.manifest.yaml import reading as reading_module
from propolis.model.span import Path


def read(text: str) -> Reading:
    return documents(text, "f.yaml")


def values(text: str) -> list[object]:
    reading = read(text)
    assert [problem for problem in reading.problems if problem.severity == "error"] == []
    return [document.value for document in reading.documents]


STREAMS = [
    ("", []),
    ("# only a comment\n", []),
    ("---\n---\n---\n", []),
    ("a: 1", [{"a": 1}]),
    ("a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
    ("---\na: 1\n---\nb: 2\n...\n", [{"a": 1}, {"b": 2}]),
    ("# head\n---\na: 1\n", [{"a": 1}]),
    ("--- {a: 1}\n--- [2] # two\n", [{"a": 1}, [2]]),
    ("%YAML 1.1\n---\na: 1\n...\n%YAML 1.2\n# more\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
    ("a: 1\r\n---\r\nb: 2\r\n", [{"a": 1}, {"b": 2}]),
    ("a: 1\r---\rb: 2\r", [{"a": 1}, {"b": 2}]),
    ("\ufeffa: 1\n", [{"a": 1}]),
    ("a: |\n  x\n  --- y\n  ---\nb: 2\n", [{"a": "x\n--- y\n---\n", "b": 2}]),
    ("--- |\n top\n level\n---\nb: 2\n", ["top\nlevel\n", {"b": 2}]),
    ("a: ---x\nb: ...\n", [{"a": "---x", "b": "..."}]),
    ("---a: 1\n", [{"---a": 1}]),
    ("a: 1\n...\n...\n# x\n...\nb: 2\n", [{"a": 1}, {"b": 2}]),
    ("null\n---\n~\n---\na: 1\n", [{"a": 1}]),
    ("a: &x {b: 1}\nc: *x\n", [{"a": {"b": 1}, "c": {"b": 1}}]),
    ("a: &k key\n*k : 1\n", [{"a": "key", "key": 1}]),
    ("a: &x 1\nb: &x 2\nc: *x\n", [{"a": 1, "b": 2, "c": 2}]),
    ("a: &m {x: 1}\nb:\n  <<: *m\n  z: 2\n", [{"a": {"x": 1}, "b": {"x": 1, "z": 2}}]),
    ("a: &m {x: 1}\nb:\n  <<: *m\n  x: 2\n", [{"a": {"x": 1}, "b": {"x": 2}}]),
    ("- &m {x: 1}\n- &n {x: 2, z: 3}\n- <<: [*m, *n]\n", [[{"x": 1}, {"x": 2, "z": 3}, {"x": 1, "z": 3}]]),
    ("- <<: {x: 1}\n- <<: [{x: 1}, {x: 2}]\n- {'<<': 1}\n", [[{"x": 1}, {"x": 1}, {"<<": 1}]]),
    ("!!merge <<: {x: 1}\n", [{"x": 1}]),
    ('{"a": {"b": [1, 2.5, true, null, "x"]}}', [{"a": {"b": [1, 2.5, True, None, "x"]}}]),
]


@pytest.mark.parametrize(("text", "expected"), STREAMS)
def test_stream(text: str, expected: list[object]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(("text", "expected"), STREAMS)
def test_stream_without_libyaml(text: str, expected: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read(text)
    monkeypatch.setattr(reading_module, "EventParser", reading_module.PurePythonParser)
    slow = read(text)
    assert [document.value for document in slow.documents] == expected
    assert [document.span(()) for document in slow.documents] == [
        document.span(()) for document in fast.documents
    ]


TEXT = """\
# größe
"a": &x {on: [1, "zwei", {c: d}]}
b: *x
c:
  <<: *x
  e: |
    foo

# end
f:
  - x: 1
    z:
  -
  - >-
    folded
g: 'end'   # behind
"""


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ((), TEXT[8:-12]),
        (("a",), '&x {on: [1, "zwei", {c: d}]}'),
        (("a", "true", 1), '"zwei"'),
        (("a", "true", 2, "c"), "d"),
        (("b",), "*x"),
        (("b", "true", 0), "1"),
        (("c", "true", 0), "1"),
        (("c", "e"), "|\n    foo"),
        (("f",), "- x: 1\n    z:\n  -\n  - >-\n    folded"),
        (("f", 0), "x: 1\n    z:"),
        (("f", 0, "z"), ""),
        (("f", 2), ">-\n    folded"),
        (("g",), "'end'"),
        (("g", "deeper", 3), "'end'"),
        (("f", 9), "- x: 1\n    z:\n  -\n  - >-\n    folded"),
        (("f", "x"), "- x: 1\n    z:\n  -\n  - >-\n    folded"),
    ],
)
def test_span(path: Path, written: str) -> None:
    (document,) = read(TEXT).documents
    span = document.span(path)
    assert document.excerpt(span) == written
    before = TEXT[: span.start].split("\n")
    assert (span.line, span.column) == (len(before), len(before[-1]) + 1)
    through = TEXT[: span.end].split("\n")
    assert (span.end_line, span.end_column) == (len(through), len(through[-1]) + 1)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (("a",), '"a"'),
        (("a", "true"), "on"),
        (("f", 0, "z"), "z"),
        (("f", 0), "x: 1\n    z:"),
        (("nowhere",), TEXT[8:-12]),
        (("g", "deeper"), "'end'"),
    ],
)
def test_key_span(path: Path, written: str) -> None:
    (document,) = read(TEXT).documents
    assert document.excerpt(document.key_span(path)) == written


def test_spans_count_from_the_file_not_from_the_document() -> None:
    _, second = read("a: 1\n---\n\nb: 2\n").documents
    span = second.span(("b",))
    assert (span.line, span.column, span.start, span.end, second.index) == (4, 4, 13, 14, 1)


BROKEN = [
    ("a: b: c\n", "not-yaml", (1, 5)),
    ("a: [1, 2\nb: 3\n", "not-yaml", (2, 2)),
    ('a: "x\nb: 3\n', "not-yaml", (4, 1)),
    ("a: 1\n\tb: 2\n", "not-yaml", (2, 1)),
    ("a: @x\n", "not-yaml", (1, 4)),
    ("a: 1\n  b: 2\n", "not-yaml", (2, 4)),
    ("a:\n  - 1\n - 2\n", "not-yaml", (3, 2)),
    ("%YAML 3.0\n---\na: 1\n", "not-yaml", (1, 1)),
    ("a: !x!y z\n", "not-yaml", (1, 4)),
    ("a: \x01\n", "control-character", (1, 4)),
    ("a: \x00\n", "control-character", (1, 4)),
    ("a\x00:\x00", "control-character", (1, 2)),
    ("a: \udc80\n", "not-utf8", (1, 4)),
    ("x: 1\ny: 2\nx: 3\n", "duplicate-key", (3, 1)),
    ("1: a\n'1': b\n", "duplicate-key", (2, 1)),
    ("on: a\ntrue: b\n", "duplicate-key", (2, 1)),
    ("- {a: 1, a: 1}\n", "duplicate-key", (1, 10)),
    ("- <<: {a: 1}\n  <<: {b: 1}\n", "duplicate-key", (2, 3)),
    ("- <<: {a: 1}\n  a: 1\n  a: 2\n", "duplicate-key", (3, 3)),
    ("- a: 1\n  <<: {a: 2}\n", "ambiguous-merge", (2, 7)),
    ("<<: 1\n", "bad-merge", (1, 5)),
    ("<<: [1]\n", "bad-merge", (1, 5)),
    ("a: &l [{b: 1}]\nc: {<<: *l}\n", "bad-merge", (2, 9)),
    ("~: 1\n", "unsupported-key", (1, 1)),
    ("[a]: 1\n", "unsupported-key", (1, 1)),
    ("? {a: b}\n: 1\n", "unsupported-key", (1, 3)),
    ("a: &l [1]\n*l : 1\n", "unsupported-key", (2, 1)),
    ("a: *x\n", "unknown-anchor", (1, 4)),
    ("*x\n", "unknown-anchor", (1, 1)),
    ("a: &x [*x]\n", "alias-cycle", (1, 8)),
    ("a: &x {b: {c: *x}}\n", "alias-cycle", (1, 15)),
    ("a: &x 1\nb: &x [*x]\n", "alias-cycle", (2, 8)),
    ("a: {{ .Values.x }}\n", "templated-text", (1, 4)),
    ("a: 1\n{{- if .Values.x }}\nb: 2\n{{- end }}\n", "templated-text", (2, 1)),
    ("{% if x %}\na: 1\n", "templated-text", (1, 1)),
    ("a: b: ${X}\n", "not-yaml", (1, 5)),
    ("# {{ x }}\na: b: c\n", "not-yaml", (2, 5)),
]


@pytest.mark.parametrize(("broken", "code", "at"), BROKEN)
def test_a_broken_document_is_one_problem_and_hides_no_other(
    broken: str, code: str, at: tuple[int, int]
) -> None:
    reading = read(f"first: 1\n...\n{broken}\n---\nlast: 1\n")
    assert [document.value for document in reading.documents] == [{"first": 1}, {"last": 1}]
    assert [document.index for document in reading.documents] == [0, 2]
    (problem,) = reading.problems
    assert (problem.code, problem.severity) == (code, "error")
    assert problem.span is not None
    assert (problem.span.line - 2, problem.span.column) == at
    assert problem.message == problem.message.strip()


def test_a_duplicate_key_names_the_line_of_the_first_one() -> None:
    (problem,) = read("x: 1\ny: 2\nx: 3\n").problems
    assert problem.message == "the key `x` is already set on line 1"


def test_all_duplicates_are_named() -> None:
    assert [problem.code for problem in read("x: 1\nx: 2\nx: 3\ny: .nan\n").problems] == [
        "duplicate-key",
        "duplicate-key",
        "not-json",
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a: ${VAR}\n", "${VAR}"),
        ("a: 'x {{ .Values.y }}'\n", "'x {{ .Values.y }}'"),
        ("a: [b, <%= c %>]\n", "<%= c %>"),
        ("a: ENC[AES256_GCM,data:x]\n", "ENC[AES256_GCM,data:x]"),
        ("'{{ k }}': v\n", "'{{ k }}'"),
    ],
)
def test_a_value_that_looks_templated_is_read_and_noted(text: str, written: str) -> None:
    reading = read(text)
    (document,) = reading.documents
    (note,) = reading.problems
    assert (note.code, note.severity) == ("templated-value", "note")
    assert note.span is not None
    assert document.excerpt(note.span) == written


def test_no_message_quotes_a_value() -> None:
    for text in (
        "a: {s3cret: [s3cret",
        "a: !s3 s3cret\n",
        "a: !!int s3cret\n",
        'a: "s3cret\n',
        "a: s3cret: x\n",
    ):
        for problem in read(text).problems:
            assert "s3cret" not in problem.message + problem.help


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB, "alias-bomb"),
        (BOMB.replace("[", "{k: [").replace("]", "]}"), "alias-bomb"),
        ("[" * 100_000, "too-deep"),
        ("{a: " * 100_000, "too-deep"),
        ("- " * 5_000, "too-deep"),
        ("a: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 200)), "too-deep"),
        ("? " * 5_000, "unsupported-key"),
    ],
    ids=["bomb", "bomb-of-mappings", "flow", "flow-mapping", "block", "aliases", "keys"],
)
def test_hostile_text_is_refused(text: str, code: str) -> None:
    reading = read(text)
    assert reading.documents == ()
    assert [problem.code for problem in reading.problems] == [code]


@pytest.mark.parametrize(
    ("limits", "text", "code"),
    [
        (Limits(bytes=5), "a: öö\n", "too-large"),
        (Limits(nodes=4), "[1, 2, 3, 4, 5]\n", "too-many-nodes"),
        (Limits(depth=2), "[[[]]]\n", "too-deep"),
        (Limits(documents=1), "a: 1\n---\nb: 1\n", "too-many-documents"),
        (Limits(alias_expansion=3), "- &a [1, 2]\n- *a\n- *a\n", "alias-bomb"),
    ],
)
def test_limits_hold(limits: Limits, text: str, code: str) -> None:
    reading = documents(text, "f.yaml", limits)
    assert reading.documents == ()
    assert [problem.code for problem in reading.problems] == [code]


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (Limits(bytes=8), "a: öö\n"),
        (Limits(nodes=6), "[1, 2, 3, 4, 5]\n"),
        (Limits(depth=3), "[[[]]]\n"),
        (Limits(documents=2), "a: 1\n---\nb: 1\n"),
        (Limits(alias_expansion=6), "- &a [1, 2]\n- *a\n- *a\n"),
    ],
)
def test_limits_let_their_own_size_pass(limits: Limits, text: str) -> None:
    assert documents(text, "f.yaml", limits).problems == ()
