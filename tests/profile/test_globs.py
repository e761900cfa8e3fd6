"""Globs mean what they look like, and nothing more."""

import re2
from glob_reading import names
from hypothesis import given, settings
from hypothesis import strategies as st

from propolis.algebra.regular import literal as word
from propolis.algebra.regular import pattern
from propolis.profile.globs import is_glob, literal, regex, with_any_query

_SEGMENT = st.text(alphabet="ab.+*-", max_size=4).filter(lambda text: "**" not in text)
_GLOBS = st.builds(
    lambda segments, query: "/" + "/".join(segments) + query,
    st.lists(st.one_of(_SEGMENT, st.just("**"), st.just("*")), min_size=1, max_size=4),
    st.sampled_from(["", "?*"]),
)
_PATHS = st.one_of(
    st.builds(
        lambda parts: "/" + "/".join(parts), st.lists(st.text("ab.+-", max_size=3), min_size=1, max_size=5)
    ),
    st.text(alphabet="ab/.?*+", max_size=8),
)


@st.composite
def _globs_and_paths(draw: st.DrawFn) -> tuple[str, str]:
    """Half of the paths are made from the glob, so that matches are as common as mismatches."""
    glob = draw(_GLOBS)
    if draw(st.booleans()):
        return glob, draw(_PATHS) + draw(st.sampled_from(["", "?a=b", "?"]))
    path = glob.removesuffix("?*")
    while "**" in path:
        path = path.replace("**", draw(st.sampled_from(["a", "a/b", "a/b/a", ""])), 1)
    while "*" in path:
        path = path.replace("*", draw(st.sampled_from(["", "a", "ab", "a/b"])), 1)
    return glob, path + draw(st.sampled_from(["", "", "?a=b", "?"]))


@given(_globs_and_paths())
@settings(derandomize=True, max_examples=1500)
def test_a_glob_and_its_expression_agree_on_every_path(pair: tuple[str, str]) -> None:
    glob, path = pair
    assert is_glob(glob)
    assert (re2.fullmatch(regex(glob), path) is not None) == names(glob, path)


@given(_GLOBS)
@settings(derandomize=True, max_examples=60)
def test_opening_the_query_only_adds_query_strings(glob: str) -> None:
    closed, opened = pattern(regex(glob.removesuffix("?*"))), pattern(regex(with_any_query(glob)))
    assert opened.includes(closed)
    assert pattern(r"[^?]*\?.*").includes(opened - closed)


@given(st.text(alphabet=[chr(code) for code in range(33, 127)], max_size=12))
@settings(derandomize=True, max_examples=200)
def test_an_escaped_literal_matches_itself_alone(text: str) -> None:
    assert pattern(literal(text)) == word(text)


def test_examples_of_the_reference() -> None:
    cases = {
        "/healthz": (["/healthz"], ["/healthz/", "/healthz?x", "/HEALTHZ", "/healthzz"]),
        "/api/*": (["/api/a"], ["/api/", "/api", "/api/a/b", "/api/a?x=1"]),
        "/api/v*/x": (["/api/v/x", "/api/v1/x"], ["/api/v1/y/x"]),
        "/api/**": (["/api/", "/api/a", "/api/a/b/"], ["/api", "/apix", "/api/a?x"]),
        "/a/**/b": (["/a/b", "/a/x/b", "/a/x/y/b"], ["/a/xb", "/ab"]),
        "/**": (["/", "/a/b"], ["*", "", "/a?b"]),
        "/search?*": (["/search", "/search?", "/search?q=1?2"], ["/search/", "/searching"]),
        "/a.b+c": (["/a.b+c"], ["/axb+c", "/a.bbc"]),
    }
    for glob, (named, others) in cases.items():
        for path in named + others:
            assert (re2.fullmatch(regex(glob), path) is not None) == (path in named), (glob, path)
            assert names(glob, path) == (path in named), (glob, path)


def test_what_is_no_glob() -> None:
    for text in [
        "",
        "a",
        "*",
        "/a**",
        "/**b",
        "/***",
        "/a?b",
        "/a?",
        "/a?*b",
        "/a b",
        "/[ab]",
        "/a#b",
        "/%zz",
        "/é",
    ]:
        assert not is_glob(text), text
