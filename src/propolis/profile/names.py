"""DNS names: what a pod has to ask for, before it can reach a name, in the words of its Cilium version."""

import re

from propolis.model.profile import NameEnd
from propolis.model.settings import DEEP_STARS, Version

_LABEL = r"[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?"
_LAST_LABEL = r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?"
NAME = rf"(?:\*\*?\.)?(?:{_LABEL}\.)+{_LAST_LABEL}"
"""A name outside, with at least one dot; the last label begins with a letter; stars are whole labels."""

_NAME = re.compile(NAME)
LONGEST = 253
_DEEPEST_SEARCH = 7
"""With Kubernetes' `ndots:5` only a name of at most five labels is tried with `<namespace>.svc` behind it."""


def is_name(text: str) -> bool:
    """Whether *text* looks like a DNS name, or one with leading star labels, in lower case."""
    return _NAME.fullmatch(text) is not None


def outside_name(pattern: str, search: tuple[str, ...]) -> NameEnd:
    """The end named *pattern*, and what a resolver asks for that also tries the nodes' *search* domains."""
    return NameEnd(pattern, (pattern, *(f"{pattern}.{domain}" for domain in search)))


def cluster_patterns(domain: str, version: Version) -> tuple[str, ...]:
    """The patterns for every name under *domain* (`cluster.local`) that a pod asks for.

    Resolvers put the search list behind a name before they ask for the name itself, so a pod that may not
    ask for `api.example.com.shop.svc.cluster.local` never gets to `api.example.com`.

    Source: semantics §6.1 (`**.` by version), §6.2 (search domains), S83, S90.
    """
    if version >= DEEP_STARS:
        return (f"**.{domain}",)
    return tuple("*." * depth + domain for depth in range(1, _DEEPEST_SEARCH + 1))
