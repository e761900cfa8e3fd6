"""Which authentication mode a connection is asked for where rules with different modes, or without one, meet.

Each rule that covers a flow stands in the agent's policy map under the peer's identity or under everybody's, with a key
that is as long as its port is narrow. An entry without a mode takes that of the next broader entry of its identity;
the datapath takes the longest entry of each of the two, and the longer of these decides.
Source: Cilium pkg/policy/mapstate.go authPreferredInsert, types/entry.go Merge, bpf/lib/policy.h __policy_check.
"""

from collections.abc import Iterator, Sequence

import msgspec

from propolis.model.policy import Effect
from propolis.model.rule import Rule
from propolis.semantics.entries import MODES, Key, Part, parts_of
from propolis.semantics.hits import Ends, Hit
from propolis.semantics.ruleset import Ruleset


class _Entries(msgspec.Struct, frozen=True):
    """The entries of one identity that cover a flow, longest first, with their own modes as numbers.

    *stops*: entries that keep the mode of a broader one from the shorter entries that it comes upon before them.
    *fleeting*: entries that are there or not, as the order of the rules has it.
    """

    covering: tuple[tuple[Key, int | None], ...]
    stops: frozenset[Key]
    fleeting: frozenset[Key]

    @property
    def length(self) -> int:
        return self.covering[0][0].length if self.covering else -1

    @property
    def has_own_mode(self) -> bool:
        return bool(self.covering) and self.covering[0][1] is not None

    def modes(self) -> frozenset[int]:
        """The mode of the longest entry; several where the order in which the agent takes the rules decides."""
        if not self.covering:
            return frozenset({0})
        (longest, own), *others = self.covering
        if own is not None:
            return frozenset({own})
        broader = [(key, mode) for key, mode in others if mode is not None]
        found = set()
        for key, mode in broader:
            if any(key.holds(stop) and _comes_first(stop, longest) for stop in self.stops - {key}):
                return frozenset({0, *(mode for _, mode in broader)})
            found.add(mode)
            if key not in self.fleeting:
                return frozenset(found)
        return frozenset({0, *found})


def _comes_first(stop: Key, entry: Key) -> bool:
    return stop.length <= entry.length and not stop.holds(entry)


def authentication(ruleset: Ruleset, rules: Sequence[Rule], hits: Sequence[Hit], ends: Ends) -> str:
    """The mode of a flow that *hits* allow without a proxy, "" when no rule with a mode covers it.

    *rules*: all of the direction that select the subject. Modes joined by ` or ` are those among which the order
    decides in which the agent happens to take the rules. Beside rules that pass it is each mode that a rule gives,
    or none: Cilium logs that it does not support the two together.
    """
    level = hits[0].rule.tier, hits[0].rule.priority
    parts = parts_of(ruleset, rules, ends)
    everybody = _entries([part for part in parts if part.is_everybodys], level)
    own = [part for part in parts if not part.is_everybodys]
    possible = [_entries(own, level)]
    if possible[0].covering and (longest := possible[0].covering[0][0]) in possible[0].fleeting:
        rest = [part for part in own if part.key != longest or not part.is_fleeting]
        possible.append(_entries(rest, level))
    modes = {mode for entries in (*possible, everybody) for _, mode in entries.covering if mode is not None}
    if not modes:
        return ""
    if any(rule.effect is Effect.PASS for rule in rules):
        found = {0, *modes}
    else:
        found = {mode for entries in possible for mode in _taken(entries, everybody)}
    return " or ".join(MODES[mode] for mode in sorted(found))


def _taken(own: _Entries, everybody: _Entries) -> Iterator[int]:
    """The modes that the datapath may find."""
    first, second = (everybody, own) if everybody.length > own.length else (own, everybody)
    for mode in first.modes():
        yield from (mode,) if first.has_own_mode else (max(mode, other) for other in second.modes())


def _entries(parts: Sequence[Part], level: tuple[int, float]) -> _Entries:
    """A part of a later level that has a mode lives on beside an entry of *level*, and takes its place in the order."""
    found: dict[Key, int | None] = {}
    covering = [(part, part.key) for part in parts if part.key is not None and not part.denies]
    here = [(part, key) for part, key in covering if part.level == level]
    later = [(part, key) for part, key in covering if part.level > level and part.mode is not None]
    for part, key in (*here, *later) if here else ():
        known = found.get(key)
        found[key] = max((mode for mode in (known, part.mode) if mode is not None), default=None)
    return _Entries(
        tuple(sorted(found.items(), key=lambda entry: -entry[0].length)),
        frozenset(key for part in parts if part.denies or part.mode is not None for key in part.keys),
        frozenset(part.key for part in parts if part.key is not None and part.is_fleeting),
    )
