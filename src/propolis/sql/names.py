"""Names and texts as SQL and `pg_hba.conf` take them: in quotes, so that none is read as anything else."""

from propolis.sql.privileges import Kind, Privilege, Thing


def quoted(name: str) -> str:
    """*name* as an SQL identifier.

    Law: PostgreSQL's own scanner reads it back as *name* (tests/sql/test_names.py).
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """*text* as an SQL string, whatever `standard_conforming_strings` says."""
    if "\\" in text:
        return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
    return "'" + text.replace("'", "''") + "'"


def dotted(thing: Thing) -> str:
    """The thing's name with its schema, a column's table."""
    if thing.kind in (Kind.DATABASE, Kind.SCHEMA):
        return quoted(thing.name)
    arguments = f"({thing.detail})" if thing.kind is Kind.ROUTINE and thing.detail else ""
    return f"{quoted(thing.schema)}.{quoted(thing.name)}{arguments}"


def said(privilege: Privilege) -> str:
    """*privilege* for people: `SELECT (id) on public.orders`."""
    thing = privilege.thing
    place = f"{thing.schema}.{thing.name}" if thing.schema else thing.name
    if thing.kind is Kind.COLUMN:
        return f"{privilege.action} ({thing.detail or 'some column'}) on {place}"
    kind = "" if thing.kind is Kind.TABLE else f"{thing.kind.lower()} "
    arguments = f"({thing.detail})" if thing.kind is Kind.ROUTINE and thing.detail else ""
    return f"{privilege.action} on {kind}{place}{arguments}"


def hba(name: str) -> str:
    """*name* as a field of `pg_hba.conf`: in quotes a keyword or a `+` is a name like others."""
    return '"' + name.replace('"', '""') + '"'


def only_name(setting: str | None) -> str | None:
    """The one name that the *setting* of a search_path holds; None when it holds several, or none."""
    if setting is None:
        return None
    inside = setting[1:-1].replace('""', "")
    if len(setting) > 1 and setting[0] == setting[-1] == '"' and '"' not in inside:
        return setting[1:-1].replace('""', '"')
    return None if set(setting) & set('", ') else setting
