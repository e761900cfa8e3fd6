"""Which states of an automaton accept the same strings."""

from __future__ import annotations

from collections.abc import Sequence


def blocks(rows: Sequence[Sequence[int]], accepting: Sequence[bool]) -> list[int]:
    """For every state, the number of its block: the states that accept the same strings; 0 for the first state.

    A target that has no row is a state apart, which accepts what no other does.

    Splits {accepting, other} until all states of a block step into the same blocks. The largest part of
    a block keeps its number, so a state changes number at most log₂(states) times, and only states that
    step into one that did are looked at again.
    """
    numbers: dict[bool, int] = {}
    block = [numbers.setdefault(accepts, len(numbers)) for accepts in accepting]
    members: list[set[int]] = [set() for _ in numbers]
    before: list[list[int]] = [[] for _ in rows]
    apart = max(map(max, rows)) + 1 - len(rows)
    for state, row in enumerate(rows):
        members[block[state]].add(state)
        for target in set(row):
            if target < len(rows):
                before[target].append(state)
    block += [-1 - number for number in range(apart)]
    dirty = set(range(len(rows)))
    while dirty:
        touched: dict[int, set[int]] = {}
        for state in dirty:
            touched.setdefault(block[state], set()).add(state)
        parts = [
            part
            for number, states in touched.items()
            for part in _parts(rows, block, members[number], states)
        ]
        dirty = set()
        for part in parts:
            members[block[next(iter(part))]] -= part
            for state in part:
                block[state] = len(members)
                dirty.update(before[state])
            members.append(part)
    numbered: dict[int, int] = {}
    return [numbered.setdefault(number, len(numbered)) for number in block[: len(rows)]]


def _parts(
    rows: Sequence[Sequence[int]], block: Sequence[int], whole: set[int], touched: set[int]
) -> list[set[int]]:
    """What splits off the block *whole*, of which only *touched* states may step elsewhere than before."""

    def steps(state: int) -> tuple[int, ...]:
        return tuple([block[target] for target in rows[state]])

    parts: dict[tuple[int, ...], set[int]] = {}
    for state in touched:
        parts.setdefault(steps(state), set()).add(state)
    if len(touched) < len(whole):
        like_rest = parts.pop(steps(next(state for state in whole if state not in touched)), set())
        rest_size = len(whole) - len(touched) + len(like_rest)
        if all(len(part) <= rest_size for part in parts.values()):
            return list(parts.values())
        rest = whole.difference(*parts.values())
        return sorted([rest, *parts.values()], key=len)[:-1]
    return sorted(parts.values(), key=len)[:-1]
