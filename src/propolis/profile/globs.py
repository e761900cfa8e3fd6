"""Globs: a path of a request with stars → the regular expression that means the same, no more and no less."""

import re

ANY_QUERY = "?*"
OPEN_QUERY = r"(?:\?.*)?"
"""The expression of any query string, or none."""
_LITERAL = r"(?:[A-Za-z0-9._~!$&'()+,;=:@-]|%[0-9A-Fa-f]{2})"
GLOB = rf"(?:/(?:\*\*|\*?(?:{_LITERAL}\*?)*))+(?:\?\*)?"
"""What a glob looks like; the JSON Schema holds the same expression."""

_GLOB = re.compile(GLOB)
_MEANS_SOMETHING_ELSE = frozenset(".+*?()|[]{}^$\\")


def is_glob(text: str) -> bool:
    """Whether *text* is a path that the profile language can read.

    `**` stands alone between two slashes; a question mark appears only as the final `?*`.
    """
    return _GLOB.fullmatch(text) is not None


def regex(glob: str) -> str:
    """The RE2 expression that matches, in full, the paths that *glob* names.

    `*` is a run of characters within one segment; alone in its segment, at least one. `**` is any number
    of whole segments; at the end, whatever is left, nothing included. `?*` at the end lets a query string
    follow; without it there is none.

    Errors:  none; *glob* has passed `is_glob`.
    Law:     matches exactly what the pointwise reading in tests/profile/glob_reading.py matches.
    """
    path = glob.removesuffix(ANY_QUERY)
    query = OPEN_QUERY if path != glob else ""
    *inner, last = path.split("/")[1:]
    return "/" + "".join(_inner(segment) for segment in inner) + _last(last) + query


def with_any_query(glob: str) -> str:
    """*glob*, open to any query string."""
    return glob if glob.endswith(ANY_QUERY) else glob + ANY_QUERY


def literal(text: str) -> str:
    """The RE2 expression that matches *text* alone."""
    return "".join(f"\\{char}" if char in _MEANS_SOMETHING_ELSE else char for char in text)


def _inner(segment: str) -> str:
    return "(?:[^/?]+/)*" if segment == "**" else _segment(segment) + "/"


def _last(segment: str) -> str:
    return "[^?]*" if segment == "**" else _segment(segment)


def _segment(segment: str) -> str:
    if segment == "*":
        return "[^/?]+"
    return "[^/?]*".join(literal(part) for part in segment.split("*"))
