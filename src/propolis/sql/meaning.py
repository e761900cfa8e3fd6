"""The meaning of a line of `allow`: what it needs, or why no privileges can say it."""

from collections.abc import Iterable
from typing import Any

import msgspec

from propolis.sql import grants
from propolis.sql.needs import QUERIES, Needs
from propolis.sql.parse import Tree, trees, word_at
from propolis.sql.privileges import Privilege
from propolis.sql.refusal import Refusal, Unheld


class Meaning(msgspec.Struct, frozen=True):
    """*needs*: the least privileges. *own*: functions that have to be PostgreSQL's own.

    *statement* False: the line is a grant, and there is nothing to run. *explained*: EXPLAIN can try it. *fixed*:
    offsets of a value in the statement that privileges do not hold, or None.
    """

    needs: frozenset[Privilege]
    own: frozenset[str] = frozenset()
    statement: bool = True
    explained: bool = False
    fixed: tuple[int, int] | None = None


def meaning(text: str, schema: str) -> Meaning | Refusal:
    """What the line *text* needs, names without a schema being those of *schema*.

    Errors:  ImportError without the extra `sql`.
    Law:     a role with exactly *needs* may run the statement, and with any one less may not (tests/sql/test_truth.py).
    """
    found = trees(text)
    if isinstance(found, Refusal):
        granted = trees(grants.statement(text))
        if isinstance(granted, list):
            return _carefully(text, lambda: Meaning(grants.needs(granted, schema), statement=False))
        return found
    return _carefully(text, lambda: _statement(text, found, schema))


def _statement(text: str, found: list[Tree], schema: str) -> Meaning:
    if len(found) != 1:
        several = "no statement stands here" if not found else "several statements stand here"
        raise Unheld("one", several, "write one statement in each line")
    needs = Needs(schema)
    needs.statement(found[0])
    explained = next(iter(found[0])) in QUERIES
    own = frozenset(needs.own)
    return Meaning(frozenset(needs.found), own, explained=explained, fixed=_fixed(text, found[0]))


def _carefully(text: str, read: Any) -> Meaning | Refusal:
    try:
        found: Meaning = read()
        return found
    except Unheld as why:
        place = word_at(text, why.place) if why.place is not None and why.place >= 0 else (0, 0)
        return Refusal(why.code, why.message, why.help, *place)
    except RecursionError:
        return Refusal("sql-too-deep", "this statement is nested too deeply", "make it flatter")


def _fixed(text: str, node: Tree) -> tuple[int, int] | None:
    """Where the first value stands that the statement fixes in a condition, and that privileges leave open."""
    ((_, fields),) = node.items()
    places = list(_constants([fields.get("whereClause"), fields.get("limitCount")]))
    return word_at(text, min(places)) if places else None


def _constants(value: Any) -> Iterable[int]:
    if isinstance(value, list):
        for each in value:
            yield from _constants(each)
    elif isinstance(value, dict):
        for kind, part in value.items():
            if kind == "A_Const" and "isnull" not in part and part.get("location", -1) >= 0:
                yield part["location"]
            else:
                yield from _constants(part)
