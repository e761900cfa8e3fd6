"""The claims of a profile: lines whose ends may be any pods, quantifiers, and formulas over sets of flows."""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from propolis.model.labels import NAMESPACE_LABELS
from propolis.model.profile import (
    KNOWN_SETS,
    Carrying,
    Combined,
    Complement,
    Each,
    Ends,
    FlowTerm,
    Formula,
    Known,
    OnPorts,
    Relation,
    Requests,
)
from propolis.profile.ends import claim_ends
from propolis.profile.fault import Fault, nearest
from propolis.profile.lines import forbidden_request, ports
from propolis.profile.names import is_name
from propolis.profile.selections import SELECTION, selection

FORMULA = "profile-formula"
EACH = rf"every (?:two )?(?:tenants?|namespaces?)(?: +{SELECTION})?"
_EACH_PARTS = re.compile(r"every (two )?(tenants?|namespaces?)(?: +(\{.*\}))?")
_EACH_HELP = "write `every tenant`, `every two tenants`, `every namespace` or `every namespace {tier=prod}`"


def each(text: str) -> Each | Fault:
    """What stands behind `for:`, as in `every two tenants` or `every namespace {tier=prod}`."""
    parts = _EACH_PARTS.fullmatch(text)
    if parts is None or not re.fullmatch(EACH, text):
        return Fault("profile-syntax", f"`{text}` is nothing to quantify over", _EACH_HELP)
    chosen = selection(parts[3], NAMESPACE_LABELS) if parts[3] else ()
    if isinstance(chosen, Fault):
        return chosen
    return Each(text, parts[2].startswith("tenant"), parts[1] is not None, chosen)


# --- formulas ---


class _Token(msgspec.Struct, frozen=True):
    """*word*: an operator, a bracket, a name, or a name with its arguments in brackets."""

    word: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.word)


class _WrongError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


_TOKEN = re.compile(r"\s*(<=|==|[|&()!-]|[a-z]+)")
_CALLS = ("from", "to", "port", "http", "dns", "sni")
_HELP = (
    "a set is " + ", ".join(f"`{name}`" for name in (*KNOWN_SETS, *(f"{call}(…)" for call in _CALLS)))
) + "; sets are joined by `|`, `&`, `-` and `!`"
LONGEST = 2000
"""Characters of a formula, and so the depth of its brackets."""
DEEPEST = 50


def formula(text: str) -> FlowTerm | Fault:
    """A set of flows, as in `allowed & to(shop/*) - declared`."""
    return _read(text, _set)


def relation(text: str) -> Relation | Fault:
    """What holds between two sets of flows, as in `allowed & from(lab/*) <= declared`."""
    return _read(text, _relation)


_Found = TypeVar("_Found", bound=Formula)


def _read(text: str, start: "Callable[[_Reader], _Found]") -> _Found | Fault:
    if len(text) > LONGEST:
        return Fault(FORMULA, "this formula is too long", f"it may have {LONGEST} characters")
    try:
        reader = _Reader(text)
        found = start(reader)
        reader.finish()
    except _WrongError as wrong:
        return wrong.fault
    return found


class _Reader:
    """The tokens of a formula, one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.place = 0
        self.depth = 0

    @property
    def next(self) -> _Token:
        if self.place < len(self.tokens):
            return self.tokens[self.place]
        return _Token("", len(self.text))

    def taken(self, *words: str) -> str:
        """The next token if it is one of *words*, which is then behind us; "" otherwise."""
        word = self.next.word
        if word and word in words:
            self.place += 1
            return word
        return ""

    def finish(self) -> None:
        if self.next.word:
            raise self.wrong(f"`{self.next.word}` stands where the formula should end")

    def wrong(self, message: str, help_: str = _HELP) -> _WrongError:
        start, end = self.next.start, self.next.end
        if start == end:
            start = max(0, start - 1)
        return _WrongError(Fault(FORMULA, message, help_, start, end))


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if found is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise _WrongError(
                Fault(FORMULA, f"`{text[start]}` belongs into no formula", _HELP, start, start + 1)
            )
        word, start, position = found[1], found.start(1), found.end()
        if word in _CALLS:
            position = _closing(text, position, word, start)
        yield _Token(text[start:position], start)


def _closing(text: str, position: int, word: str, start: int) -> int:
    """The offset behind the bracket that closes the arguments of *word*."""
    depth = 0
    for offset in range(position, len(text)):
        depth += {"(": 1, ")": -1}.get(text[offset], 0)
        if depth == 0:
            if text[position] != "(":
                break
            return offset + 1
    help_ = f"write `{word}(…)`"
    raise _WrongError(Fault(FORMULA, f"`{word}` has no arguments in brackets", help_, start, position))


def _relation(reader: _Reader) -> Relation:
    left = _set(reader)
    operator = reader.taken("<=", "==")
    if not operator:
        raise reader.wrong("this formula compares nothing", "write `<=` or `==` between two sets")
    return Relation(operator, left, _set(reader))


def _set(reader: _Reader) -> FlowTerm:
    found = _common(reader)
    while operator := reader.taken("|", "-"):
        found = Combined(operator, found, _common(reader))
    return found


def _common(reader: _Reader) -> FlowTerm:
    found = _single(reader)
    while reader.taken("&"):
        found = Combined("&", found, _single(reader))
    return found


def _single(reader: _Reader) -> FlowTerm:
    reader.depth += 1
    if reader.depth > DEEPEST:
        raise reader.wrong("the brackets of this formula are too deep", f"at most {DEEPEST}")
    found = _unnested(reader)
    reader.depth -= 1
    return found


def _unnested(reader: _Reader) -> FlowTerm:
    if reader.taken("!"):
        return Complement(_single(reader))
    if reader.taken("("):
        found = _set(reader)
        if not reader.taken(")"):
            raise reader.wrong("a bracket is not closed", "add `)`")
        return found
    token = reader.next
    if token.word in KNOWN_SETS:
        reader.place += 1
        return Known(token.word)
    name, bracket, _ = token.word.partition("(")
    if bracket and name in _CALLS:
        reader.place += 1
        return _called(name, token)
    if not token.word:
        raise reader.wrong("the formula ends where a set should be")
    raise reader.wrong(f"`{token.word}` is no set of flows", nearest(token.word, (*KNOWN_SETS, *_CALLS)))


def _called(name: str, token: _Token) -> FlowTerm:
    argument = token.word[len(name) + 1 : -1]
    start = token.start + len(name) + 1
    match name:
        case "from" | "to":
            return Ends(name, _placed(claim_ends(argument, destinations=name == "to"), argument, start))
        case "port":
            return OnPorts(_placed(ports(argument.strip()), argument, start))
        case "http":
            return Carrying(
                Requests(http=(_placed(forbidden_request(argument.strip(), ()), argument, start),))
            )
    names = tuple(word.strip() for word in argument.split(","))
    for word in names:
        if not is_name(word):
            message = f"`{word}` is no DNS name"
            offset = start + argument.index(word)
            help_ = "lower case, with a dot; `*.` in front is one label, `**.` one or more"
            raise _WrongError(Fault(FORMULA, message, help_, offset, offset + max(1, len(word))))
    return Carrying(Requests(dns=names) if name == "dns" else Requests(sni=names))


_Argument = TypeVar("_Argument")


def _placed(read: _Argument | Fault, argument: str, start: int) -> _Argument:
    """What was read, or the fault at its place in the formula."""
    if not isinstance(read, Fault):
        return read
    first, last = (read.start, read.end) if read.end else (0, max(1, len(argument)))
    raise _WrongError(Fault(FORMULA, read.message, read.help, start + first, start + last))
