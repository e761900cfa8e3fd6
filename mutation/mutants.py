"""Mutants of one module: each a small change of its meaning, at one place, as text."""

import ast
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple


class Mutant(NamedTuple):
    """*before* and *after* are the lines it changes, each run together as one; with *function* they name it.

    *lines*: where it stands now, the innermost first; *source*: the whole module, changed.
    """

    module: str
    function: str
    before: str
    after: str
    lines: tuple[int, ...]
    source: bytes

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.module, self.function, self.before, self.after


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def mutants(module: str, source: bytes) -> list[Mutant]:
    """All mutants of *source*, in its order. Two that look alike are told apart by a number."""
    found: list[Mutant] = []
    seen: set[bytes] = {source}
    alike: Counter[tuple[str, ...]] = Counter()
    text = _Text(source)
    for function, lines, edit in _walk(text, text.tree, text.tree, "", ()):
        changed = source[: edit.start] + edit.text.encode() + source[edit.end :]
        if changed in seen or not _compiles(changed):
            continue
        seen.add(changed)
        before, after = text.told(edit)
        alike[function, before, after] += 1
        number = alike[function, before, after]
        after += f"  #{number}" if number > 1 else ""
        found.append(Mutant(module, function, before, after, lines, changed))
    return found


def _compiles(source: bytes) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


class _Text:
    """A source with the offsets of its nodes."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.tree = ast.parse(source)
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: ast.AST) -> tuple[int, int]:
        start = self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        return start, self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def of(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.source[start:end].decode()

    def told(self, edit: _Edit) -> tuple[str, str]:
        """The lines that *edit* touches, before and after, without line breaks and comments."""
        first = self.source.rfind(b"\n", 0, edit.start) + 1
        last = self.source.find(b"\n", edit.end)
        before = self.source[first:last].decode()
        after = (self.source[first : edit.start] + edit.text.encode() + self.source[edit.end : last]).decode()
        return _one_line(before), _one_line(after)


def _one_line(text: str) -> str:
    return " ".join(line.partition("  # ")[0].strip() for line in text.splitlines()).strip()


def _walk(
    text: _Text, node: ast.AST, parent: ast.AST, function: str, lines: tuple[int, ...]
) -> Iterator[tuple[str, tuple[int, ...], _Edit]]:
    if _is_inert(node, parent):
        return
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
    if hasattr(node, "lineno") and not isinstance(node, ast.FunctionDef | ast.ClassDef):
        lines = (node.lineno, *lines)
    yield from ((function, lines, edit) for edit in _changes(text, node, parent))
    for child in ast.iter_child_nodes(node):
        yield from _walk(text, child, node, function, lines)


def _is_inert(node: ast.AST, parent: ast.AST) -> bool:
    """Whether *node* says nothing at run time that a test could see: a type, an import, words for people."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring
    if isinstance(parent, ast.AnnAssign | ast.arg) and node is parent.annotation:
        return True
    if isinstance(parent, ast.FunctionDef) and (node is parent.returns or node in parent.decorator_list):
        return True
    if isinstance(parent, ast.ClassDef) and node in (*parent.bases, *parent.keywords, *parent.decorator_list):
        return True
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) in _TYPES:
        return True
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("TypeVar", "isinstance", "ValueError")


_TYPES = {"dict", "list", "set", "tuple", "frozenset", "Mapping", "Callable", "Sequence"}
_COMPARED = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
_CALLED = {"any": "all", "all": "any", "min": "max", "max": "min"}
_TRIMMED = {"upper", "lower", "strip", "removeprefix", "removesuffix"}


def _changes(text: _Text, node: ast.AST, parent: ast.AST) -> Iterator[_Edit]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield from (_Edit(*text.span(test), word) for word in ("True", "False"))
        case ast.comprehension(ifs=ifs):
            yield from (_Edit(*text.span(test), "True") for test in ifs)
        case ast.match_case(pattern=pattern, guard=None) if ast.unparse(pattern) != "_":
            _, end = text.span(pattern)
            yield _Edit(end, end, " if False")
        case ast.match_case(guard=ast.expr() as guard):
            yield from (_Edit(*text.span(guard), word) for word in ("True", "False"))
        case ast.Compare(left=left, ops=ops, comparators=others):
            for one, op, other in zip((left, *others), ops, others, strict=False):
                between = (text.span(one)[1], text.span(other)[0])
                if ast.unparse(other) != "None" or not isinstance(parent, ast.If | ast.IfExp):
                    yield _operator(text, between, _COMPARED[type(op)])
        case ast.BoolOp(op=op, values=values):
            for left_out in range(len(values)):
                rest = [text.of(v) for n, v in enumerate(values) if n != left_out]
                joined = (" and " if isinstance(op, ast.And) else " or ").join(f"({part})" for part in rest)
                yield _Edit(*text.span(node), joined if len(rest) == 1 else f"({joined})")
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            yield _Edit(*text.span(node), f"({text.of(operand)})")
        case ast.BinOp(left=left, right=right):
            yield from (_Edit(*text.span(node), f"({text.of(side)})") for side in (left, right))
        case ast.AugAssign() | ast.Continue() | ast.Break():
            yield _Edit(*text.span(node), "pass")
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            yield _Edit(*text.span(node), "yield from ()")
        case ast.Expr():
            yield _Edit(*text.span(node), "pass")
        case ast.Constant(value=value):
            yield from (_Edit(*text.span(node), other) for other in _constants(value))
        case ast.Call(func=func, args=args, keywords=keywords):
            yield from _calls(text, node, func, len(args))
            yield from (_cut(text, *text.span(keyword)) for keyword in keywords if keyword.arg)
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            if isinstance(node, ast.Tuple) and len(elements) == 2 and _is_listed(node, parent):
                yield from (_Edit(*text.span(node), f"({text.of(each)},)") for each in elements)
            elif len(elements) > 1 and _is_listed(node, parent):
                yield from (_cut(text, *text.span(each)) for each in elements)
        case ast.Dict(keys=keys, values=values) if len(keys) > 1:
            for key, value in zip(keys, values, strict=True):
                if key is not None:
                    yield _cut(text, text.span(key)[0], text.span(value)[1])


def _operator(text: _Text, between: tuple[int, int], word: str) -> _Edit:
    """Brackets that stand between the operands stay."""
    written = text.source[slice(*between)]
    opening, closing = written[: written.find(b" ")], written[written.rfind(b" ") + 1 :]
    return _Edit(*between, f"{opening.decode()} {word} {closing.decode()}")


def _constants(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int):
        yield str(value + 1)
        if value > 0:
            yield str(value - 1)
    elif isinstance(value, str) and " " not in value:
        yield repr("!" + value)


def _calls(text: _Text, node: ast.Call, func: ast.expr, given: int) -> Iterator[_Edit]:
    match func:
        case ast.Name(id=name) if name in _CALLED:
            yield _Edit(*text.span(func), _CALLED[name])
        case ast.Name(id="sorted") if given == 1:
            yield _Edit(*text.span(func), "list")
        case ast.Attribute(value=value, attr=name) if name in _TRIMMED:
            yield _Edit(*text.span(node), text.of(value))


def _is_listed(node: ast.expr, parent: ast.AST) -> bool:
    """Whether *node* is a list of things rather than a record of some, which has its length."""
    if not isinstance(node, ast.Tuple):
        return True
    if isinstance(node.ctx, ast.Store) or isinstance(
        parent, ast.Return | ast.Yield | ast.Subscript | ast.Lambda
    ):
        return False
    return all(
        isinstance(each, ast.Starred | ast.Constant | ast.Name | ast.Attribute | ast.Call)
        for each in node.elts
    )


def _cut(text: _Text, start: int, end: int) -> _Edit:
    """Without what stands from *start* to *end*, nor the comma behind it."""
    rest = text.source[end:]
    blank = len(rest) - len(rest.lstrip())
    if rest[blank : blank + 1] == b",":
        end += blank + 1
        end += len(text.source[end:]) - len(text.source[end:].lstrip(b" "))
    return _Edit(start, end, "")
