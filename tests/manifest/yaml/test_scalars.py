"""Scalars mean what they mean to kubectl."""

import pytest
from scalar_table import NOT_JSON, TABLE

from propolis.manifest.yaml import documents


def only(text: str) -> object:
    reading = documents(text, "f.yaml")
    assert reading.problems == ()
    (document,) = reading.documents
    return document.value


def codes(text: str) -> list[str]:
    reading = documents(text, "f.yaml")
    assert reading.documents == ()
    return [problem.code for problem in reading.problems]


@pytest.mark.parametrize(("written", "value", "key"), TABLE, ids=[row[0] for row in TABLE])
def test_plain_scalar(written: str, value: object, key: str | None) -> None:
    (read,) = only(f"- {written}\n")  # type: ignore[misc]
    assert (type(read), read) == (type(value), value)
    if key is None:
        assert codes(f"{written}: x\n") == ["unsupported-key"]
    else:
        assert only(f"{written}: x\n") == {key: "x"}


@pytest.mark.parametrize(("written", "value", "key"), TABLE, ids=[row[0] for row in TABLE])
def test_a_quoted_scalar_is_a_string(written: str, value: object, key: str | None) -> None:
    assert only(f"- '{written}'\n- \"{written}\"\n- !!str {written}\n- ! {written}\n") == [written] * 4


@pytest.mark.parametrize("written", NOT_JSON)
def test_what_json_cannot_hold_is_refused_as_a_value_and_spelled_out_as_a_key(written: str) -> None:
    assert codes(f"a: {written}\n") == ["not-json"]
    assert only(f"{written}: a\n") == {written.lower().removeprefix("+"): "a"}


def test_empty_is_null() -> None:
    assert only("a:\nb: ''\nc: !!str\n") == {"a": None, "b": "", "c": ""}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!!int '5'", 5),
        ("!!int 0x10", 16),
        ("!!float 5", 5),
        ("!!float '1.5'", 1.5),
        ("!!bool yes", True),
        ("!!bool 'off'", False),
        ("!!null ''", None),
        ("!!null ~", None),
        ("!!binary aGVsbG8=", "hello"),
        ("!!binary |\n    aGVs\n    bG8=", "hello"),
        ("!<tag:yaml.org,2002:str> 5", "5"),
        ("!!map {b: 1}", {"b": 1}),
        ("!!seq [1]", [1]),
    ],
)
def test_explicit_tag(written: str, value: object) -> None:
    read = only(f"a: {written}\n")
    assert read == {"a": value}
    assert type(read["a"]) is type(value)  # type: ignore[index]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("!!int x", "wrong-tag"),
        ("!!int 5.5", "wrong-tag"),
        ("!!int ''", "wrong-tag"),
        ("!!bool 1", "wrong-tag"),
        ("!!null x", "wrong-tag"),
        ("!!float x", "wrong-tag"),
        ("!!float .nan", "not-json"),
        ("!!binary '*'", "wrong-tag"),
        ("!!binary /w==", "not-json"),
        ("!Ref x", "unknown-tag"),
        ("!!set {a, b}", "unknown-tag"),
        ("!GetAtt [a, b]", "unknown-tag"),
        ("!!seq {a: b}", "unknown-tag"),
    ],
)
def test_a_tag_that_does_not_fit_is_refused(written: str, code: str) -> None:
    assert codes(f"a: {written}\n") == [code]


def test_a_scalar_that_does_not_say_what_it_means_is_a_surprise() -> None:
    text = "on: 010\nlist:\n- yes\n- plain\n- 1.10\n- {ver: 1.0, 80: x, 0x51: z}\n- true\n- 5\n- 'on'\n"
    (document,) = documents(text, "f.yaml").documents
    found = [(surprise.path, surprise.written, surprise.value) for surprise in document.surprises]
    assert found == [
        (("true",), "on", "true"),
        (("true",), "010", 8),
        (("list", 0), "yes", True),
        (("list", 2), "1.10", 1.1),
        (("list", 3, "ver"), "1.0", 1),
        (("list", 3, "81"), "0x51", "81"),
    ]
    for surprise in document.surprises:
        assert document.excerpt(surprise.span) == surprise.written
