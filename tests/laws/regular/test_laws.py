"""Languages form a Boolean algebra in which equal sets are equal values."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st
from regular_samples import RE2_OPTIONS, random_pattern, random_text

from propolis.algebra.regular import (
    EVERYTHING,
    NOTHING,
    Budget,
    BudgetExceeded,
    InvalidPattern,
    Language,
    concat,
    literal,
    literals,
    pattern,
)


def of_random(random: Random) -> Language:
    """The language of some random pattern that RE2 accepts."""
    while True:
        try:
            return pattern(random_pattern(random, depth=2))
        except InvalidPattern:
            continue


languages = st.builds(of_random, st.randoms(use_true_random=False))
texts = st.builds(random_text, st.randoms(use_true_random=False))
law = settings(derandomize=True, max_examples=60, deadline=None, database=None)


@law
@given(languages, languages)
def test_union_and_intersection_commute(a: Language, b: Language) -> None:
    assert a | b == b | a
    assert a & b == b & a


@law
@given(languages, languages, languages)
def test_union_and_intersection_associate(a: Language, b: Language, c: Language) -> None:
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)


@law
@given(languages, languages, languages)
def test_each_distributes_over_the_other(a: Language, b: Language, c: Language) -> None:
    assert a & (b | c) == (a & b) | (a & c)
    assert a | (b & c) == (a | b) & (a | c)


@law
@given(languages, languages)
def test_absorption(a: Language, b: Language) -> None:
    assert a | (a & b) == a
    assert a & (a | b) == a


@law
@given(languages, languages)
def test_de_morgan(a: Language, b: Language) -> None:
    assert ~(a | b) == ~a & ~b
    assert ~(a & b) == ~a | ~b


@law
@given(languages)
def test_complement(a: Language) -> None:
    assert ~~a == a
    assert a | ~a == EVERYTHING
    assert a & ~a == NOTHING
    assert a != ~a


@law
@given(languages)
def test_nothing_and_everything_are_the_bounds(a: Language) -> None:
    assert a | NOTHING == a == a & EVERYTHING
    assert a & NOTHING == NOTHING == a - a
    assert a | EVERYTHING == EVERYTHING
    assert EVERYTHING.includes(a)
    assert a.includes(NOTHING)


@law
@given(languages, languages)
def test_difference_is_intersection_with_the_complement(a: Language, b: Language) -> None:
    assert a - b == a & ~b
    assert (a - b) | (a & b) == a


@law
@given(languages, languages, texts)
def test_operations_are_pointwise(a: Language, b: Language, text: str) -> None:
    assert (text in a | b) == (text in a or text in b)
    assert (text in a & b) == (text in a and text in b)
    assert (text in a - b) == (text in a and text not in b)
    assert (text in ~a) == (text not in a)


@law
@given(languages, languages)
def test_inclusion_means_an_empty_difference(a: Language, b: Language) -> None:
    assert a.includes(b) == (b - a).is_empty
    assert (a | b).includes(b)
    assert b.includes(a & b)
    assert a.overlaps(b) == b.overlaps(a) == (not (a & b).is_empty)


@law
@given(st.randoms(use_true_random=False))
def test_union_is_the_alternative_of_the_patterns(random: Random) -> None:
    a, b = random_pattern(random, depth=2), random_pattern(random, depth=2)
    either = f"(?:{a})|(?:{b})"
    try:
        re2.compile(either, RE2_OPTIONS)
    except re2.error:
        return
    assert pattern(either) == pattern(a) | pattern(b)
    assert hash(pattern(either)) == hash(pattern(a) | pattern(b))


EQUAL = [
    ("a|b", "[ab]"),
    ("a|b|c", "[a-c]"),
    ("(a*)*", "a*"),
    ("a*a", "a+"),
    ("(a|b)*", "(a*b*)*"),
    ("(?i)k", "[Kk\u212a]"),
    (r"\d", "[0-9]"),
    ("(?s).", r"[^\x{D800}]"),
    ("(?s).*", "(?:.|\n)*"),
    (r"[\x{0}-\x{D7FF}\x{E000}-\x{10FFFF}]", r"\p{Any}"),
    ("a{2,4}", "aa|aaa|aaaa"),
    ("^a$", "a"),
    (r"\ba", "a"),
    (r"a\Bb", "ab"),
    (r"a\bb", "[^\\x00-\\x{10FFFF}]"),
    ("(?m)a\n^b", "a\nb"),
    ("(?:^a)*", "a?"),
    ("/a/.*|/a/b", "/a/.*"),
    ("x{0}", ""),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_languages_are_equal_values(one: str, other: str) -> None:
    assert pattern(one) == pattern(other)
    assert hash(pattern(one)) == hash(pattern(other))
    assert len({pattern(one), pattern(other)}) == 1


@law
@given(st.lists(st.text("abΣk\U0001f600/", max_size=4), max_size=6))
def test_literals_are_exactly_the_literals(members: list[str]) -> None:
    language = literals(members)
    assert set(language.literals() or ()) == set(members)
    assert language.is_finite
    union = NOTHING
    for member in members:
        union |= literal(member)
    assert language == union


@law
@given(languages)
def test_literals_are_listed_in_full_or_not_at_all(a: Language) -> None:
    few = a & pattern("[ab/-]*")
    listed, more = few.literals(limit=20), few.literals(limit=5_000)
    if listed is None:
        assert not few.is_finite or more is None or len(more) > 20
    else:
        assert listed == more
        assert literals(listed) == few
        assert few.is_finite
        assert len(set(listed)) == len(listed) <= 20


def test_literals_on_both_sides_of_the_surrogates_are_listed() -> None:
    language = pattern(r"[abc][\x{D7FE}-\x{E000}]")
    assert len(language.literals() or ()) == 9
    assert language.literals(limit=8) is None


def test_a_text_with_a_lone_surrogate_is_no_literal() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        literal("a\ud800")


@law
@given(languages, languages, texts)
def test_concatenation_is_some_split(a: Language, b: Language, text: str) -> None:
    splits = [text[:place] in a and text[place:] in b for place in range(len(text) + 1)]
    assert (text in concat(a, b)) == any(splits)


def test_concatenation_of_patterns_is_the_joined_pattern() -> None:
    assert concat(pattern("a*"), pattern("a|bc"), literal("d")) == pattern("a*(?:a|bc)d")
    assert concat() == literal("")
    assert concat(pattern("a"), NOTHING) == NOTHING


# --- witnesses

SMALL = "ab/-"


@law
@given(st.text("ab/-.*+?|()^", max_size=9))
def test_the_witness_is_a_shortest_member(regex: str) -> None:
    try:
        language = pattern(regex) & pattern("[ab/-]*")
    except InvalidPattern:
        return
    found = language.witness()
    every = ["".join(letters) for size in range(5) for letters in product(SMALL, repeat=size)]
    members = [text for text in every if text in language]
    if members:
        assert found in language
        assert len(found) == len(members[0])
        assert sum(letter not in "ab" for letter in found) == min(
            sum(letter not in "ab" for letter in text) for text in members if len(text) == len(found)
        )
    else:
        assert found is None or len(found) > 4
    listed = language.literals()
    if listed is not None:
        assert [text for text in listed if len(text) <= 4] == sorted(
            members, key=lambda text: (len(text), text)
        )


@law
@given(languages)
def test_witnesses_are_distinct_members_by_length(a: Language) -> None:
    found = list(a.witnesses(limit=12))
    assert all(text in a for text in found)
    assert len(set(found)) == len(found)
    assert sorted(found, key=len) == found
    assert bool(found) == (not a.is_empty) == (a.witness() is not None)
    if found:
        assert len(found[0]) == len(a.witness() or "")
    if not a.is_finite:
        assert len(found) == 12


@pytest.mark.parametrize(
    ("regex", "witness"),
    [
        ("/api/v[0-9]+/.*", "/api/v0/"),
        ("[^/]", "a"),
        (".|[^a-z]", "a"),
        ("[^a-zA-Z0-9]{2}", "//"),
        ("a\x01|ba|-c", "ba"),
        ("GET|HEAD|PUT", "GET"),
        ("\x01|é", "é"),
        ("", ""),
    ],
)
def test_the_witness_is_the_most_legible_one(regex: str, witness: str) -> None:
    assert pattern(regex).witness() == witness


def test_the_empty_language_has_no_witness() -> None:
    assert NOTHING.witness() is None
    assert list(NOTHING.witnesses(limit=3)) == []
    assert NOTHING.literals() == ()


# --- limits


@pytest.mark.parametrize(
    "regex",
    [
        "(?:" * 1000 + "a" + ")*" * 1000,
        "(a|" * 999 + "b" + ")?c*" * 999,
        "a?" * 150,
        r"\b" * 5000 + "a",
        "|" * 20_000,
        "(?:a*b*c*d*)*x{900}",
        "(?:[ab]c?){1000}",
    ],
    ids=lambda regex: regex[:12],
)
def test_deep_and_long_patterns_are_decided(regex: str) -> None:
    language = pattern(regex)
    assert language.witness() in language


@pytest.mark.parametrize(
    "regex",
    [".*a.{15}b", ".*a.{1000}b", "(?:a|ab|abc|b|bc|c){300}", "(?:" * 999 + "a" + "b)*" * 999, "a" * 3_000],
    ids=lambda regex: regex[:12],
)
def test_an_explosion_is_refused(regex: str) -> None:
    with pytest.raises(BudgetExceeded) as refusal:
        pattern(regex, budget=Budget(states=2_000))
    assert refusal.value.limit == 2_000
    assert refusal.value.reached > 2_000


def test_products_and_concatenations_have_the_limit_too() -> None:
    a, b = pattern("(?:.*x){200}"), pattern("(?:.*y){200}")
    with pytest.raises(BudgetExceeded):
        a & b
    with pytest.raises(BudgetExceeded):
        a.includes(b)
    with pytest.raises(BudgetExceeded):
        concat(pattern("[ab]*a"), pattern("[ab]{20}"), budget=Budget(states=100))


def test_the_budget_of_a_pattern_is_its_own() -> None:
    with pytest.raises(BudgetExceeded):
        pattern("abcdef", budget=Budget(states=5))
    assert pattern("abcdef").states == 8
