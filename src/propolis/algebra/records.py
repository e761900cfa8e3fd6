"""Sets of records whose fields are strings: decision diagrams with a regular language on every edge.

A record gives every field a string. A `RecordSet` is a diagram that asks the fields in one fixed order;
its edges carry disjoint languages, what no edge covers is outside the set, and a field on which the set
does not depend is not asked. Diagrams are interned while they are in use, so equal sets are one object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, reduce
from operator import and_, or_, sub
from weakref import WeakValueDictionary

import msgspec

from propolis.algebra.patience import checkpoint
from propolis.algebra.regular import NOTHING, Language


class Field(msgspec.Struct, frozen=True, order=False):
    """A field of a record: its place in the order, its name, and the strings that it may hold.

    *preferred* are the texts that a reader would rather see in an example, best first.
    """

    rank: int
    name: str
    universe: Language
    preferred: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, str]:
        return self.rank, self.name


class RecordSet:
    """A set of records, closed under `| & -`; `==` is equality of sets (and identity of objects).

    Make one with `box`, `ALL` and `NONE`; a node is `field` and its edges, a terminal has no field.
    """

    __slots__ = ("__weakref__", "edges", "field")
    field: Field | None
    edges: tuple[tuple[Language, RecordSet], ...]

    def __or__(self, other: RecordSet) -> RecordSet:
        return _combined("or", self, other)

    def __and__(self, other: RecordSet) -> RecordSet:
        return _combined("and", self, other)

    def __sub__(self, other: RecordSet) -> RecordSet:
        return _combined("minus", self, other)

    def __bool__(self) -> bool:
        return self is not NONE

    def includes(self, other: RecordSet) -> bool:
        return not other - self

    def __contains__(self, record: Mapping[str, str]) -> bool:
        """Whether *record* (field name → text; fields that are not asked may be left out) is a member."""
        node = self
        while node.field is not None:
            text = record[node.field.name]
            node = next((child for language, child in node.edges if text in language), NONE)
        return node is ALL

    def texts(self, field: Field) -> Language:
        """The texts that *field* has in some member."""
        if self.field is None or self.field.order > field.order:
            return field.universe if self else NOTHING
        if self.field == field:
            found = [language for language, _ in self.edges]
        else:
            found = [child.texts(field) for _, child in self.edges]
        return reduce(or_, found, NOTHING)

    def members(self) -> Iterator[dict[str, str]]:
        """One shortest record for each way through the diagram; what the first field prefers first, then short ones."""
        preferred = self.field.preferred if self.field else ()
        yield from sorted(_paths(self), key=lambda record: _plainness(record, self.field, preferred))

    def member(self) -> dict[str, str] | None:
        """A shortest record: only the fields that matter, by name; None when the set is empty."""
        return next(self.members(), None)


_interned: WeakValueDictionary[object, RecordSet] = WeakValueDictionary()


def _terminal() -> RecordSet:
    node = RecordSet.__new__(RecordSet)
    node.field, node.edges = None, ()
    return node


ALL = _terminal()
NONE = _terminal()


def _node(field: Field, by_child: Mapping[RecordSet, Language]) -> RecordSet:
    """The interned node; INVARIANT: its edges are disjoint and lead to distinct children, none of them NONE."""
    edges = {
        child: language for child, language in by_child.items() if child is not NONE and not language.is_empty
    }
    if not edges:
        return NONE
    if len(edges) == 1:
        child, language = next(iter(edges.items()))
        if language is field.universe:
            return child
    key = (field.order, frozenset(edges.items()))
    node = _interned.get(key)
    if node is None:
        node = RecordSet.__new__(RecordSet)
        node.field, node.edges = field, tuple((language, child) for child, language in edges.items())
        _interned[key] = node
    return node


def box(conditions: Mapping[Field, Language]) -> RecordSet:
    """The records whose fields are in the languages given, the other fields being free."""
    node = ALL
    for field in sorted(conditions, key=lambda f: f.order, reverse=True):
        node = _node(field, {node: conditions[field] & field.universe})
    return node


_TERMINAL: dict[str, Callable[[RecordSet, RecordSet], RecordSet | None]] = {
    "or": lambda a, b: ALL if ALL in (a, b) else b if a is NONE else a if b in (NONE, a) else None,
    "and": lambda a, b: NONE if NONE in (a, b) else b if a is ALL else a if b in (ALL, a) else None,
    "minus": lambda a, b: NONE if a is NONE or b in (ALL, a) else a if b is NONE else None,
}
_OPERATIONS: dict[str, Callable[[Language, Language], Language]] = {"or": or_, "and": and_, "minus": sub}


@lru_cache(maxsize=1 << 18)
def _combined(operation: str, a: RecordSet, b: RecordSet) -> RecordSet:
    known = _TERMINAL[operation](a, b)
    if known is not None:
        return known
    checkpoint()
    field = _asked_first(a, b)
    a_edges, b_edges = _edges(a, field), _edges(b, field)
    if len(a_edges) == len(b_edges) == 1 and a_edges[0][1] is b_edges[0][1]:
        (left, child), (right, _) = a_edges[0], b_edges[0]
        return _node(field, {child: _OPERATIONS[operation](left, right)})
    by_child: dict[RecordSet, Language] = {}
    for language, a_child, b_child in _pieces(operation, a_edges, b_edges):
        child = _combined(operation, a_child, b_child)
        by_child[child] = by_child.get(child, NOTHING) | language
    return _node(field, by_child)


def _asked_first(a: RecordSet, b: RecordSet) -> Field:
    one, other = a.field, b.field
    if one is not None and (one is other or other is None or one.order <= other.order):
        return one
    assert other is not None
    return other


_Edge = tuple[Language, RecordSet]


def _edges(node: RecordSet, field: Field) -> tuple[_Edge, ...]:
    return node.edges if node.field is field or node.field == field else ((field.universe, node),)


def _pieces(
    operation: str, a: tuple[_Edge, ...], b: tuple[_Edge, ...]
) -> Iterator[tuple[Language, RecordSet, RecordSet]]:
    """Disjoint languages, each with the child of either side; those from which nothing comes are left out."""
    alone = dict(b)
    # Edges of one node are disjoint, so a language that both have meets no other.
    apart: list[_Edge] = []
    for left, a_child in a:
        b_child = alone.pop(left, None)
        if b_child is None:
            apart.append((left, a_child))
        else:
            yield left, a_child, b_child
    for left, a_child in apart:
        rest = left
        for right, b_child in alone.items():
            both = left & right
            if both is not NOTHING:
                yield both, a_child, b_child
                rest -= right
        if operation != "and":
            yield rest, a_child, NONE
    if operation == "or":
        for right, b_child in alone.items():
            for left, _ in apart:
                right -= left
            yield right, NONE, b_child


def _paths(node: RecordSet) -> Iterator[dict[str, str]]:
    if node is ALL:
        yield {}
    if node.field is None:
        return
    for language, child in node.edges:
        text = example(node.field, language)
        for rest in _paths(child):
            yield {node.field.name: text, **rest}


def _plainness(
    record: dict[str, str], first: Field | None, preferred: tuple[str, ...]
) -> tuple[int, int, str, tuple[tuple[str, str], ...]]:
    text = record.get(first.name, "") if first else ""
    rank = preferred.index(text) if text in preferred else len(preferred)
    whole = "".join(record.values())
    return rank, len(whole), whole, tuple(record.items())


def example(field: Field, language: Language) -> str:
    """The text of *language*, which is not empty, that a reader would rather see in *field*."""
    text = next((t for t in field.preferred if t in language), None) or language.witness()
    if text is None:
        raise AssertionError(f"an edge of {field.name} carries the empty language")
    return text
