"""What a statement needs: the privileges without which PostgreSQL refuses it, and no others.

A walk over PostgreSQL's own tree of the statement. Every kind of node is named here: one that is not is refused, so
that nothing passes because nobody thought of it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from propolis.sql.parse import Tree, name_parts
from propolis.sql.privileges import Kind, Privilege, Thing
from propolis.sql.refusal import Unheld
from propolis.sql.scope import SELECT, Scope, Source, column

INSERT, UPDATE, DELETE = "INSERT", "UPDATE", "DELETE"
EXECUTE, USAGE = "EXECUTE", "USAGE"
ITS_OWN = "pg_catalog"

_LEAVES = {"A_Const", "ParamRef", "SQLValueFunction", "SetToDefault", "String", "Integer", "Float", "A_Star"}
_PLAIN = {
    "A_ArrayExpr", "A_Indices", "A_Indirection", "BoolExpr", "BooleanTest", "CaseExpr", "CaseWhen",
    "CoalesceExpr", "CollateClause", "GroupingFunc", "GroupingSet", "IndexElem", "List", "MinMaxExpr",
    "MultiAssignRef", "NamedArgExpr", "NullTest", "RowExpr", "SortBy", "WindowDef",
}  # fmt: skip
"""Nodes that need what their parts need, and nothing more."""
_TEXT_AS_SQL = (
    "cursor_to_xml",
    "database_to_xml",
    "query_to_xml",
    "schema_to_xml",
    "table_to_xml",
    "ts_rewrite",
    "ts_stat",
)
"""Functions of PostgreSQL's own that run a text as a statement, or read tables by name (all beginning so)."""
_SEQUENCE_FUNCTIONS = {"nextval": USAGE, "currval": USAGE, "setval": UPDATE}

Walk = Callable[["Needs", Any, Scope], None]


class Needs:
    """*found*: the privileges so far. *own*: functions taken to be PostgreSQL's own, which everybody may run."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self.found: set[Privilege] = set()
        self.own: set[str] = set()

    # --- statements ---

    def statement(self, node: Tree) -> None:
        """Errors: Unheld, with the reason."""
        kind, fields = _kind(node)
        walk = _STATEMENTS.get(kind)
        if walk is None:
            raise Unheld("not-a-privilege", *_why(kind))
        walk(self, fields, Scope())

    def select(self, fields: Tree, outer: Scope) -> None:
        if "intoClause" in fields:
            raise Unheld(
                "not-a-privilege", "`SELECT INTO` makes a table, which its owner may do", "leave INTO out"
            )
        scope = Scope(outer)
        self._with(fields, scope)
        if fields.get("op", "SETOP_NONE") != "SETOP_NONE":
            self.select(fields["larg"], scope)
            self.select(fields["rarg"], scope)
            self._sorted(fields, None, scope)
            return
        for item in fields.get("fromClause", ()):
            self._from(item, scope)
        targets = [_kind(target)[1] for target in fields.get("targetList", ())]
        for target in targets:
            self._expression(target["val"], scope)
        for key in ("whereClause", "havingClause", "valuesLists", "windowClause"):
            self._expression(fields.get(key), scope)
        self._grouped(fields, targets, scope)
        self._sorted(fields, _output_names(targets), scope)
        self._locked(fields, scope)

    def _grouped(self, fields: Tree, targets: list[Tree], scope: Scope) -> None:
        aliases = {target["name"] for target in targets if "name" in target}
        for item in fields.get("groupClause", ()):
            name = _bare_name(item)
            if name in aliases:
                help_ = "write the expression out, or its number"
                raise Unheld(
                    "ambiguous", f"`{name}` may be a column or what SELECT calls so", help_, _place(item)
                )
            self._expression(item, scope)

    def _sorted(self, fields: Tree, outputs: set[str] | None, scope: Scope) -> None:
        """ORDER BY, DISTINCT ON and LIMIT. A bare name in *outputs* (None: any) is a column of the result."""
        distinct = [each for each in fields.get("distinctClause", ()) if each]
        sorts = [_kind(each)[1]["node"] for each in fields.get("sortClause", ())]
        for item in [*distinct, *sorts]:
            name = _bare_name(item)
            if name is None or (outputs is not None and name not in outputs):
                self._expression(item, scope)
        for key in ("limitCount", "limitOffset"):
            self._expression(fields.get(key), scope)

    def _locked(self, fields: Tree, scope: Scope) -> None:
        """FOR UPDATE and its kin: PostgreSQL asks for UPDATE on some column of every table that is locked."""
        for clause in fields.get("lockingClause", ()):
            named = [_kind(each)[1]["relname"] for each in _kind(clause)[1].get("lockedRels", ())]
            sources = [s for s in scope.sources if s.name in named] if named else scope.sources
            for source in sources:
                if source.table is None:
                    message = f"`{source.name}` is no table, and what is locked in it is not written"
                    raise Unheld("locks", message, "name the tables: FOR UPDATE OF …")
                self.found.add(Privilege(column(source.table, ""), UPDATE))

    def insert(self, fields: Tree, outer: Scope) -> None:
        scope = Scope(outer)
        self._with(fields, scope)
        target = self._target(fields["relation"], scope)
        columns = [_kind(each)[1] for each in fields.get("cols", ())]
        if not columns and "selectStmt" in fields:
            help_ = "write `INSERT INTO orders (customer, total) …`"
            raise Unheld("no-columns", "nothing says which columns are written", help_)
        if not columns:
            self.found.add(Privilege(column(_table(target), ""), INSERT))
        for each in columns:
            self.found.add(Privilege(column(_table(target), _whole(each)), INSERT))
        if "selectStmt" in fields:
            self.select(_kind(fields["selectStmt"])[1], scope)
        conflict = Scope(scope)
        conflict.sources.append(target)
        if "onConflictClause" in fields:
            self._conflict(fields["onConflictClause"], target, conflict)
        self._returning(fields, conflict)

    def _conflict(self, fields: Tree, target: Source, scope: Scope) -> None:
        infer = fields.get("infer", {})
        if "conname" in infer:
            help_ = "name its columns: `ON CONFLICT (id)`"
            raise Unheld("constraint", "nothing says which columns this constraint reads", help_)
        for each in infer.get("indexElems", ()):
            element = _kind(each)[1]
            if "name" in element:
                self.found.add(Privilege(column(_table(target), element["name"]), SELECT))
            self._expression(element.get("expr"), scope)
        self._expression(infer.get("whereClause"), scope)
        both = Scope(scope.outer, scope.made)
        both.sources += [target, Source("excluded", target.table)]
        self._assigned(fields.get("targetList", ()), target, both)
        self._expression(fields.get("whereClause"), both)

    def update(self, fields: Tree, outer: Scope) -> None:
        scope = Scope(outer)
        self._with(fields, scope)
        target = self._target(fields["relation"], scope)
        scope.sources.append(target)
        for item in fields.get("fromClause", ()):
            self._from(item, scope)
        self._assigned(fields["targetList"], target, scope)
        self._expression(fields.get("whereClause"), scope)
        self._returning(fields, scope)

    def _assigned(self, targets: Iterable[Tree], target: Source, scope: Scope) -> None:
        for each in targets:
            fields = _kind(each)[1]
            self.found.add(Privilege(column(_table(target), _whole(fields)), UPDATE))
            self._expression(fields["val"], scope)

    def delete(self, fields: Tree, outer: Scope) -> None:
        scope = Scope(outer)
        self._with(fields, scope)
        target = self._target(fields["relation"], scope)
        self.found.add(Privilege(_table(target), DELETE))
        scope.sources.append(target)
        for item in fields.get("usingClause", ()):
            self._from(item, scope)
        self._expression(fields.get("whereClause"), scope)
        self._returning(fields, scope)

    def truncate(self, fields: Tree, outer: Scope) -> None:
        if fields.get("behavior") == "DROP_CASCADE":
            raise Unheld("cascade", "nothing says which tables CASCADE empties", "name them all")
        if fields.get("restart_seqs"):
            raise Unheld(
                "not-a-privilege", "only their owner restarts sequences", "leave RESTART IDENTITY out"
            )
        for each in fields["relations"]:
            self.found.add(Privilege(_table(self._target(_kind(each)[1], outer)), "TRUNCATE"))

    def copy(self, fields: Tree, outer: Scope) -> None:
        if fields.get("is_program") or "filename" in fields:
            message = "files and programs of the server are given by a role's membership, not by a privilege"
            raise Unheld("not-a-privilege", message, "copy from STDIN, or to STDOUT")
        if "query" in fields:
            self._query(_kind(fields["query"]), outer)
            return
        table = _table(self._target(fields["relation"], outer))
        action = INSERT if fields.get("is_from") else SELECT
        columns = [_kind(each)[1]["sval"] for each in fields.get("attlist", ())]
        if not columns:
            self.found.add(Privilege(table, action))
        for name in columns:
            self.found.add(Privilege(column(table, name), action))
        self._expression(fields.get("whereClause"), Scope())

    def call(self, fields: Tree, outer: Scope) -> None:
        self._call(fields["funccall"], outer)

    def condition(self, node: Tree, scope: Scope) -> None:
        """What an expression needs that stands alone."""
        self._expression(node, scope)

    # --- parts of statements ---

    def _with(self, fields: Tree, scope: Scope) -> None:
        clause = fields.get("withClause", {})
        queries = [_kind(each)[1] for each in clause.get("ctes", ())]
        if clause.get("recursive"):
            scope.made |= {query["ctename"] for query in queries}
        for query in queries:
            if "search_clause" in query or "cycle_clause" in query:
                raise Unheld("unread", "SEARCH and CYCLE are not read here", "write the columns out")
            self._query(_kind(query["ctequery"]), scope)
            scope.made |= {query["ctename"]}

    def _query(self, node: tuple[str, Tree], scope: Scope) -> None:
        kind, fields = node
        walk = QUERIES.get(kind)
        if walk is None:
            raise Unheld("not-a-privilege", *_why(kind))
        walk(self, fields, scope)

    def _returning(self, fields: Tree, scope: Scope) -> None:
        for each in fields.get("returningList", ()):
            self._expression(_kind(each)[1]["val"], scope)

    def _target(self, fields: Tree, scope: Scope) -> Source:
        """What a statement writes to: always a table, even where WITH has given its name."""
        return self._relation(fields, frozenset())

    def _relation(self, fields: Tree, made: frozenset[str]) -> Source:
        place = fields.get("location")
        if "catalogname" in fields:
            raise Unheld(
                "catalog", "a name with a database in front cannot be granted", "leave it out", place
            )
        name, schema = fields["relname"], fields.get("schemaname")
        alias = fields.get("alias", {})
        if schema is None and name in made:
            return Source(alias.get("aliasname", name), None)
        if "colnames" in alias:
            help_ = "leave the new names of its columns out"
            raise Unheld("renamed", "nothing says which columns are renamed here", help_, place)
        table = self.thing(Kind.TABLE, schema, name, place)
        if "aliasname" in alias:
            return Source(alias["aliasname"], table)
        return Source(name, table, table.schema)

    def thing(self, kind: Kind, schema: str | None, name: str, place: int | None) -> Thing:
        """A table, sequence or routine by its name; its schema is needed too."""
        if schema in (ITS_OWN, "information_schema", "pg_toast", "pg_temp"):
            message = f"`{schema}` is PostgreSQL's own, and open to everybody as far as it is open"
            raise Unheld("its-own", message, "leave this statement out", place)
        found = Thing(kind, schema or self.schema, name)
        self.found.add(Privilege(Thing(Kind.SCHEMA, "", found.schema), USAGE))
        return found

    def _from(self, item: Tree, scope: Scope) -> list[Source]:
        """The sources of *item*, which *scope* has then."""
        kind, fields = _kind(item)
        if kind == "RangeVar":
            source = self._relation(fields, scope.made)
            if source.table:
                self.found.add(Privilege(column(source.table, ""), SELECT))
            return _added(scope, source)
        if kind == "RangeSubselect":
            self.select(_kind(fields["subquery"])[1], scope if fields.get("lateral") else scope.beside())
            return _added(scope, Source(fields.get("alias", {}).get("aliasname", ""), None))
        if kind == "RangeFunction":
            calls = [_kind(each)[1]["items"][0] for each in fields["functions"]]
            for call in calls:
                self._expression(call, scope)
            name = fields.get("alias", {}).get("aliasname") or _output_name({"val": calls[0]}) or ""
            return _added(scope, Source(name, None))
        if kind == "RangeTableSample":
            self._expression(fields.get("args"), scope)
            return self._from(fields["relation"], scope)
        if kind == "JoinExpr":
            return self._join(fields, scope)
        raise Unheld("unread", f"`{kind}` in FROM is not read here", "write it as a query of tables")

    def _join(self, fields: Tree, scope: Scope) -> list[Source]:
        if fields.get("isNatural"):
            raise Unheld("natural", "nothing says which columns a NATURAL JOIN reads", "write ON, or USING")
        if "alias" in fields or "join_using_alias" in fields:
            raise Unheld("unread", "an alias of a join hides the tables in it", "give each table an alias")
        left, right = self._from(fields["larg"], scope), self._from(fields["rarg"], scope)
        for each in fields.get("usingClause", ()):
            name = _kind(each)[1]["sval"]
            for side in (left, right):
                if len(side) > 1 and name not in scope.merged:
                    raise Unheld("ambiguous", f"nothing says whose column `{name}` is", "write ON")
                if len(side) == 1 and side[0].table:
                    self.found.add(Privilege(column(side[0].table, name), SELECT))
            scope.merged.add(name)
        self._expression(fields.get("quals"), scope)
        return left + right

    # --- expressions ---

    def _expression(self, node: Any, scope: Scope) -> None:
        if isinstance(node, list):
            for each in node:
                self._expression(each, scope)
        elif isinstance(node, dict) and node:
            kind, fields = _kind(node)
            if kind in _LEAVES:
                return
            walk = _EXPRESSIONS.get(kind)
            if walk is not None:
                walk(self, fields, scope)
            elif kind in _PLAIN:
                for part in fields.values():
                    if isinstance(part, list) or _is_node(part):
                        self._expression(part, scope)
            else:
                raise Unheld("unread", f"`{kind}` is not read here", "write it in another way", _place(node))

    def _column(self, fields: Tree, scope: Scope) -> None:
        self.found.update(scope.read(fields))

    def _operator(self, fields: Tree, scope: Scope) -> None:
        names = [_kind(each)[1]["sval"] for each in fields.get("name", ())]
        if len(names) > 1 and names[0] != ITS_OWN:
            help_ = "call its function by name"
            raise Unheld(
                "operator", "nothing says which function this operator runs", help_, fields.get("location")
            )
        self._expression(fields.get("lexpr"), scope)
        self._expression(fields.get("rexpr"), scope)

    def _cast(self, fields: Tree, scope: Scope) -> None:
        self._typed(fields["typeName"])
        self._expression(fields["arg"], scope)

    def _typed(self, fields: Tree) -> None:
        names = [_kind(each)[1]["sval"] for each in fields["names"]]
        if len(names) == 2 and names[0] != ITS_OWN:
            self.found.add(Privilege(Thing(Kind.SCHEMA, "", names[0]), USAGE))

    def _sub(self, fields: Tree, scope: Scope) -> None:
        self._expression(fields.get("testexpr"), scope)
        self._query(_kind(fields["subselect"]), scope)

    def _call(self, fields: Tree, scope: Scope) -> None:
        names = [_kind(each)[1]["sval"] for each in fields["funcname"]]
        place = fields.get("location")
        if len(names) > 2:
            raise Unheld(
                "catalog", "a name with a database in front cannot be granted", "leave it out", place
            )
        if len(names) == 2 and names[0] != ITS_OWN:
            routine = self.thing(Kind.ROUTINE, names[0], names[1], place)
            self.found.add(Privilege(routine, EXECUTE))
        else:
            self._call_of_its_own(names[-1], fields, place)
        for key in ("args", "agg_order", "agg_filter"):
            self._expression(fields.get(key), scope)
        over = fields.get("over", {})
        for key in ("partitionClause", "orderClause", "startOffset", "endOffset"):
            self._expression(over.get(key), scope)

    def _call_of_its_own(self, name: str, fields: Tree, place: int | None) -> None:
        """A function without a schema is PostgreSQL's own; `propolis sql plan` sees whether there is one."""
        if name.startswith(_TEXT_AS_SQL):
            message = f"`{name}` runs a text as a statement, which nothing here can read"
            raise Unheld("text-as-sql", message, "write the statement itself", place)
        if name.startswith("lo_"):
            raise Unheld("large-object", "large objects are not granted here", "keep them in a table", place)
        if name == "lastval":
            raise Unheld(
                "lastval", "nothing says which sequence `lastval` reads", "write `currval('…')`", place
            )
        if name in _SEQUENCE_FUNCTIONS:
            schema, sequence = self._sequence(fields, place)
            thing = self.thing(Kind.SEQUENCE, schema, sequence, place)
            self.found.add(Privilege(thing, _SEQUENCE_FUNCTIONS[name]))
            return
        self.own.add(name)

    def _sequence(self, fields: Tree, place: int | None) -> tuple[str | None, str]:
        argument = (fields.get("args") or [{}])[0]
        if "TypeCast" in argument:
            argument = argument["TypeCast"]["arg"]
        text = argument.get("A_Const", {}).get("sval", {}).get("sval")
        if text is None:
            raise Unheld(
                "sequence", "nothing says which sequence is meant", "write its name as a text", place
            )
        parts = name_parts(text)
        if parts is None:
            raise Unheld(
                "sequence", f"`{text}` is no name of a sequence", "write `nextval('orders_id_seq')`", place
            )
        return parts


QUERIES: dict[str, Walk] = {
    "SelectStmt": Needs.select,
    "InsertStmt": Needs.insert,
    "UpdateStmt": Needs.update,
    "DeleteStmt": Needs.delete,
}
_STATEMENTS: dict[str, Walk] = {
    **QUERIES,
    "TruncateStmt": Needs.truncate,
    "CopyStmt": Needs.copy,
    "CallStmt": Needs.call,
}
_EXPRESSIONS: dict[str, Walk] = {
    "ColumnRef": Needs._column,
    "A_Expr": Needs._operator,
    "TypeCast": Needs._cast,
    "SubLink": Needs._sub,
    "FuncCall": Needs._call,
}


def _kind(node: Tree) -> tuple[str, Tree]:
    """A node's kind and its fields."""
    ((kind, fields),) = node.items()
    return kind, fields


def _is_node(value: object) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value))[0].isupper()


def _table(source: Source) -> Thing:
    assert source.table is not None, "a target is a table"
    return source.table


def _added(scope: Scope, source: Source) -> list[Source]:
    scope.sources.append(source)
    return [source]


def _whole(target: Tree) -> str:
    """The column that is written, which must be written as a whole."""
    if "indirection" in target:
        message = f"only a part of `{target['name']}` is written, and the rest is read for it"
        raise Unheld("part", message, "write the whole column", target.get("location"))
    name: str = target["name"]
    return name


def _bare_name(item: Tree) -> str | None:
    fields = item.get("ColumnRef", {}).get("fields", ())
    return fields[0]["String"]["sval"] if len(fields) == 1 and "String" in fields[0] else None


def _place(item: Tree) -> int | None:
    fields = _kind(item)[1]
    return fields.get("location") if isinstance(fields, dict) else None


def _output_names(targets: list[Tree]) -> set[str]:
    return {name for target in targets if (name := _output_name(target))}


def _output_name(target: Tree) -> str | None:
    """The name that PostgreSQL gives a column of the result, where it comes from a name."""
    if "name" in target:
        name: str = target["name"]
        return name
    kind, fields = _kind(target["val"])
    if kind == "ColumnRef":
        last = fields["fields"][-1]
    elif kind == "FuncCall":
        last = fields["funcname"][-1]
    else:
        return None
    return last["String"]["sval"] if "String" in last else None


_OWNERS = "only its owner may do that, and no privilege gives it"
_WHY = {
    "DoStmt": ("what a block runs cannot be read from it", "list the statements that it runs"),
    "ExecuteStmt": ("nothing says what was prepared", "list the statement itself"),
    "PrepareStmt": ("preparing needs what the statement needs", "list the statement itself"),
    "ExplainStmt": ("explaining needs what the statement needs", "list the statement itself"),
    "DeclareCursorStmt": ("a cursor needs what its query needs", "list the query itself"),
    "TransactionStmt": ("transactions are open to everybody", "leave it out"),
    "VariableSetStmt": ("settings are open to everybody, or to nobody but a superuser", "leave it out"),
    "VariableShowStmt": ("settings are open to everybody", "leave it out"),
    "NotifyStmt": ("notifications are open to everybody", "leave it out"),
    "ListenStmt": ("notifications are open to everybody", "leave it out"),
    "MergeStmt": ("MERGE is not read here", "write INSERT … ON CONFLICT, UPDATE and DELETE"),
    "LockStmt": ("a lock needs what is done under it", "list what is done under it"),
    "GrantStmt": ("who may grant may let others in", "list what the role itself does"),
    "GrantRoleStmt": ("who may grant may let others in", "list what the role itself does"),
}


def _why(kind: str) -> tuple[str, str]:
    return _WHY.get(
        kind, (_OWNERS, "list what reads and writes rows; leave changes of the schema to its owner")
    )
