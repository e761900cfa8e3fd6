"""Graphs of what operations make of states: of two languages side by side, and of one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Generic, NamedTuple

from propolis.algebra.patience import checkpoint
from propolis.algebra.regular.alphabets import joint, meet
from propolis.algebra.regular.budget import Budget, BudgetExceeded
from propolis.algebra.regular.states import Node, S


@dataclass(frozen=True, slots=True, eq=False)
class Operation(Generic[S]):
    """A set operation on languages: whether a text is in the result, by whether it is in either.

    *known* is the result where it can be seen at once; *remembered* are results that were found before.
    """

    accepting: Callable[[bool, bool], bool]
    known: Callable[[S, S], S | None]
    remembered: dict[tuple[S, S], S]


class Product(NamedTuple, Generic[S]):
    """The pairs of states that are reachable together, the pair asked for first, and a node for each."""

    pairs: list[tuple[S, S]]
    graph: list[Node[S]]


def product(operation: Operation[S], one: S, other: S, budget: Budget) -> Product[S]:
    """The graph of what *operation* makes of two languages; where the result is known it goes no further.

    Errors: BudgetExceeded.
    """
    accepting, known, remembered = operation.accepting, operation.known, operation.remembered
    todo = [(one, other)]
    numbers = {(one, other): 0}
    graph: list[Node[S]] = []
    for left, right in todo:
        checkpoint()
        left_row, right_row = left.row, right.row
        letters = joint(left.alphabet, right.alphabet)
        row: list[int | S] = []
        for letter, other_letter in letters.pairs:
            pair = left_row[letter], right_row[other_letter]
            target: int | S | None = remembered.get(pair) or known(*pair)
            if target is None:
                target = numbers.setdefault(pair, len(todo))
                if target == len(todo):
                    if target >= budget.states:
                        raise BudgetExceeded(budget.states, target + 1)
                    todo.append(pair)
            row.append(target)
        graph.append(Node(accepting(left.accepting, right.accepting), letters.alphabet, row))
    return Product(todo, graph)


def has_member(operation: Operation[S], one: S, other: S, nothing: S, budget: Budget) -> bool:
    """Whether what *operation* makes of two languages holds any string; stops at the first.

    Errors: BudgetExceeded.
    """
    accepting, known, remembered = operation.accepting, operation.known, operation.remembered
    todo = [(one, other)]
    found = {(one, other)}
    for left, right in todo:
        checkpoint()
        if accepting(left.accepting, right.accepting):
            return True
        for letter, other_letter in joint(left.alphabet, right.alphabet).pairs:
            pair = left.row[letter], right.row[other_letter]
            state = remembered.get(pair) or known(*pair)
            if state is None:
                if pair not in found:
                    if len(todo) >= budget.states:
                        raise BudgetExceeded(budget.states, len(todo) + 1)
                    found.add(pair)
                    todo.append(pair)
            elif state is not nothing:
                return True
    return False


def chained(one: S, other: S, nothing: S, budget: Budget) -> list[Node[S]]:
    """The graph of every string of *one* followed by a string of *other*.

    A node is one's state and the set of states in which *other* may be.

    Errors: BudgetExceeded.
    """

    def entered(state: S, others: Iterable[S]) -> tuple[S, frozenset[S]]:
        begun = (other,) if state.accepting else ()
        return state, frozenset((*others, *begun)) - {nothing}

    todo = [entered(one, ())]
    numbers = {todo[0]: 0}
    graph: list[Node[S]] = []
    for state, others in todo:
        checkpoint()
        alphabet = reduce(meet, (place.alphabet for place in others), state.alphabet)
        row = []
        for code in alphabet.samples:
            target = entered(state.after(code), (place.after(code) for place in others))
            number = numbers.setdefault(target, len(todo))
            if number == len(todo):
                if number >= budget.states:
                    raise BudgetExceeded(budget.states, number + 1)
                todo.append(target)
            row.append(number)
        graph.append(Node(any(place.accepting for place in others), alphabet, row))
    return graph
