"""Contradictions: two lines of a profile of which one makes the other moot, because allows add up."""

import ipaddress
import itertools
from collections.abc import Iterator

from propolis.model.profile import CidrEnd, ClaimEnd, DeclaredPath, EntityEnd, NameEnd, PortSpan, Profile
from propolis.profile.fault import Fault
from propolis.profile.structure import Located


def contradictions(profile: Profile) -> Iterator[Located]:
    """Paths between the same ends of which one limits what may be said and the other does not.

    Source:  semantics §2.4, S12 (requests), §6.2, S82 (queries).
    """
    for one, other in itertools.combinations(profile.paths, 2):
        if not share_a_port(one.ports, other.ports):
            continue
        if not (_meet(one.source, other.source) and _meet(one.destination, other.destination)):
            continue
        if _limits(one) != _limits(other):
            yield _contradiction(one, other, "request", limited=one if _limits(one) else other)
        if (one.dns is None) != (other.dns is None):
            yield _contradiction(one, other, "query", limited=one if one.dns is not None else other)


def _limits(path: DeclaredPath) -> bool:
    return path.http is not None or path.parsed is not None


def _contradiction(one: DeclaredPath, other: DeclaredPath, what: str, limited: DeclaredPath) -> Located:
    message = f"`{one.text}` lets every {what} pass on this port, and this path lists the ones that may"
    if limited is one:
        message = (
            f"this path lets every {what} pass, and `{one.text}` on the same port lists the ones that may"
        )
    help_ = "allows add up: give both lines a list, or leave one of them out"
    return Located(Fault("profile-conflict", message, help_), other.where, other=one.where)


def share_a_port(one: tuple[PortSpan, ...], other: tuple[PortSpan, ...]) -> bool:
    """Whether some port of some protocol is in both."""
    return any(
        mine.protocol == theirs.protocol and mine.first <= theirs.last and theirs.first <= mine.last
        for mine in one
        for theirs in other
    )


def _meet(one: ClaimEnd, other: ClaimEnd) -> bool:
    """Whether some peer can be at both ends. Declared workloads are apart (meaning)."""
    if one == other:
        return True
    outside = (isinstance(one, (CidrEnd, NameEnd)), isinstance(other, (CidrEnd, NameEnd)))
    if all(outside):
        return not isinstance(one, CidrEnd) or not isinstance(other, CidrEnd) or _overlap(one, other)
    if any(outside):
        entity = other if outside[0] else one
        return entity in (EntityEnd("world"), EntityEnd("kube-apiserver"))
    return EntityEnd("kube-apiserver") in (one, other) and _is_somewhere(one) and _is_somewhere(other)


def _is_somewhere(end: ClaimEnd) -> bool:
    """Whether *end* is an entity that an API server's address can belong to as well."""
    return isinstance(end, EntityEnd) and end.entity != "ingress"


def _overlap(one: CidrEnd, other: CidrEnd) -> bool:
    mine, theirs = ipaddress.ip_network(one.prefix), ipaddress.ip_network(other.prefix)
    return mine.version == theirs.version and mine.overlaps(theirs)
