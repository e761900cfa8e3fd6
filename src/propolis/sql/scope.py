"""A scope: what the names of columns in one query can mean, without knowing any table's columns."""

import msgspec

from propolis.sql.parse import Tree
from propolis.sql.privileges import Kind, Privilege, Thing
from propolis.sql.refusal import Unheld

SELECT = "SELECT"


class Source(msgspec.Struct, frozen=True):
    """Something in FROM, under the *name* that columns are written with.

    *table* None: the statement makes its columns itself, and reading them needs nothing. *schema*: what may stand
    in front of the name; None when an alias hides it.
    """

    name: str
    table: Thing | None
    schema: str | None = None


class Scope:
    """The sources of one query, and those of the queries around it that its columns may come from."""

    def __init__(self, outer: "Scope | None" = None, made: frozenset[str] = frozenset()) -> None:
        self.outer = outer
        self.sources: list[Source] = []
        self.merged: set[str] = set()
        """Columns that USING has made one; both sides were asked for there."""
        self.made: frozenset[str] = made | (outer.made if outer else frozenset())
        """The names that WITH has given."""

    def beside(self) -> "Scope":
        """A scope for a query in FROM, which sees what is around this one, and not what stands beside it."""
        return Scope(self.outer, self.made)

    def in_sight(self) -> list[Source]:
        return self.sources + (self.outer.in_sight() if self.outer else [])

    def named(self, name: str, schema: str | None = None) -> Source | None:
        """The nearest source of that name."""
        found = [s for s in self.sources if s.name == name and (schema is None or s.schema == schema)]
        if len(found) > 1:
            raise Unheld("ambiguous", f"two tables are called `{name}` here", "give each an alias")
        if found:
            return found[0]
        return self.outer.named(name, schema) if self.outer else None

    def read(self, reference: Tree) -> list[Privilege]:
        """What reading the columns that *reference* (a ColumnRef) names needs."""
        place = reference.get("location", 0)
        star = "A_Star" in reference["fields"][-1]
        parts = [field["String"]["sval"] for field in reference["fields"] if "String" in field]
        if star and not parts:
            return [Privilege(source.table, SELECT) for source in self.sources if source.table]
        source = self._qualified(parts if star else parts[:-1], place) if star or len(parts) > 1 else None
        if source is None:
            return self._bare(parts[0], place)
        if source.table is None:
            return []
        return [Privilege(source.table if star else column(source.table, parts[-1]), SELECT)]

    def _qualified(self, parts: list[str], place: int) -> Source:
        if len(parts) > 2:
            raise Unheld(
                "catalog", "a name with a database in front cannot be granted", "leave it out", place
            )
        schema = parts[0] if len(parts) == 2 else None
        found = self.named(parts[-1], schema)
        if found is None:
            help_ = "name a table of FROM, by its alias if it has one"
            raise Unheld("unknown-table", f"no table is called `{'.'.join(parts)}` here", help_, place)
        return found

    def _bare(self, name: str, place: int) -> list[Privilege]:
        if name in self.merged:
            return []
        sources = self.in_sight()
        tables = [source for source in sources if source.table]
        if sources and not tables:
            return []
        if any(source.name == name for source in tables):
            help_ = f"write `{name}.*` for the row, or `{name}.{name}` for a column"
            raise Unheld("whole-row", f"`{name}` may be a column or a whole row", help_, place)
        if not sources:
            raise Unheld(
                "no-table", f"no table is there that could have a column `{name}`", "name one", place
            )
        if len(sources) > 1:
            several = ", ".join(f"`{source.name}`" for source in sources)
            help_ = f"write `{tables[0].name}.{name}`, or whichever it is"
            raise Unheld("ambiguous", f"`{name}` may be a column of any of {several}", help_, place)
        table = tables[0].table
        assert table is not None
        return [Privilege(column(table, name), SELECT)]


def column(table: Thing, name: str) -> Thing:
    """The column *name* of *table*; "" is some column."""
    return Thing(Kind.COLUMN, table.schema, table.name, name)
