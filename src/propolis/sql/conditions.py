"""A condition on the rows of a table, read as PostgreSQL reads a policy."""

import msgspec

from propolis.sql.names import quoted
from propolis.sql.needs import Needs
from propolis.sql.parse import name_parts, trees
from propolis.sql.privileges import Kind, Privilege, Thing
from propolis.sql.refusal import Refusal, Unheld
from propolis.sql.scope import Scope, Source

_PLAIN = {"policy_name", "table", "cmd_name", "permissive", "roles", "qual"}


class Condition(msgspec.Struct, frozen=True):
    """*needs*, *own*: of the queries and functions in it. The table's own columns need nothing in a policy."""

    table: Thing
    needs: frozenset[Privilege]
    own: frozenset[str]


def condition(table: str, text: str, schema: str) -> Condition | Refusal:
    """What *text* needs as a condition on the rows of *table*, both as written.

    Law: a text that is accepted stays within the parentheses that it is put into (tests/sql/test_names.py).
    """
    reading = Needs(schema)
    try:
        name = _table(reading, table)
        found = trees(f"CREATE POLICY p ON {quoted(name.name)} USING (\n{text}\n)")
        if isinstance(found, Refusal):
            return Refusal("sql-condition", f"this is no condition: {found.message}", found.help)
        policy = found[0].get("CreatePolicyStmt", {}) if len(found) == 1 else {}
        if "qual" not in policy or not set(policy) <= _PLAIN:
            return Refusal("sql-condition", "this is more than a condition", "write what stands behind WHERE")
        scope = Scope()
        scope.sources.append(Source(name.name, None))
        reading.condition(policy["qual"], scope)
    except Unheld as why:
        return Refusal(why.code, why.message, why.help)
    return Condition(name, frozenset(reading.found), frozenset(reading.own))


def _table(reading: Needs, text: str) -> Thing:
    parts = name_parts(text)
    if parts is None:
        raise Unheld("condition", f"`{text}` is no name of a table", "write `orders` or `shop.orders`")
    return reading.thing(Kind.TABLE, *parts, None)
