"""The endpoints that a symbolic question is about, indexed by label."""

from collections.abc import Callable, Iterable, Sequence

from propolis.algebra.addresses import contains, prefix
from propolis.algebra.flows import Bitset, bits
from propolis.algebra.labels import LabelIndex
from propolis.model.labels import ANY, CIDR, Operator, Requirement, Selector
from propolis.model.world import Endpoint


class Universe:
    """Endpoints by position; position *i* is bit *i* of every bitset."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self.endpoints = tuple(endpoints)
        self.index = LabelIndex(
            [[(label.source, label.key, label.value) for label in e.labels] for e in endpoints]
        )
        self._selected: dict[Selector, Bitset] = {}

    @property
    def everything(self) -> Bitset:
        return self.index.everything

    def where(self, holds: Callable[[Endpoint], bool]) -> Bitset:
        return bits(i for i, endpoint in enumerate(self.endpoints) if holds(endpoint))

    def selected(self, selector: Selector) -> Bitset:
        """The endpoints whose labels meet every requirement of *selector*."""
        found = self._selected.get(selector)
        if found is None:
            found = self.everything
            for requirement in selector.requirements:
                found &= self._meeting(requirement)
            self._selected[selector] = found
        return found

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
        outers = [outer for outer in map(prefix, texts) if outer is not None]
        found = 0
        for key, holders in self.index.keys(CIDR):
            inner = prefix(key)
            if inner is not None and any(contains(outer, inner) for outer in outers):
                found |= holders
        return found
