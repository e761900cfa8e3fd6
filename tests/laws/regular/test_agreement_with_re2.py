"""RE2 and we read the same patterns, and match the same texts in full."""

from __future__ import annotations

from random import Random

import pytest
import re2
from regular_samples import RE2_OPTIONS, odd_pattern, random_pattern, telling_texts

from propolis.algebra.regular import BudgetExceeded, InvalidPattern, UnsupportedPattern, pattern
from propolis.algebra.regular.charsets import CharSet, folded, unicode_class
from propolis.algebra.regular.syntax import program
from propolis.algebra.regular.unicode_tables import CATEGORIES, SCRIPTS

# Patterns that once went wrong or easily could, with texts on both sides.
MATCHES = [
    ("", ["", "a"]),
    ("a$", ["a", "a\n"]),
    ("a^b|^a$b", ["ab", "a", "a\nb"]),
    (r"s(?s:.)|.\A", ["aa", "sa", "s\n", "a"]),
    ("(?m)a$\n^b", ["a\nb", "ab"]),
    (r"(?m)(^a*$\n?)*", ["", "a", "a\n", "a\na", "ab"]),
    (r"\ba\b|\B-\B", ["a", "-", "b"]),
    (r"(?:a|\b){3}-?", ["", "a", "aa", "aaa", "aaaa", "a-"]),
    (r"(?:\b|-){2}a", ["a", "-a", "--a", "---a"]),
    (r"(?:^|a){2,3}b", ["b", "ab", "aab", "aaab"]),
    (r"\bé", ["é"]),
    (r"é\b", ["é", "éa"]),
    ("(?i)k", ["k", "K", "\u212a"]),
    ("(?i)[^k]", ["k", "K", "\u212a", "a"]),
    (r"(?i)\w", ["ſ", "\u212a", "é"]),
    (r"(?i)\W", ["ſ", "\u212a", "é"]),
    ("(?i)[[:^upper:]]", ["a", "A", "ſ", "-"]),
    (r"(?i)\P{Lu}", ["a", "A", "-", "ǅ"]),
    ("(?i)ß", ["ß", "ẞ", "ss"]),
    ("(?i)i", ["i", "I", "İ", "ı"]),
    ("(?i)σ", ["σ", "ς", "Σ"]),
    ("(?i:a)a|(?-i)b", ["Aa", "AA", "b", "B"]),
    ("a(?i)b|c", ["aB", "AB", "C", "c"]),
    ("(a(?i)b)c", ["aBc", "aBC"]),
    ("a(?i)*", ["", "aaa", "A"]),
    (r"ab\Q\E*", ["a", "abb", "abab"]),
    (r"\Qa.*", ["a.*", "ab"]),
    (r"\Qa\Eb*", ["a", "abb", "aab"]),
    (".", ["\n", "a", "é", "\U0001f600", "ab"]),
    ("[^a]", ["\n", "a", "b"]),
    (r"[\x{D7FF}-\x{E000}]", ["\ud7ff", "\ue000", "a"]),
    (r"[^\x{D800}]", ["\ud7ff", "a", "\ue000"]),
    (r"[^\x00-\x{10FFFF}]", ["", "a"]),
    (r"\s", [" ", "\t", "\v", "\f", "\xa0"]),
    ("[[:space:]]", ["\v", " "]),
    (r"\d", ["1", "١"]),
    ("[]a]", ["]", "a"]),
    ("[^]a]", ["]", "a", "b"]),
    ("[a-]|[+--]", ["a", "-", "+", ",", "."]),
    (r"[\d-z]", ["-", "z", "5", "a"]),
    ("[[:alpha]", [":", "[", "a", "z"]),
    ("a{,3}|a{01}|a{1", ["a{,3}", "a", "a{01}", "a{1"]),
    ("a{0}b{0,}c{2,}", ["cc", "ac", "bccc", "c"]),
    (r"\0|\012|\101|\08", ["\0", "\n", "A", "\x008"]),
    (r"\_\-\/", ["_-/"]),
    ("(|a)b||c", ["", "b", "ab", "c"]),
    ("(?U)a+?(?P<name>b)(?<n>c)", ["abc", "aabc", "ab"]),
]

REFUSED = r"""
a{100000000} a{1,999999999}
a** a*?* a++ x{2}{3} x{0}{0} (?i)* \Q\E* a|* (*) {2} a{1001} a{2,1} a{1001,} (a{1000}){2} ((a{1000})*){2}
(a{2}){501} ((a{500}){0}){3} (a a) (?=a) (?!a) (?<=a) (?<!a) (?>a) (?|a) (?#a) (?x)a (?P=a) (?P>a) (? (?i (?- (?-)
(?i-) (?i-:a) (?--i) (?P<n (?P<n> (?P<>a) (?P<a-b>a) (?<>a) (?<n \ [\ [a [a- [ [] [^] [z-a] [a-\d] [\b] [\A] [\Q] [\pX]
\E \Z \G \1 \8 \9 \c \é \x \x1 \xg1 \x{ \x{} \x{g} \x{110000} \x{41 \pX \p \P \p{ \p{L \p{} \p{^} \p{Cn} \p{l} \p{greek}
[[:foo:]] [[:alpha:] [[:ALPHA:]] [[:^^alpha:]]
"""

UNSUPPORTED = [
    r"\C",
    r"a\Cb",
    "(?P<é>a)",
    "a{1000000000}",
    "a{1,1000000000}",
    "(" * 1001 + ")" * 1001,
    "a" * 100_001,
]


@pytest.mark.parametrize(("regex", "texts"), MATCHES)
def test_known_patterns_match_what_re2_matches(regex: str, texts: list[str]) -> None:
    language, oracle = pattern(regex), re2.compile(regex, RE2_OPTIONS)
    assert {text: text in language for text in texts} == {
        text: bool(oracle.fullmatch(text)) for text in texts
    }


@pytest.mark.parametrize("regex", REFUSED.split())
def test_what_re2_refuses_we_refuse(regex: str) -> None:
    with pytest.raises(re2.error):
        re2.compile(regex, RE2_OPTIONS)
    with pytest.raises(InvalidPattern) as refusal:
        pattern(regex)
    assert 0 <= refusal.value.position <= len(regex)


@pytest.mark.parametrize("regex", UNSUPPORTED, ids=lambda regex: regex[:12])
def test_what_we_do_not_decide_we_say(regex: str) -> None:
    re2.compile(regex, RE2_OPTIONS)
    with pytest.raises(UnsupportedPattern):
        pattern(regex)


def test_a_lone_surrogate_is_refused_in_a_pattern_and_in_no_language() -> None:
    with pytest.raises(InvalidPattern):
        pattern("a\ud800")
    assert "\ud800" not in pattern("(?s).")
    assert "\ud800" not in ~pattern("(?s).")


def disagreements(seed: int, patterns: int, texts_each: int) -> tuple[int, list[tuple[str, str]]]:
    """How many pairs were compared, and the pairs of pattern and text that RE2 and we match differently."""
    random, pairs, wrong = Random(seed), 0, []
    for _ in range(patterns):
        regex = random_pattern(random)
        try:
            oracle = re2.compile(regex, RE2_OPTIONS)
        except re2.error:
            with pytest.raises(InvalidPattern):
                pattern(regex)
            continue
        language = pattern(regex)
        texts = telling_texts(random, language, texts_each)
        pairs += len(texts)
        wrong += [(regex, text) for text in texts if (text in language) != bool(oracle.fullmatch(text))]
    return pairs, wrong


def test_random_patterns_match_what_re2_matches() -> None:
    pairs, wrong = disagreements(seed=1, patterns=810, texts_each=25)
    assert pairs >= 20_000
    assert wrong == []


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(2, 6))
def test_many_random_patterns_match_what_re2_matches(seed: int) -> None:
    pairs, wrong = disagreements(seed, patterns=3_200, texts_each=40)
    assert pairs >= 125_000
    assert wrong == []


def verdicts(seed: int, patterns: int) -> dict[tuple[str, str], list[str]]:
    """Patterns by what RE2 and what we do with them."""
    random = Random(seed)
    found: dict[tuple[str, str], list[str]] = {}
    for _ in range(patterns):
        regex = odd_pattern(random)
        try:
            re2.compile(regex, RE2_OPTIONS)
            theirs = "accepts"
        except re2.error as error:
            theirs = "gives up" if b"too large" in error.args[0] else "refuses"
        try:
            program(regex)
            ours = "accept"
        except InvalidPattern:
            ours = "refuse"
        except UnsupportedPattern:
            ours = "do not decide"
        found.setdefault((theirs, ours), []).append(regex)
    return found


def test_odd_patterns_are_accepted_exactly_when_re2_accepts_them() -> None:
    found = verdicts(seed=1, patterns=8_000)
    assert found.get(("accepts", "refuse"), []) == []
    assert found.get(("refuses", "accept"), []) == []
    assert len(found["accepts", "accept"]) > 1_000
    assert len(found["refuses", "refuse"]) > 1_000


@pytest.mark.deep
def test_many_odd_patterns_are_accepted_exactly_when_re2_accepts_them() -> None:
    found = verdicts(seed=2, patterns=150_000)
    assert found.get(("accepts", "refuse"), []) == []
    assert found.get(("refuses", "accept"), []) == []


SCALARS = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))


def runs(regex: str) -> CharSet:
    """The ranges of characters that the one-character pattern *regex* matches according to RE2."""
    found = re2.compile(f"(?:{regex})+", RE2_OPTIONS).finditer(SCALARS)
    return tuple((ord(run.group()[0]), ord(run.group()[-1])) for run in found)


def without_surrogates(chars: CharSet) -> CharSet:
    """*chars* as `runs` writes them: no range ends in the surrogates."""
    return tuple((low, 0xD7FF if high == 0xDFFF else high) for low, high in chars)


@pytest.mark.parametrize("name", [*"CLMNPSZ", "Any", *CATEGORIES, *SCRIPTS])
def test_unicode_classes_hold_what_re2_holds(name: str) -> None:
    assert without_surrogates(unicode_class(name) or ()) == runs(rf"\p{{{name}}}")


@pytest.mark.parametrize("name", ["Ll", "Lu", "Lt", "Lo", "Mn", "So", "Nl", "Greek", "Latin", "Cherokee"])
def test_folding_adds_the_characters_that_re2_adds(name: str) -> None:
    assert without_surrogates(folded(unicode_class(name) or ())) == runs(rf"(?i)\p{{{name}}}")


def test_too_large_a_pattern_is_no_answer() -> None:
    with pytest.raises(BudgetExceeded):
        pattern(".*a.{1000}b")
