"""Items of policies, taken out of gists: the same one stands in many policies, and is decoded once for all."""

from collections import deque
from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from propolis.manifest import Gist
from propolis.model.policy import Item, Policy, Spec

_FIELDS = ("ingress", "ingress_deny", "egress", "egress_deny")
_ITEM = msgspec.msgpack.Decoder(Item)

Section = tuple[bytes, ...] | None
"""The items of one section, each encoded; None where the section is absent."""
Sections = tuple[Section, Section, Section, Section]
"""Those of one spec: ingress, ingressDeny, egress, egressDeny."""


class Items(dict[bytes, Item]):
    """Items by what they are encoded as: equal ones are one object."""

    def __missing__(self, data: bytes) -> Item:
        item = self[data] = _ITEM.decode(data)
        return item


def taken(gist: Gist, sections: list[Sections]) -> Gist:
    """*gist* without the items of its policies, which are added to *sections*."""

    def without(spec: Spec) -> Spec:
        written = (spec.ingress, spec.ingress_deny, spec.egress, spec.egress_deny)
        first, second, third, fourth = (
            None if items is None else tuple(map(msgspec.msgpack.encode, items)) for items in written
        )
        sections.append((first, second, third, fourth))
        return replace(spec, **dict.fromkeys(_FIELDS))

    return _with_specs(gist, without)


def put_back(gist: Gist, sections: deque[Sections], items: Items) -> Gist:
    """What *gist* was before its items were `taken`: they are the next ones of *sections*, which it takes out of it.

    Errors: IndexError where *sections* has too few, msgspec.DecodeError for what is no item.
    """

    def whole(spec: Spec) -> Spec:
        found = [
            None if section is None else tuple(map(items.__getitem__, section))
            for section in sections.popleft()
        ]
        return replace(spec, **dict(zip(_FIELDS, found, strict=True)))

    return _with_specs(gist, whole)


def _with_specs(gist: Gist, act: Callable[[Spec], Spec]) -> Gist:
    facts = [
        replace(fact, meaning=replace(fact.meaning, specs=tuple(map(act, fact.meaning.specs))))
        if isinstance(fact.meaning, Policy) and fact.meaning.specs
        else fact
        for fact in gist.facts
    ]
    return replace(gist, facts=tuple(facts))
