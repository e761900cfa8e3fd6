"""What is a mutant: each is one change of meaning, every kind of change is made, and its name holds no line number."""

import ast
from pathlib import Path

import pytest
from mutation.mutants import mutants
from mutation.run import SEMANTICS, SURVIVORS, known

SOURCE = Path(__file__).parents[2] / "src" / "propolis" / "semantics"


def made(source: str) -> dict[str, set[str]]:
    """The lines that come of each line of *source*."""
    found: dict[str, set[str]] = {}
    for mutant in mutants("m", source.encode()):
        found.setdefault(mutant.before, set()).add(mutant.after)
    return found


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("x = a < 2", {"x = a <= 2", "x = a < 3", "x = a < 1"}),
        ("x = a is not b", {"x = a is b"}),
        ("x = a and b", {"x = (a)", "x = (b)"}),
        ("x = a or b or c", {"x = ((a) or (b))", "x = ((a) or (c))", "x = ((b) or (c))"}),
        ("x = not a", {"x = (a)"}),
        ("x = a & ~b", {"x = (a)", "x = (~b)", "x = a & (b)"}),
        ("x = a if b else c", {"x = a if True else c", "x = a if False else c"}),
        ("x = [a for a in b if a]", {"x = [a for a in b if True]"}),
        ("x |= a", {"pass"}),
        ("f(a)", {"pass"}),
        ("x = f(a, b=c)", {"x = f(a, )"}),
        ("x = any(a)", {"x = all(a)"}),
        ("x = sorted(a)", {"x = list(a)"}),
        ("x = a.upper()", {"x = a"}),
        ("x = (a, b)", {"x = (a,)", "x = (b,)"}),
        ("x = [a, b, c]", {"x = [a, b, ]", "x = [a, c]", "x = [b, c]"}),
        ('x = "ab"', {"x = '!ab'"}),
        ("x = True", {"x = False"}),
    ],
)
def test_a_line_is_changed_in_every_way_that_means_something_else(line: str, changed: set[str]):
    assert made(line + "\n") == {line: changed}


def test_a_case_of_a_match_is_switched_off():
    source = "match a:\n    case b() if c:\n        d\n    case e():\n        f\n"
    assert made(source)["case e():"] == {"case e() if False:"}
    assert made(source)["case b() if c:"] == {"case b() if True:", "case b() if False:"}


@pytest.mark.parametrize(
    "line",
    ['"""Words."""', "import a", "x: dict[str, int] = f()", 'x = f("a sentence")', 'x = f"{a}!"', "x = y"],
)
def test_words_types_and_imports_are_left_alone(line: str):
    assert made(line + "\n") == {}


@pytest.mark.parametrize("name", ["cells", "witness"])
def test_every_mutant_is_another_program_and_no_two_have_one_name(name: str):
    source = (SOURCE / f"{name}.py").read_bytes()
    found = mutants(name, source)
    trees = {ast.dump(ast.parse(mutant.source)) for mutant in found}
    assert ast.dump(ast.parse(source)) not in trees
    assert len(trees) == len(found) == len({mutant.key for mutant in found}) > 60


def test_every_known_survivor_has_a_reason():
    reasons = known()
    assert all(why.startswith(("equivalent: ", "unreachable: ", "harmless: ")) for why in reasons.values()), (
        SURVIVORS
    )
    assert {module for module, *_ in reasons} <= {f"propolis.semantics.{name}" for name in SEMANTICS}


@pytest.mark.deep
def test_every_known_survivor_is_a_mutant_of_what_stands_here():
    modules = {module for module, *_ in known()}
    found = {
        mutant.key
        for module in modules
        for mutant in mutants(module, (SOURCE / f"{module.rpartition('.')[2]}.py").read_bytes())
    }
    assert known().keys() <= found
