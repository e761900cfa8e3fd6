"""DNS names and the patterns that match them, pointwise and as languages.

Names are lower case without the final dot. In a pattern a run of stars stands for any part of one label;
`**.` at the start stands for one or more whole labels where *deep* is on; stars alone match every name.
Source: Cilium pkg/fqdn/matchpattern (semantics §6.1).
"""

import re
from functools import lru_cache

from propolis.algebra.regular import Language, literal, pattern

_LABEL = "[-a-zA-Z0-9_]"
NAME = f"{_LABEL}+(?:[.]{_LABEL}+)*"
_STARS = re.compile(r"\*+")
_DEEP_PREFIX = re.compile(r"\*{2,}\.")
_EVERY = re.compile(r"\*+\.?")


def normal(name: str) -> str:
    """*name* as it is compared: trimmed, lower case, without one final dot."""
    return name.strip().lower().removesuffix(".")


def matches_every(text: str, *, deep: bool) -> bool:
    """Whether the pattern *text* stands for every name; before `**.` was known only `*` did."""
    text = text.strip()
    return _EVERY.fullmatch(text) is not None if deep else text == "*"


def matches(text: str, name: str, *, deep: bool) -> bool:
    """Whether the pattern *text* matches *name*; label by label."""
    labels = normal(name).split(".")
    if matches_every(text, deep=deep):
        return labels == [""] or all(_is_label(label) for label in labels)
    wanted = normal(text)
    prefix = _DEEP_PREFIX.match(wanted) if deep else None
    if prefix:
        rest = wanted[prefix.end() :].split(".")
        before, labels = labels[: -len(rest)], labels[-len(rest) :]
        if not before or not all(_is_label(label) for label in before):
            return False
        wanted = ".".join(rest)
    parts = wanted.split(".")
    return len(parts) == len(labels) and all(
        _label_matches(part, label) for part, label in zip(parts, labels, strict=True)
    )


def _is_label(text: str) -> bool:
    return re.fullmatch(f"{_LABEL}+", text) is not None


def _label_matches(part: str, label: str) -> bool:
    pieces = _STARS.split(part)
    return re.fullmatch(f"{_LABEL}*".join(re.escape(piece) for piece in pieces), label) is not None


WELL_FORMED = pattern(NAME)
"""Names whose labels are all filled; a pattern such as `*.a` also matches `.a`, which nobody can look up."""


@lru_cache(maxsize=4096)
def language(text: str, *, deep: bool) -> Language:
    """The names that the pattern *text* matches."""
    if matches_every(text, deep=deep):
        return pattern(f"(?:{NAME})?")
    wanted = normal(text)
    prefix = _DEEP_PREFIX.match(wanted) if deep else None
    head = f"{NAME}[.]" if prefix else ""
    tail = wanted[prefix.end() :] if prefix else wanted
    return pattern(head + f"{_LABEL}*".join(_escaped(piece) for piece in _STARS.split(tail)))


def may_overlap(one: str, other: str) -> bool:
    """Whether two patterns can have a name in common, as far as what stands before and after their stars tells."""
    first, second = normal(one), normal(other)
    heads = first.partition("*")[0], second.partition("*")[0]
    tails = first.rpartition("*")[2], second.rpartition("*")[2]
    return (heads[0].startswith(heads[1]) or heads[1].startswith(heads[0])) and (
        tails[0].endswith(tails[1]) or tails[1].endswith(tails[0])
    )


@lru_cache(maxsize=1 << 14)
def name_language(name: str) -> Language:
    """The one name that a `matchName` stands for."""
    return literal(normal(name))


def _escaped(text: str) -> str:
    return text.replace(".", "[.]")


def example(found: Language) -> str | None:
    """A shortest name of *found*, well formed if it holds one."""
    return (found & WELL_FORMED).witness() or found.witness()
