"""Names are in quotes, whatever they hold: PostgreSQL's own scanner reads them back."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from shops import database
from shops import hba as hba_lines

from propolis.sql import ddl
from propolis.sql.names import hba, literal, only_name, quoted
from propolis.sql.parse import trees
from propolis.sql.privileges import Kind, Privilege, Thing
from propolis.sql.render import script

HOSTILE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    | st.sampled_from("\"';$\\-/* \n\t@+#%{}é"),
    min_size=1,
    max_size=40,
).filter(lambda name: len(name.encode()) <= 63)
NAMES = settings(derandomize=True, max_examples=150, deadline=None)


def one(sql: str) -> dict[str, object]:
    """The one statement in *sql*."""
    found = trees(sql)
    assert isinstance(found, list) and len(found) == 1, (sql, found)
    return found[0]


@given(HOSTILE, HOSTILE, HOSTILE)
@NAMES
@example('a"; DROP TABLE x; --', "select", "\\")
def test_a_grant_names_exactly_what_it_should(schema: str, table: str, column: str) -> None:
    thing = Thing(Kind.COLUMN, schema, table, column)
    (sql,) = ddl.grants([Privilege(thing, "SELECT")], column)
    grant = one(sql)["GrantStmt"]
    assert isinstance(grant, dict)
    (relation,) = [each["RangeVar"] for each in grant["objects"]]
    assert (relation["schemaname"], relation["relname"]) == (schema, table)
    (access,) = [each["AccessPriv"] for each in grant["privileges"]]
    assert [each["String"]["sval"] for each in access["cols"]] == [column]
    assert [each["RoleSpec"]["rolename"] for each in grant["grantees"]] == [column]


@given(HOSTILE)
@NAMES
def test_texts_are_texts(text: str) -> None:
    select = one(f"SELECT {literal(text)}")["SelectStmt"]
    assert isinstance(select, dict)
    assert select["targetList"][0]["ResTarget"]["val"]["A_Const"]["sval"].get("sval", "") == text
    assert only_name(quoted(text)) == text


@given(HOSTILE)
@NAMES
def test_a_block_makes_one_role(name: str) -> None:
    block = one(ddl.create_role_once(name))["DoStmt"]
    assert isinstance(block, dict)
    body = block["args"][0]["DefElem"]["arg"]["String"]["sval"]
    assert quoted(name) in body and literal(name) in body


PLAIN = HOSTILE.filter(lambda name: name.isprintable() and not name.startswith(("/", "pg_")))


@given(PLAIN, PLAIN, PLAIN)
@settings(derandomize=True, max_examples=50, deadline=None)
def test_a_script_holds_the_statements_that_it_should_and_no_others(
    role: str, schema: str, table: str
) -> None:
    """As many as for names that need no quotes, of the same kinds."""
    made = _kinds(role, schema, table)
    assert made == _kinds("r", "s", "t")


def _kinds(role: str, schema: str, table: str) -> list[str]:
    lines = (
        f"SELECT id FROM {quoted(table)} WHERE id = $1",
        f"-- {table}\nDELETE FROM {quoted(schema)}.{quoted(table)}",
    )
    rows = {quoted(table): "id = 1"}
    found = trees(script(role, database(*lines, role=role, schema=schema, database=table, rows=rows)))
    assert isinstance(found, list), found
    return [next(iter(each)) for each in found]


def fields(line: str) -> list[str]:
    """A line of pg_hba.conf as PostgreSQL splits it: at blanks outside quotes; two quotes within are one."""
    found, word, inside, before, place = [], "", False, False, 0
    while place < len(line):
        character = line[place]
        if character == '"' and inside and line[place + 1 : place + 2] == '"':
            word, place = word + '"', place + 1
        elif character == '"':
            inside, before = not inside, True
        elif character in " \t" and not inside:
            if word or before:
                found.append(word)
            word, before = "", False
        else:
            word += character
        place += 1
    return [*found, word] if word or before else found


@given(PLAIN)
@NAMES
def test_a_line_of_pg_hba_names_exactly_the_role(name: str) -> None:
    assert fields(f"host all {hba(name)} all reject") == ["host", "all", name, "all", "reject"]
    text = hba_lines("SELECT id FROM orders", role=name, database=name)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [fields(line)[:3] for line in lines] == [
        ["host", name, name],
        ["host", "all", name],
        ["local", "all", name],
    ]


@given(HOSTILE, HOSTILE)
@NAMES
def test_policies_of_two_roles_have_two_names(one_role: str, other: str) -> None:
    names = {
        ddl.policy_name(kind, role) for kind in (ddl.ADMITTING, ddl.LIMITING) for role in (one_role, other)
    }
    assert len(names) == (2 if one_role == other else 4)
    assert all(len(name.encode()) <= 63 for name in names)
