"""Lines for the parsers that Cilium up to 1.19 has, for Kafka and for Cassandra.

Source: semantics §7; Cilium pkg/policy/api/kafka (roles, topics), proxylib/cassandra: it compares the action letter by
letter and the table, in lower case and with its keyspace, by an expression that may match any part of it.
"""

import re
from typing import Any

from propolis.model.profile import Parsed, ParsedNeed
from propolis.model.span import Path
from propolis.profile.fault import SYNTAX, Fault
from propolis.profile.globs import literal

_TOPIC = r"[A-Za-z0-9._-]{1,255}"
KAFKA = rf"(?:produce|consume) (?:\*|{_TOPIC}(?:, {_TOPIC})*)(?: +\[client=[!-\\^-~]+\])?"
_IDENTIFIER = r"[a-z_][a-z0-9_]*"
_TABLE = rf"{_IDENTIFIER}\.(?:\*|{_IDENTIFIER})"
CASSANDRA = rf"(?:SELECT|INSERT|UPDATE|DELETE) ON {_TABLE}(?:, {_TABLE})*"

_KAFKA_PARTS = re.compile(r"(\w+) (.*?)(?: +\[client=(.*)\])?")
_COLUMNS = r"(?:\(.*)?"
"""The parser takes what follows the table without a space for a part of its name."""


def kafka_need(line: str, where: Path) -> ParsedNeed | Fault:
    """A Kafka line: all that a producer or a consumer of these topics needs."""
    if not re.fullmatch(KAFKA, line):
        help_ = "write `produce orders, payments`, `consume *` or `consume orders [client=web]`"
        return Fault(SYNTAX, f"`{line}` is no Kafka line", help_)
    parts = _KAFKA_PARTS.fullmatch(line)
    assert parts is not None
    client = (("clientID", parts[3]),) if parts[3] else ()
    topics = [()] if parts[2] == "*" else [(("topic", topic),) for topic in parts[2].split(", ")]
    return ParsedNeed(line, tuple((("role", parts[1]), *topic, *client) for topic in topics), where)


def cassandra_need(line: str, where: Path) -> ParsedNeed | Fault:
    """A Cassandra line: one action on tables of which each is named with its keyspace."""
    if not re.fullmatch(CASSANDRA, line):
        help_ = "write `SELECT ON shop.orders, system.*`: an action, and tables with their keyspace, in lower case"
        return Fault(SYNTAX, f"`{line}` is no Cassandra line", help_)
    action, _, tables = line.partition(" ON ")
    return ParsedNeed(line, tuple(_query(action.lower(), table) for table in tables.split(", ")), where)


def _query(action: str, table: str) -> tuple[tuple[str, str], ...]:
    keyspace, _, name = table.partition(".")
    wanted = f"{literal(keyspace)}\\." + (f"{_IDENTIFIER}" if name == "*" else literal(name))
    columns = _COLUMNS if action == "insert" else ""
    return (("query_action", action), ("query_table", f"^{wanted}{columns}$"))


def parsed(detail: dict[str, Any], where: Path) -> Parsed | None:
    """The lines of a path for one of the parsers; `structure.faults` has read them."""
    for parser, read in (("kafka", kafka_need), ("cassandra", cassandra_need)):
        if parser in detail:
            needs = (read(line, (*where, parser, index)) for index, line in enumerate(detail[parser]))
            return Parsed(parser, tuple(n for n in needs if not isinstance(n, Fault)), (*where, parser))
    return None
