"""Which authentication mode a connection is asked for where rules with different modes, or without one, meet.

Each rule that covers a flow stands in the agent's policy map under the peer's identity or under everybody's, with a key
that is as long as its port is narrow. An entry without a mode takes that of the next broader entry of its identity;
the datapath takes the longest entry of each of the two, and the longer of these decides.
Source: Cilium pkg/policy/mapstate.go authPreferredInsert, types/entry.go Merge, bpf/lib/policy.h __policy_check.
"""

from collections.abc import Iterator, Sequence

import msgspec

from propolis import peers
from propolis.model.flow import ICMP, ICMPV6
from propolis.model.policy import Direction, Effect, IcmpRule, PortProtocol
from propolis.model.rule import Rule
from propolis.model.settings import Version
from propolis.semantics import ports
from propolis.semantics.cells import EVERYBODY, selectors
from propolis.semantics.hits import Ends, Hit, named
from propolis.semantics.ruleset import Ruleset

_MODES = ("disabled", "required", "test-always-fail")
"""In the order in which the higher one wins."""
_PORT_BITS = 16


class _Key(msgspec.Struct, frozen=True):
    """What an entry stands for: *bits* leading bits of a port of *protocol*; without a protocol, everything."""

    protocol: str = ""
    first: int = 0
    bits: int = 0

    @property
    def length(self) -> int:
        return self.bits + 1 if self.protocol else 0

    def holds(self, other: "_Key") -> bool:
        if not self.protocol:
            return True
        free = _PORT_BITS - self.bits
        same = self.first >> free == other.first >> free
        return self.protocol == other.protocol and self.bits <= other.bits and same


class _Entries(msgspec.Struct, frozen=True):
    """The entries of one identity that cover a flow, longest first, with their own modes as numbers.

    *stops*: entries that keep the mode of a broader one from the shorter entries that it comes upon before them.
    """

    covering: tuple[tuple[_Key, int | None], ...]
    stops: frozenset[_Key]

    @property
    def length(self) -> int:
        return self.covering[0][0].length if self.covering else -1

    @property
    def has_own_mode(self) -> bool:
        return bool(self.covering) and self.covering[0][1] is not None

    def modes(self, *, inherits: bool) -> frozenset[int]:
        """The mode of the longest entry; several where the order in which the agent takes the rules decides."""
        if not self.covering:
            return frozenset({0})
        (longest, own), *others = self.covering
        if own is not None:
            return frozenset({own})
        broader = [(key, mode) for key, mode in others if mode is not None] if inherits else []
        if not broader:
            return frozenset({0})
        nearest, mode = broader[0]
        if any(nearest.holds(stop) and _comes_first(stop, longest) for stop in self.stops - {nearest}):
            return frozenset({0, *(mode for _, mode in broader)})
        return frozenset({mode})


def _comes_first(stop: _Key, entry: _Key) -> bool:
    return stop.length <= entry.length and not stop.holds(entry)


def authentication(ruleset: Ruleset, rules: Sequence[Rule], hits: Sequence[Hit], ends: Ends) -> str:
    """The mode of a flow that *hits* allow without a proxy, "" when no rule with a mode covers it.

    *rules*: all of the direction that select the subject. Modes joined by ` or ` are those among which the order
    decides in which the agent happens to take the rules.
    """
    level = hits[0].rule.tier, hits[0].rule.priority
    inherits = all(rule.effect is not Effect.PASS for rule in rules)
    own, everybody = (
        _entries(ruleset, rules, level, ends, wanted=wanted, inherits=inherits) for wanted in (False, True)
    )
    if all(mode is None for entries in (own, everybody) for _, mode in entries.covering):
        return ""
    first, second = (everybody, own) if everybody.length > own.length else (own, everybody)
    found = first.modes(inherits=inherits)
    if not first.has_own_mode:
        found = frozenset(max(one, other) for one in found for other in second.modes(inherits=inherits))
    return " or ".join(_MODES[mode] for mode in sorted(found))


def _entries(
    ruleset: Ruleset,
    rules: Sequence[Rule],
    level: tuple[int, float],
    ends: Ends,
    *,
    wanted: bool,
    inherits: bool,
) -> _Entries:
    """Those of everybody if *wanted*, else those of the peer alone.

    A rule of a later level that has a mode lives on beside an entry of *level*, and takes its place in the order.
    """
    flow = _Key(ends.protocol, ends.port, _PORT_BITS)
    found: dict[_Key, int | None] = {}
    later: dict[_Key, int | None] = {}
    stops = set()
    for rule in rules:
        own_level = (rule.tier, rule.priority)
        mode = _MODES.index(rule.authentication) if rule.authentication else None
        for key, is_everybodys in _keys(rule, ends, ruleset):
            if is_everybodys is not wanted:
                continue
            if rule.effect is Effect.DENY or mode is not None:
                stops.add(key)
            if rule.effect is not Effect.ALLOW or not key.holds(flow):
                continue
            if own_level == level:
                _merge(found, key, mode)
            elif own_level > level and mode is not None and inherits:
                _merge(later, key, mode)
    for key, mode in later.items() if found else ():
        _merge(found, key, mode)
    covering = sorted(found.items(), key=lambda entry: -entry[0].length)
    return _Entries(tuple(covering), frozenset(stops))


def _merge(entries: dict[_Key, int | None], key: _Key, mode: int | None) -> None:
    known = entries.get(key)
    entries[key] = known if mode is None else mode if known is None else max(known, mode)


_NAMES_OF_THE_PEER = Version(1, 20)
"""From here on a named port of an egress rule makes an entry for each peer, whoever the rule selects."""


def _keys(rule: Rule, ends: Ends, ruleset: Ruleset) -> Iterator[tuple[_Key, bool]]:
    """The keys of *rule* under which the peer is found, and whether they are everybody's."""
    if rule.peers is None or (not rule.peers and rule.ports is None):
        return
    settings = ruleset.settings
    chosen = selectors(rule.peers, settings)
    everybody = EVERYBODY in chosen
    own = any(each != EVERYBODY and peers.matches(each, ends.peer, settings) for each in chosen)
    by_peer = ends.direction is Direction.EGRESS and settings.version >= _NAMES_OF_THE_PEER
    for key, is_named in _places(rule, ends, ruleset):
        if own or (everybody and is_named and by_peer):
            yield key, False
        if everybody and not (is_named and by_peer):
            yield key, True


def _places(rule: Rule, ends: Ends, ruleset: Ruleset) -> Iterator[tuple[_Key, bool]]:
    """The keys of the ports of *rule*, and whether a name stands behind them."""
    if rule.ports is None:
        yield _Key(), False
    for clause in rule.ports or ():
        if isinstance(clause, IcmpRule):
            for field in clause.fields or ():
                number = ports.icmp_type(field.type, field.family) or 0
                protocol = ICMPV6 if field.family == "IPv6" else ICMP
                yield _Key(protocol, number, _PORT_BITS if number else 0), False
            continue
        for port in clause.ports or ():
            for protocol in ports.protocols(port.protocol):
                yield from _of_port(port, protocol, ends, ruleset)


def _of_port(port: PortProtocol, protocol: str, ends: Ends, ruleset: Ruleset) -> Iterator[tuple[_Key, bool]]:
    number = ports.meaning(port.port) if port.port else 0
    if isinstance(number, str):
        for known in named(number, protocol, ends, ruleset):
            yield _Key(protocol, known, _PORT_BITS), True
    elif number == 0 and (port.end_port == 0 or ruleset.settings.version >= Version(1, 20)):
        yield _Key(protocol), False
    elif number is not None:
        for first, bits in _blocks(number, max(number, port.end_port)):
            yield _Key(protocol, first, bits), False


def _blocks(low: int, high: int) -> Iterator[tuple[int, int]]:
    """The fewest prefixes that come to the ports from *low* to *high*: first port and number of leading bits."""
    while low <= high:
        free = min((low & -low).bit_length() - 1 if low else _PORT_BITS, (high - low + 1).bit_length() - 1)
        yield low, _PORT_BITS - free
        low += 1 << free
