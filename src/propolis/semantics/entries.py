"""The entries that rules make in the agent's policy map for one peer: which keys they have and what they say.

The agent merges the rules of a cell first, leaves out what everybody's entry says already, and makes the keys last.
Source: Cilium pkg/policy/l4.go toMapState, pkg/policy/mapstate.go insertWithChanges.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from propolis import peers
from propolis.model.flow import ICMP, ICMPV6
from propolis.model.policy import Direction, Effect, IcmpRule, PortProtocol
from propolis.model.rule import Rule
from propolis.model.settings import Version
from propolis.semantics import ports
from propolis.semantics.cells import EVERYBODY, Cell, cell, kept, selectors
from propolis.semantics.hits import Ends, named
from propolis.semantics.ruleset import Ruleset

MODES = ("disabled", "required", "test-always-fail")
"""In the order in which the higher one wins."""
_PORT_BITS = 16


class Key(msgspec.Struct, frozen=True):
    """What an entry stands for: *bits* leading bits of a port of *protocol*; without a protocol, everything."""

    protocol: str = ""
    first: int = 0
    bits: int = 0

    @property
    def length(self) -> int:
        return self.bits + 1 if self.protocol else 0

    def holds(self, other: "Key") -> bool:
        if not self.protocol:
            return True
        free = _PORT_BITS - self.bits
        same = self.first >> free == other.first >> free
        return self.protocol == other.protocol and self.bits <= other.bits and same


class Part(msgspec.Struct):
    """The allows and denies of one level for one cell.

    They make entries for *keys*, of which one at most, *key*, covers the flow, with one *mode*. Proxies do not matter:
    what is asked for is the mode of a flow that none takes.
    *is_fleeting*: whether the entry is there or not, as the order of the rules has it.
    """

    level: tuple[int, float]
    is_everybodys: bool
    keys: set[Key] = msgspec.field(default_factory=set)
    key: Key | None = None
    denies: bool = False
    mode: int | None = None
    is_fleeting: bool = False

    def says_as(self, other: "Part") -> bool:
        return (self.denies, self.mode) == (other.denies, other.mode)

    def is_hidden_by(self, other: "Part") -> bool:
        return (self.level, self.key) == (other.level, other.key) and self.says_as(other)


_Where = tuple[tuple[int, float], Cell]
"""The level and the cell of a part."""
_FLEETING = Version(1, 20)
"""From here on an entry is not made, or is taken away again, where everybody has the same under the same key."""
_NAMES_OF_THE_PEER = Version(1, 20)
"""From here on a named port of an egress rule makes an entry for each peer, whoever the rule selects."""


def parts_of(ruleset: Ruleset, rules: Sequence[Rule], ends: Ends) -> list[Part]:
    """What the peer of *ends* is found under, of *rules* that select the subject.

    What the agent leaves out, because everybody's entry says it already, covers nothing here. Its keys stay: where only
    proxies differ it is there after all.
    """
    found = _merged(ruleset, rules, ends)
    everybodys = [part for part in found.values() if part.is_everybodys]
    for (_, its), part in found.items():
        if _is_left_out(part, its, found):
            part.key = None
        elif ruleset.settings.version >= _FLEETING and not part.is_everybodys:
            part.is_fleeting = any(part.is_hidden_by(each) for each in everybodys)
    return list(found.values())


def _is_left_out(part: Part, its: Cell, found: Mapping[_Where, Part]) -> bool:
    """Whether everybody's part for the same port stands for *part*; Cilium lets none stand for one of all ports."""
    everybodys = found.get((part.level, msgspec.structs.replace(its, selector=EVERYBODY)), part)
    return bool(its.port) and everybodys is not part and part.says_as(everybodys)


def _merged(ruleset: Ruleset, rules: Sequence[Rule], ends: Ends) -> dict[_Where, Part]:
    settings = ruleset.settings
    flow = Key(ends.protocol, ends.port, _PORT_BITS)
    by_peer = ends.direction is Direction.EGRESS and settings.version >= _NAMES_OF_THE_PEER
    found: dict[_Where, Part] = {}
    for rule in rules:
        if rule.peers is None or (not rule.peers and rule.ports is None):
            continue
        level = (rule.tier, rule.priority)
        places = tuple(_places(rule, ends, ruleset))
        for selector in selectors(rule.peers, settings):
            if not peers.matches(selector, ends.peer, settings):
                continue
            for place in places:
                its = msgspec.structs.replace(place.cell, selector=kept(selector, settings))
                is_everybodys = selector == EVERYBODY and not (by_peer and isinstance(its.port, str))
                part = found.setdefault((level, its), Part(level, is_everybodys))
                part.keys.update(place.keys)
                part.key = next((key for key in place.keys if key.holds(flow)), part.key)
                part.denies |= rule.effect is Effect.DENY
                if rule.authentication:
                    part.mode = MODES.index(rule.authentication)  # one cell with several has no policy
    return found


class _Place(NamedTuple):
    """A port of a rule: the *cell* of everybody for it, and the *keys* of its entries."""

    cell: Cell
    keys: tuple[Key, ...]


def _places(rule: Rule, ends: Ends, ruleset: Ruleset) -> Iterator[_Place]:
    if rule.ports is None:
        yield _Place(Cell(EVERYBODY, "", None, 0), (Key(),))
    for clause in rule.ports or ():
        if isinstance(clause, IcmpRule):
            for field in clause.fields or ():
                number = ports.icmp_type(field.type, field.family) or 0
                protocol = ICMPV6 if field.family == "IPv6" else ICMP
                key = Key(protocol, number, _PORT_BITS if number else 0)
                yield _Place(Cell(EVERYBODY, protocol, number, 0), (key,))
            continue
        for port in clause.ports or ():
            for protocol in ports.protocols(port.protocol):
                keys = tuple(_of_port(port, protocol, ends, ruleset))
                yield _Place(cell(EVERYBODY, protocol, port, ruleset.settings), keys)


def _of_port(port: PortProtocol, protocol: str, ends: Ends, ruleset: Ruleset) -> Iterator[Key]:
    number = ports.meaning(port.port) if port.port else 0
    if isinstance(number, str):
        for known in named(number, protocol, ends, ruleset):
            yield Key(protocol, known, _PORT_BITS)
    elif number == 0 and (port.end_port == 0 or ruleset.settings.version >= Version(1, 20)):
        yield Key(protocol)
    elif number is not None:
        for first, bits in _blocks(number, max(number, port.end_port)):
            yield Key(protocol, first, bits)


def _blocks(low: int, high: int) -> Iterator[tuple[int, int]]:
    """The fewest prefixes that come to the ports from *low* to *high*: first port and number of leading bits."""
    while low <= high:
        free = min((low & -low).bit_length() - 1 if low else _PORT_BITS, (high - low + 1).bit_length() - 1)
        yield low, _PORT_BITS - free
        low += 1 << free
