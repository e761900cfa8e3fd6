"""The endpoints that a symbolic question is about, indexed by label."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from propolis.algebra.addresses import Prefix, prefix
from propolis.algebra.flows import Bitset, bits
from propolis.algebra.labels import LabelIndex
from propolis.model.labels import ANY, CIDR, Operator, Requirement, Selector
from propolis.model.world import Endpoint

_Known = tuple[tuple[int, int], Prefix, Bitset]
"""The IP version and the first address of a prefix, the prefix, and the endpoints that have it."""


class Universe:
    """Endpoints by position; position *i* is bit *i* of every bitset."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self.endpoints = tuple(endpoints)
        self.index = LabelIndex(
            [e.labels for e in endpoints], lambda label: (label.source, label.key, label.value)
        )
        self.everything: Bitset = self.index.everything
        self._meets: dict[Requirement, Bitset] = {}

    def where(self, holds: Callable[[Endpoint], bool]) -> Bitset:
        return bits(i for i, endpoint in enumerate(self.endpoints) if holds(endpoint))

    def selected(self, selector: Selector) -> Bitset:
        """The endpoints whose labels meet every requirement of *selector*."""
        found = -1  # every bit, and the smallest number that says so
        for requirement in selector.requirements:
            held = self._meets.get(requirement)
            if held is None:
                held = self._meets[requirement] = self._meeting(requirement)
            found &= held
        return found if selector.requirements else self.everything

    def _meeting(self, requirement: Requirement) -> Bitset:
        if requirement.source == CIDR:
            return self._meeting_prefix(requirement)
        source = None if requirement.source == ANY else requirement.source
        match requirement.operator:
            case Operator.EQUALS | Operator.IN:
                return self.index.equal(source, requirement.key, requirement.values)
            case Operator.NOT_IN:
                return self.everything & ~self.index.equal(source, requirement.key, requirement.values)
            case Operator.EXISTS:
                return self.index.having(source, requirement.key)
            case Operator.DOES_NOT_EXIST:
                return self.everything & ~self.index.having(source, requirement.key)

    def _meeting_prefix(self, requirement: Requirement) -> Bitset:
        """A `cidr:` key stands for every prefix inside it; its label never has a value."""
        held = self.within((requirement.key,))
        match requirement.operator:
            case Operator.EQUALS | Operator.IN:
                return held if "" in requirement.values else 0
            case Operator.NOT_IN:
                return self.everything & ~held if "" in requirement.values else self.everything
            case Operator.EXISTS:
                return held
            case Operator.DOES_NOT_EXIST:
                return self.everything & ~held

    def within(self, texts: Iterable[str]) -> Bitset:
        """The endpoints with an address inside one of the prefixes."""
        found = 0
        for outer in map(prefix, texts):
            if outer is not None:
                first = bisect_left(self._starts, (outer.version, int(outer.network_address)))
                last = bisect_right(self._starts, (outer.version, int(outer.broadcast_address)))
                for _, inner, holders in self._addresses[first:last]:
                    if inner.prefixlen >= outer.prefixlen:
                        found |= holders
        return found

    @cached_property
    def _addresses(self) -> list[_Known]:
        """Every known prefix with its endpoints, by its first address: what a prefix holds stands in one run."""
        known = ((prefix(key), holders) for key, holders in self.index.keys(CIDR))
        found: list[_Known] = [
            ((p.version, int(p.network_address)), p, holders) for p, holders in known if p is not None
        ]
        return sorted(found, key=lambda entry: entry[0])

    @cached_property
    def _starts(self) -> list[tuple[int, int]]:
        return [start for start, _, _ in self._addresses]

    @cached_property
    def named(self) -> dict[str, Bitset]:
        """The endpoints that were learned for each name."""
        found: dict[str, Bitset] = {}
        for position, endpoint in enumerate(self.endpoints):
            for name in endpoint.names:
                found[name] = found.get(name, 0) | 1 << position
        return found
