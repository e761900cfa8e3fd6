"""Statements as applications write them, made from a seed: each reads, writes or calls something of SHOP."""

import random
from collections.abc import Callable

SHOP = (
    "CREATE TABLE orders (id serial PRIMARY KEY, customer int, total int, status int, note int DEFAULT 1)",
    "CREATE TABLE items (id int PRIMARY KEY, order_id int, price int, amount int)",
    'CREATE TABLE "Odd ""Name;--" (id int PRIMARY KEY, "select" int, "größe; DROP TABLE x" int)',
    "CREATE VIEW dear AS SELECT id, price FROM items",
    "CREATE SCHEMA stock",
    "CREATE TABLE stock.parts (id int PRIMARY KEY, item int, place int)",
    "CREATE SEQUENCE stock.tickets",
    "CREATE FUNCTION stock.twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'",
    "CREATE FUNCTION stock.thrice(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN $1 * 3; END'",
    "INSERT INTO orders SELECT i, i, i, i, i FROM generate_series(1, 3) i",
    "INSERT INTO items SELECT i, i, i, i FROM generate_series(1, 3) i",
    'INSERT INTO "Odd ""Name;--" SELECT i, i, i FROM generate_series(1, 3) i',
    "INSERT INTO stock.parts SELECT i, i, i FROM generate_series(1, 3) i",
)
COLUMNS = {
    "orders": ("id", "customer", "total", "status", "note"),
    "items": ("id", "order_id", "price", "amount"),
    '"Odd ""Name;--"': ("id", '"select"', '"größe; DROP TABLE x"'),
    "stock.parts": ("id", "item", "place"),
    "dear": ("id", "price"),
}
TABLES = tuple(name for name in COLUMNS if name != "dear")


class Writer:
    """*chance* decides everything; *fresh* numbers the aliases."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.fresh = 0

    def statement(self) -> str:
        kinds: list[Callable[[], str]] = [
            self.select, self.select, self.union, self.insert, self.upsert, self.update, self.delete, self.with_query,
            self.locking, self.truncate,
        ]  # fmt: skip
        return self.chance.choices(kinds, [8, 8, 3, 6, 4, 8, 5, 4, 2, 1])[0]()

    def alias(self) -> str:
        self.fresh += 1
        return f"t{self.fresh}"

    def flip(self, odds: float = 0.5) -> bool:
        return self.chance.random() < odds

    # --- expressions; each of them is a number ---

    def number(self, names: list[str], depth: int = 2) -> str:
        kinds: list[Callable[[], str]] = [lambda: "$1::integer", lambda: str(self.chance.randrange(9))]
        if names:
            kinds += [lambda: self.chance.choice(names)] * 6
        if depth:
            kinds += [
                lambda: f"({self.number(names, depth - 1)} + {self.number(names, depth - 1)})",
                lambda: f"coalesce({self.number(names, depth - 1)}, 0)",
                lambda: (
                    f"CASE WHEN {self.condition(names, depth - 1)} THEN {self.number(names, 0)} ELSE 0 END"
                ),
                lambda: f"CAST({self.number(names, depth - 1)} AS integer)",
                lambda: f"stock.twice({self.number(names, depth - 1)})",
                lambda: f"stock.thrice({self.number(names, depth - 1)})",
                lambda: f"({self.scalar(names)})",
            ]
        return self.chance.choice(kinds)()

    def scalar(self, around: list[str]) -> str:
        """A query of one row; its columns may be those of the query around it."""
        table = self.chance.choice(list(COLUMNS))
        alias = self.alias()
        inner = [f"{alias}.{name}" for name in COLUMNS[table]]
        return f"SELECT max({self.chance.choice(inner)}) FROM {table} {alias} WHERE {self.condition(inner + around, 0)}"

    def condition(self, names: list[str], depth: int = 1) -> str:
        """On a column where there is one: for a condition that is never true, the planner may drop what it is about."""
        left = self.chance.choice(names) if names else self.number(names, 0)
        kinds: list[Callable[[], str]] = [
            lambda: f"({left} + {self.number(names, depth)}) >= {self.number(names, 0)}",
            lambda: f"{left} IS NOT NULL",
            lambda: f"{left} IN (1, 2, {self.number(names, 0)})",
            lambda: f"{left} BETWEEN 0 AND {self.number(names, 0)}",
        ]
        if depth:
            kinds += [
                lambda: f"({self.condition(names, 0)} OR {self.condition(names, 0)})",
                lambda: f"NOT {self.condition(names, 0)}",
                lambda: f"EXISTS ({self.scalar(names)})",
                lambda: f"{left} IN ({self.scalar(names)})",
            ]
        return self.chance.choice(kinds)()

    # --- queries ---

    def source(self, names: list[str]) -> str:
        """A table of FROM; its columns go into *names*."""
        if self.flip(0.12):
            alias = self.alias()
            names.append(f"{alias}.x")
            return f"(SELECT {self.one_column()}) AS {alias}(x)"
        table = self.chance.choice(list(COLUMNS))
        alias = self.alias()
        names += [f"{alias}.{name}" for name in COLUMNS[table]]
        return f"{table} {'AS ' if self.flip() else ''}{alias}"

    def one_column(self) -> str:
        table = self.chance.choice(list(COLUMNS))
        return f"max({self.chance.choice(COLUMNS[table])}) FROM {table}"

    def tables(self, names: list[str]) -> str:
        text = self.source(names)
        joins = [","] if self.flip(0.2) else ["JOIN", "LEFT JOIN", "CROSS JOIN"]
        while self.flip(0.35):
            join = self.chance.choice(joins)
            text += f" {join} {self.source(names)}"
            if join.endswith("JOIN") and not join.startswith("CROSS"):
                text += f" ON {self.condition(names)}"
        return text

    def select(self) -> str:
        if self.flip(0.3):
            return self.plain()
        names: list[str] = []
        tables = self.tables(names)
        if self.flip(0.25):
            key = self.chance.choice(names)
            having = f" HAVING count(*) >= {self.number([], 0)}" if self.flip() else ""
            where = f" WHERE {self.condition(names)}" if self.flip() else ""
            summed = self.chance.choice(names)
            return f"SELECT {key}, sum({summed}) AS s FROM {tables}{where} GROUP BY {key}{having} ORDER BY s"
        shown = ", ".join(self.number(names) for _ in range(self.chance.randrange(1, 4)))
        if self.flip(0.1):
            shown += f", rank() OVER (PARTITION BY {self.chance.choice(names)} ORDER BY {self.chance.choice(names)})"
        if self.flip(0.1):
            shown = self.chance.choice(names).split(".")[0] + ".*"
        text = f"SELECT {shown} FROM {tables}"
        if self.flip(0.6):
            text += f" WHERE {self.condition(names)}"
        if self.flip(0.3):
            text += f" ORDER BY {self.chance.choice(names)}"
        return text + (" LIMIT 5" if self.flip(0.2) else "")

    def plain(self) -> str:
        """One table, and names without one."""
        table = self.chance.choice(list(COLUMNS))
        names = list(COLUMNS[table])
        shown = "*" if self.flip(0.2) else ", ".join(self.chance.sample(names, self.chance.randrange(1, 3)))
        text = f"SELECT {shown} FROM {table}"
        if self.flip():
            text += f" WHERE {self.chance.choice(names)} = $1"
        return text + (f" ORDER BY {self.chance.choice(names)}" if self.flip(0.3) else "")

    def union(self) -> str:
        kind = self.chance.choice(["UNION", "UNION ALL", "INTERSECT", "EXCEPT"])
        return f"SELECT {self.one_column()} {kind} SELECT {self.one_column()} ORDER BY 1"

    def with_query(self) -> str:
        name = self.alias()
        inner = self.chance.choice([self.plain_column, self.returning])()
        table = self.chance.choice(list(COLUMNS))
        column = self.chance.choice(COLUMNS[table])
        outer = f"SELECT {name}.x, o.{column} FROM {name} JOIN {table} o ON o.{column} >= {name}.x"
        return f"WITH {name}(x) AS ({inner}) {outer}"

    def plain_column(self) -> str:
        table = self.chance.choice(list(COLUMNS))
        return f"SELECT {self.chance.choice(COLUMNS[table])} FROM {table}"

    def returning(self) -> str:
        table = self.chance.choice(TABLES)
        column = self.chance.choice(COLUMNS[table])
        return f"DELETE FROM {table} WHERE id = $1 RETURNING {column}"

    def locking(self) -> str:
        table = self.chance.choice(TABLES)
        return f"SELECT {self.chance.choice(COLUMNS[table])} FROM {table} FOR {self.chance.choice(['UPDATE', 'SHARE'])}"

    # --- changes ---

    def insert(self) -> str:
        table = self.chance.choice(TABLES)
        columns = self.chance.sample(COLUMNS[table], self.chance.randrange(1, len(COLUMNS[table])))
        if self.flip(0.7):
            values = "VALUES (" + ", ".join(self.number([], 1) for _ in columns) + ")"
        else:
            names: list[str] = []
            tables = self.source(names)
            values = f"SELECT {', '.join(self.number(names, 0) for _ in columns)} FROM {tables}"
        if self.flip(0.1):
            return f"INSERT INTO {table} (id) SELECT nextval('stock.tickets')"
        returned = f" RETURNING {self.chance.choice(['*', *COLUMNS[table]])}" if self.flip(0.3) else ""
        return f"INSERT INTO {table} ({', '.join(columns)}) {values}{returned}"

    def upsert(self) -> str:
        table = self.chance.choice(TABLES)
        written = self.chance.choice(COLUMNS[table][1:])
        text = f"INSERT INTO {table} AS o (id, {written}) VALUES ($1, 2) ON CONFLICT"
        if self.flip(0.3):
            return f"{text}{' (id)' if self.flip() else ''} DO NOTHING"
        value = self.chance.choice([f"excluded.{written}", "o.id + 1", "3", f"o.{written} + excluded.id"])
        text += f" (id) DO UPDATE SET {written} = {value}"
        return text + (f" WHERE o.{self.chance.choice(COLUMNS[table])} >= 0" if self.flip() else "")

    def update(self) -> str:
        table = self.chance.choice(TABLES)
        alias = self.alias()
        names = [f"{alias}.{name}" for name in COLUMNS[table]]
        beside = f" FROM {self.source(names)}" if self.flip(0.3) else ""
        columns = self.chance.sample(COLUMNS[table], self.chance.randrange(1, 3))
        written = ", ".join(
            f"{name} = {self.chance.choice([self.number(names, 1), 'DEFAULT', '$1'])}" for name in columns
        )
        if self.flip(0.1) and len(columns) == 2:
            written = f"({', '.join(columns)}) = (SELECT 1, {self.number(names, 0)})"
        text = f"UPDATE {table} {alias} SET {written}{beside}"
        text += f" WHERE {self.condition(names)}" if self.flip(0.7) else ""
        return text + (f" RETURNING {self.chance.choice(names)}" if self.flip(0.3) else "")

    def delete(self) -> str:
        table = self.chance.choice(TABLES)
        alias = self.alias()
        names = [f"{alias}.{name}" for name in COLUMNS[table]]
        beside = f" USING {self.source(names)}" if self.flip(0.3) else ""
        text = f"DELETE FROM {table} {alias}{beside}"
        text += f" WHERE {self.condition(names)}" if self.flip(0.7) else ""
        return text + (f" RETURNING {self.chance.choice(names)}" if self.flip(0.3) else "")

    def truncate(self) -> str:
        return f"TRUNCATE {self.chance.choice(TABLES)}"
