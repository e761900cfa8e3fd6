"""The states of one automaton that all languages share: states that accept the same strings are one object.

A state has an alphabet of its own, as coarse as it can be. States are known by what they are as long as
somebody uses them, and are forgotten after that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import count
from typing import Any, Final, Generic, NamedTuple, Self, TypeVar
from weakref import WeakValueDictionary

from propolis.algebra.regular.alphabets import Alphabet, joint, meet, merged
from propolis.algebra.regular.charsets import SURROGATES
from propolis.algebra.regular.partition import blocks


class State:
    """What may follow some text: nothing (it is accepting), or a character and what may follow that.

    INVARIANT: made by `canonical` only. row[class] is the state after a character of that class of
    *alphabet*, and all of *row* differ.
    """

    __slots__ = ("__weakref__", "accepting", "alphabet", "loop", "number", "row")
    accepting: bool
    alphabet: Alphabet
    row: tuple[Self, ...]
    number: int
    """In the order of making; no two states ever have one number."""
    loop: tuple[Self, ...]
    """The states that lead here and are reached from here, itself among them; none if it never comes back."""

    def __contains__(self, text: str) -> bool:
        """Whether *text* is accepted; a text with lone surrogates is no string of scalar values."""
        state = self
        for character in text:
            code = ord(character)
            if code < 128:
                state = state.row[state.alphabet.ascii[code]]
            elif code in SURROGATES:
                return False
            else:
                state = state.row[state.alphabet.class_of(code)]
        return state.accepting

    def after(self, code: int) -> Self:
        """The state after the character with code point *code*."""
        return self.row[self.alphabet.class_of(code)]

    def reachable(self) -> list[Self]:
        """This state and all that come after it, breadth first."""
        found = {self: None}
        order = [self]
        for state in order:
            for target in state.row:
                if target not in found:
                    found[target] = None
                    order.append(target)
        return order


S = TypeVar("S", bound=State)


class Node(NamedTuple, Generic[S]):
    """A state that is being made: a target is a state, or the number of another node of the same graph."""

    accepting: bool
    alphabet: Alphabet
    row: Sequence[int | S]


_numbers: Final = count()
# A state by its row, and a loop by all of its rows, as `_shape` writes them. Keys hold the numbers of states, not
# the states: a key that holds a state of its own loop would keep the loop alive for ever.
_known: Final[WeakValueDictionary[Any, Any]] = WeakValueDictionary()


def canonical(graph: Sequence[Node[S]], kind: type[S]) -> list[S]:
    """The state of every node of *graph*: what is known already is found, the rest is made.

    Law: nodes that accept the same strings are one state, of whatever graphs (tests/laws/regular).
    """
    made: dict[int, S] = {}
    ahead = [{target for target in node.row if type(target) is int} for node in graph]
    for component in _components(ahead):
        number = component[0]
        if len(component) == 1 and number not in ahead[number]:
            accepting, alphabet, targets = graph[number]
            row = [made[target] if isinstance(target, int) else target for target in targets]
            made[number] = _state(accepting, *_merged(alphabet, row), kind)
        else:
            made |= _looped(graph, component, made, kind)
    return [made[number] for number in range(len(graph))]


def _components(ahead: Sequence[set[int]]) -> Iterator[list[int]]:
    """The strongly connected components of a graph, each after all those that it leads to.

    Source: Tarjan 1972, with a trail instead of recursion.
    """
    finished = len(ahead) + 1
    order = [0] * len(ahead)
    low = [0] * len(ahead)
    steps = 0
    pending: list[int] = []
    for root in range(len(ahead)):
        trail = [] if order[root] else [(root, iter(ahead[root]))]
        while trail:
            node, targets = trail[-1]
            if not order[node]:
                steps += 1
                order[node] = low[node] = steps
                pending.append(node)
            for target in targets:
                if not order[target]:
                    trail.append((target, iter(ahead[target])))
                    break
                if order[target] < low[node]:
                    low[node] = order[target]
            else:
                trail.pop()
                if trail and low[node] < low[trail[-1][0]]:
                    low[trail[-1][0]] = low[node]
                if low[node] == order[node]:
                    component: list[int] = []
                    while not component or component[-1] != node:
                        component.append(pending.pop())
                        order[component[-1]] = finished
                    yield component


T = TypeVar("T")


def _merged(alphabet: Alphabet, row: Sequence[T]) -> tuple[Alphabet, tuple[T, ...]]:
    """*alphabet* with the classes that lead to one target made one, and the targets of what is left."""
    numbers: dict[T, int] = {}
    letters = tuple([numbers.setdefault(target, len(numbers)) for target in row])
    return alphabet if len(numbers) == len(letters) else merged(alphabet, letters), tuple(numbers)


def _state(accepting: bool, alphabet: Alphabet, row: tuple[S, ...], kind: type[S]) -> S:
    key = accepting, alphabet, tuple([target.number for target in row])
    state = _known.get(key)
    if state is None:
        state = _known[key] = _new(accepting, alphabet, kind)
        state.row, state.loop = row, ()
    return state


def _new(accepting: bool, alphabet: Alphabet, kind: type[S]) -> S:
    state = kind.__new__(kind)
    state.accepting, state.alphabet, state.number = accepting, alphabet, next(_numbers)
    return state


# --- loops


def _looped(graph: Sequence[Node[S]], loop: list[int], made: Mapping[int, S], kind: type[S]) -> dict[int, S]:
    """The states of nodes that lead to each other; what else they lead to is in *made*.

    Where a node of the loop accepts what a known state accepts, that state lies on a loop that some node
    leads into directly, or on one of just the same shape. So there are only these two places to look at.
    """
    for entry in _entries(graph, loop, made):
        wanted = entry.ahead
        for state in wanted.loop:
            if state.after(entry.code) is wanted:
                image = _image(graph, made, entry.node, state)
                if image:
                    return image
    block, small = _quotient(graph, loop, made)
    states = _loop(small, kind)
    return {node: states[number] for node, number in zip(loop, block, strict=True)}


class _Entry(NamedTuple, Generic[S]):
    """A step out of a loop that is being made into one that is known."""

    node: int
    code: int
    ahead: S


def _entries(graph: Sequence[Node[S]], loop: list[int], made: Mapping[int, S]) -> Iterable[_Entry[S]]:
    """One step into each of the known loops that the nodes lead into directly."""
    found: dict[S, _Entry[S]] = {}
    for number in loop:
        alphabet = graph[number].alphabet
        for letter, target in enumerate(graph[number].row):
            state = _finished(target, made)
            if state and state.loop and state.loop[0] not in found:
                found[state.loop[0]] = _Entry(number, alphabet.samples[letter], state)
    return found.values()


def _finished(target: int | S, made: Mapping[int, S]) -> S | None:
    return made.get(target) if isinstance(target, int) else target


def _image(graph: Sequence[Node[S]], made: Mapping[int, S], start: int, state: S) -> dict[int, S] | None:
    """The state of each node of a loop if that of *start* is *state*; None if it cannot be."""
    image = {start: state}
    todo = [start]
    for number in todo:
        node, found = graph[number], image[number]
        if node.accepting != found.accepting:
            return None
        for letter, other_letter in joint(node.alphabet, found.alphabet).pairs:
            target, wanted = node.row[letter], found.row[other_letter]
            state_ahead = _finished(target, made)
            if state_ahead is None:
                assert isinstance(target, int)
                state_ahead = image.get(target)
                if state_ahead is None:
                    state_ahead = image[target] = wanted
                    todo.append(target)
            if state_ahead is not wanted:
                return None
    return image


def _quotient(
    graph: Sequence[Node[S]], loop: list[int], made: Mapping[int, S]
) -> tuple[list[int], list[Node[S]]]:
    """The loop with nodes that accept the same made one: for each node the number of its new one, and these.

    Errors: none; no node may accept what a state ahead accepts.
    """
    whole = reduce(meet, dict.fromkeys(graph[number].alphabet for number in loop))
    places = {number: place for place, number in enumerate(loop)}
    states: dict[S, int] = {}
    rows = []
    for number in loop:
        codes = []
        for target in graph[number].row:
            if isinstance(target, int) and target in places:
                codes.append(places[target])
            else:
                state = made[target] if isinstance(target, int) else target
                codes.append(len(loop) + states.setdefault(state, len(states)))
        rows.append([codes[letter] for _, letter in joint(whole, graph[number].alphabet).pairs])
    block = blocks(rows, [graph[number].accepting for number in loop])
    targets: list[int | S] = [*block, *states]
    samples = {number: place for place, number in reversed(list(enumerate(block)))}
    return block, [
        Node(graph[loop[place]].accepting, *_merged(whole, [targets[code] for code in rows[place]]))
        for _, place in sorted(samples.items())
    ]


def _loop(nodes: Sequence[Node[S]], kind: type[S]) -> list[S]:
    """The states of a loop of merged nodes that all differ: those of the known one of this shape, or new ones."""
    starts = _starts(nodes)
    shape = _shape(nodes, starts[0])
    start = _known.get(shape.key)
    if start is not None:
        image = {starts[0]: start}
        for number in shape.order:
            for target, state in zip(nodes[number].row, image[number].row, strict=True):
                if isinstance(target, int):
                    image[target] = state
        return [image[number] for number in range(len(nodes))]
    made = [_new(node.accepting, node.alphabet, kind) for node in nodes]
    for node, state in zip(nodes, made, strict=True):
        state.loop = tuple(made)
        state.row = tuple([made[target] if isinstance(target, int) else target for target in node.row])
        _known[state.accepting, state.alphabet, tuple([target.number for target in state.row])] = state
    for number in starts:
        _known[_shape(nodes, number).key] = made[number]
    return made


class _Shape(NamedTuple):
    """A loop as it looks from one of its nodes: the row of each in *order*, which is breadth first."""

    key: tuple[object, ...]
    order: list[int]


def _shape(nodes: Sequence[Node[S]], start: int) -> _Shape:
    order = [start]
    places = {start: 0}
    rows = []
    for number in order:
        accepting, alphabet, row = nodes[number]
        codes = []
        for target in row:
            if isinstance(target, int):
                place = places.setdefault(target, len(order))
                if place == len(order):
                    order.append(target)
                codes.append(-1 - place)
            else:
                codes.append(target.number)
        rows.append((accepting, alphabet, tuple(codes)))
    return _Shape(tuple(rows), order)


def _starts(nodes: Sequence[Node[S]]) -> list[int]:
    """Where to look at a loop from: nodes that look like few others, found from the shape of the loop alone.

    Each round tells apart what leads to nodes told apart before, by hashes; were two of them to meet by
    chance, there would be two places to look from, and the loop would be known from both.
    """
    looks = [0] * len(nodes)
    for _ in nodes:
        looks = [
            hash((a, alphabet, *[(looks[t],) if isinstance(t, int) else t.number for t in row]))
            for a, alphabet, row in nodes
        ]
        groups: dict[int, list[int]] = {}
        for number, look in enumerate(looks):
            groups.setdefault(look, []).append(number)
        _, few = min((len(group), look) for look, group in groups.items())
        if len(groups[few]) == 1:
            break
    return groups[few]
