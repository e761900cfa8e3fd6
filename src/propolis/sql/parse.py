"""Statements as PostgreSQL's own grammar reads them (libpg_query): a text becomes a tree."""

from typing import Any

from propolis.sql.refusal import Refusal

Tree = dict[str, Any]

LONGEST = 8_000
"""Characters of one statement. The parser recurses: five times as many have been seen to overrun the stack."""

MISSING = "PostgreSQL's parser and a driver are not installed, and statements cannot be read without"
INSTALL = "install them: pip install 'propolis[sql]'"


def installed() -> bool:
    """Whether the parser is there: it comes with the extra `sql`."""
    try:
        import pgparse  # noqa: F401
    except ImportError:
        return False
    return True


def trees(text: str) -> list[Tree] | Refusal:
    """The statements in *text*, each as `{node: fields}` with the node names of PostgreSQL.

    Errors:  ImportError without the extra `sql`.
    """
    import pgparse

    if len(text) > LONGEST:
        return Refusal(
            "sql-too-long", f"this statement has more than {LONGEST:,} characters", "make it shorter"
        )
    if "\0" in text or not _encodable(text):
        return Refusal("sql-syntax", "this text holds a character that SQL cannot", "leave it out")
    try:
        return [each["stmt"] for each in pgparse.parse(text) if "stmt" in each]
    except pgparse.PGQueryError as error:
        place = max(error.position - 1, 0)
        return Refusal("sql-syntax", error.message, "this is PostgreSQL's own grammar", *_word(text, place))
    except RecursionError:
        return Refusal("sql-too-deep", "this statement is nested too deeply", "make it flatter")


def _encodable(text: str) -> bool:
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in text)


_NAME_FIELDS = {"schemaname", "relname", "inh", "relpersistence", "location"}
_TABLE_FIELDS = {"fromClause", "targetList", "limitOption", "op"}


def name_parts(text: str) -> tuple[str | None, str] | None:
    """The schema (None without one) and the name in *text*, as PostgreSQL reads a name; None when it is none."""
    found = trees(f"TABLE {text}")
    if isinstance(found, Refusal) or len(found) != 1:
        return None
    fields = found[0].get("SelectStmt", {})
    items = fields.get("fromClause", ())
    relation = items[0].get("RangeVar", {}) if len(items) == 1 and set(fields) <= _TABLE_FIELDS else {}
    if not relation.get("inh") or not set(relation) <= _NAME_FIELDS:
        return None
    return relation.get("schemaname"), relation["relname"]


def word_at(text: str, place: int) -> tuple[int, int]:
    """The offsets of the word at the byte *place* of *text*."""
    return _word(text, len(text.encode()[:place].decode(errors="ignore")))


def _word(text: str, start: int) -> tuple[int, int]:
    start = min(start, max(len(text) - 1, 0))
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] in "_$."):
        end += 1
    return start, max(end, start + 1)
