"""What is granted in so many words: `SELECT (id) ON orders`, read as PostgreSQL reads GRANT."""

from propolis.sql.needs import Needs
from propolis.sql.parse import Tree
from propolis.sql.privileges import COLUMN_ACTIONS, Kind, Privilege, Thing
from propolis.sql.refusal import Unheld
from propolis.sql.scope import column

_GRANTEE = "whoever the profile names"
_ACTIONS = {
    Kind.TABLE: ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES"),
    Kind.SEQUENCE: ("USAGE", "SELECT", "UPDATE"),
    Kind.ROUTINE: ("EXECUTE",),
    Kind.SCHEMA: ("USAGE",),
}
"""What may be granted. The others (TRIGGER, CREATE) give more than they say: code that runs as somebody else."""
_KINDS = {
    "OBJECT_TABLE": Kind.TABLE,
    "OBJECT_SEQUENCE": Kind.SEQUENCE,
    "OBJECT_FUNCTION": Kind.ROUTINE,
    "OBJECT_PROCEDURE": Kind.ROUTINE,
    "OBJECT_ROUTINE": Kind.ROUTINE,
    "OBJECT_SCHEMA": Kind.SCHEMA,
}
_SPELLED = {
    "int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real", "float8": "double precision",
    "bool": "boolean", "varchar": "character varying", "bpchar": "character", "varbit": "bit varying",
    "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
    "time": "time without time zone", "timetz": "time with time zone",
}  # fmt: skip
"""Types that PostgreSQL spells otherwise than it calls them."""


def statement(text: str) -> str:
    """The GRANT that the line *text* stands for."""
    return f'GRANT {text}\nTO "{_GRANTEE}"'


def needs(found: list[Tree], schema: str) -> frozenset[Privilege]:
    """What the GRANT in *found* gives, the usage of its schemas included.

    Errors: Unheld, with the reason.
    """
    grant = found[0].get("GrantStmt") if len(found) == 1 else None
    if grant is None or not _is_ours(grant):
        raise Unheld(
            "syntax", "this is neither a statement nor what can be granted", "write `SELECT ON orders`"
        )
    if grant["targtype"] != "ACL_TARGET_OBJECT":
        message = "what is in a schema is not written here, and changes"
        raise Unheld("all-in-schema", message, "name the tables, sequences or functions")
    kind = _KINDS.get(grant["objtype"])
    if kind is None:
        help_ = "tables, sequences, functions and schemas can be"
        raise Unheld("not-a-privilege", "privileges on this are not given here", help_)
    reading = Needs(schema)
    for node in grant["objects"]:
        thing = _thing(reading, kind, node)
        for access in grant.get("privileges", ()):
            reading.found.update(_privileges(access["AccessPriv"], thing))
        if not grant.get("privileges"):
            raise Unheld("all", "`ALL` says nothing about what is needed", "name what the role does")
    return frozenset(reading.found)


def _is_ours(grant: Tree) -> bool:
    """Whether the line ended where it should have: nobody else is granted anything, and nobody may pass it on."""
    grantees = [each["RoleSpec"].get("rolename") for each in grant["grantees"]]
    return bool(grant.get("is_grant")) and grantees == [_GRANTEE] and "grant_option" not in grant


def _thing(reading: Needs, kind: Kind, node: Tree) -> Thing:
    if kind is Kind.SCHEMA:
        return Thing(Kind.SCHEMA, "", node["String"]["sval"])
    if kind is Kind.ROUTINE:
        return _routine(reading, node["ObjectWithArgs"])
    fields = node["RangeVar"]
    if "catalogname" in fields:
        raise Unheld("catalog", "a name with a database in front cannot be granted", "leave it out")
    return reading.thing(kind, fields.get("schemaname"), fields["relname"], None)


def _routine(reading: Needs, fields: Tree) -> Thing:
    names = [each["String"]["sval"] for each in fields["objname"]]
    if len(names) > 2:
        raise Unheld("catalog", "a name with a database in front cannot be granted", "leave it out")
    found = reading.thing(Kind.ROUTINE, names[0] if len(names) == 2 else None, names[-1], None)
    if fields.get("args_unspecified"):
        return found
    arguments = ", ".join(_type(each["TypeName"]) for each in fields.get("objargs", ()))
    return Thing(Kind.ROUTINE, found.schema, found.name, arguments or NO_ARGUMENTS)


NO_ARGUMENTS = " "
"""The arguments of a routine that has none: apart from "", which leaves them open."""


def _type(fields: Tree) -> str:
    from propolis.sql.names import quoted

    names = [each["String"]["sval"] for each in fields["names"]]
    if names[0] == "pg_catalog":
        names = names[1:]
    plain = len(names) == 1 and names[0].isidentifier() and names[0] == names[0].lower()
    spelled = _SPELLED.get(names[0], names[0]) if plain else ".".join(quoted(name) for name in names)
    return spelled + ("[]" if "arrayBounds" in fields else "")


def _privileges(access: Tree, thing: Thing) -> set[Privilege]:
    action = access.get("priv_name", "ALL").upper()
    if action not in _ACTIONS[thing.kind]:
        message = f"`{action}` is not given on a {thing.kind.lower()} here"
        raise Unheld("not-a-privilege", message, f"{', '.join(_ACTIONS[thing.kind])} can be")
    columns = [each["String"]["sval"] for each in access.get("cols", ())]
    if columns and (thing.kind is not Kind.TABLE or action not in COLUMN_ACTIONS):
        raise Unheld("columns", f"`{action}` takes no columns", "PostgreSQL gives it on the whole")
    if columns:
        return {Privilege(column(thing, name), action) for name in columns}
    return {Privilege(thing, action)}
