"""`pg_hba.conf`: lines that admit each role from its networks only, and what those of a server admit it from.

PostgreSQL takes the first line that fits a connection; where none fits, it refuses.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from propolis.algebra.addresses import Prefix
from propolis.model.profile import Login
from propolis.sql.ddl import METHODS
from propolis.sql.names import hba
from propolis.sql.wanted import Database, Role

EVERYWHERE: tuple[Prefix, ...] = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
LOCAL, TLS, GSS, PLAIN = "over the local socket", "over TLS", "over GSSAPI", "without encryption"
_TYPES = {
    "local": (LOCAL,),
    "host": (TLS, GSS, PLAIN),
    "hostssl": (TLS,),
    "hostnossl": (GSS, PLAIN),
    "hostgssenc": (GSS,),
    "hostnogssenc": (TLS, PLAIN),
}


class Rule(msgspec.Struct, frozen=True):
    """A line as the server reads it. *address* "" for `local`; else a prefix, `all`, or a name of a host."""

    line: int
    type: str
    databases: tuple[str, ...]
    users: tuple[str, ...]
    address: str
    method: str


class Opening(msgspec.Struct, frozen=True):
    """What *line* lets a role do that its profile does not say; line 0 is the end of the file."""

    line: int
    message: str


def lines(databases: Sequence[Database]) -> list[str]:
    """The lines for the roles of *databases*, which are all of one server, to stand before all others of the file.

    Each role is admitted to its databases from its networks; then refused whatever else it tries.
    """
    named = ", ".join(_word(database.name) for database in databases)
    found = [f"# propolis: the roles of {named} on {_word(databases[0].server)}, before every other line"]
    for database in databases:
        for role in database.roles:
            type_ = "host" if role.login is Login.SCRAM_WITHOUT_TLS else "hostssl"
            for network in role.networks:
                found.append(f"{type_} {hba(database.name)} {hba(role.name)} {network} {METHODS[role.login]}")
    for name in sorted({role.name for database in databases for role in database.roles}):
        found.append(f"host all {hba(name)} all reject")
        found.append(f"local all {hba(name)} reject")
    return found


def _word(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def openings(
    role: Role, groups: frozenset[str], database: str, databases: Iterable[str], rules: Iterable[Rule]
) -> Iterator[Opening]:
    """Where the *rules* of a server admit *role*, a member of *groups*, as they should not, or do not admit it.

    *databases*: all that the server has; others that the role may connect to are looked at for themselves. A line that
    may fit and may not (a host's name, a pattern) is taken to fit where it admits, and not to fit where it refuses.
    """
    kept = list(rules)
    found: dict[int, list[str]] = {}
    for name in [database, *sorted(set(databases) - {database, *role.databases})]:
        for way in (LOCAL, TLS, GSS, PLAIN):
            for opening in _way(role, groups, name, name == database, way, kept):
                found.setdefault(opening.line, []).append(opening.message)
    for line, messages in sorted(found.items(), key=lambda each: (each[0] == 0, each[0])):
        more = f", and in {len(messages) - 1} other ways" if len(messages) > 1 else ""
        yield Opening(line, messages[0] + more)


def _way(
    role: Role, groups: frozenset[str], database: str, its_own: bool, way: str, rules: list[Rule]
) -> Iterator[Opening]:
    wanted = [ipaddress.ip_network(network) for network in role.networks] if its_own else []
    ways = (TLS, GSS, PLAIN) if role.login is Login.SCRAM_WITHOUT_TLS else (TLS,)
    if way not in ways:
        wanted = []
    left: list[Prefix] = list(EVERYWHERE)
    missing: list[Prefix] = list(wanted)
    for rule in rules:
        if way not in _TYPES.get(rule.type, ()):
            continue
        fits = _fits(rule, database, role.name, groups)
        if fits is False or (fits is None and rule.method == "reject"):
            continue
        addresses, sure = _addresses(rule, way)
        if not sure and rule.method == "reject":
            continue
        taken = _meet(left, addresses)
        if rule.method != "reject" and taken:
            beyond = taken if rule.method != METHODS[role.login] else _without(taken, wanted)
            if beyond:
                place = "" if way == LOCAL else f" from {beyond[0]}"
                yield Opening(
                    rule.line,
                    f"line {rule.line} admits `{role.name}` to `{database}`{place} {way} by `{rule.method}`",
                )
            if fits and sure:
                missing = _without(missing, taken)
        if fits and sure:
            left = _without(left, taken)
    if missing and way == TLS:
        yield Opening(0, f"no line admits `{role.name}` to `{database}` from {missing[0]} {way}")


def _fits(rule: Rule, database: str, role: str, groups: frozenset[str]) -> bool | None:
    """Whether *rule* is about this database and role; None when that cannot be told from the line."""
    same = {"sameuser"} if database == role else set()
    same |= {"samerole", "samegroup"} if database == role or database in groups else set()
    one = _named(rule.databases, {database, "all", *same})
    other = _named(rule.users, {role, "all", *(f"+{group}" for group in (role, *groups))})
    if one is False or other is False:
        return False
    return True if one and other else None


def _named(words: tuple[str, ...], names: set[str]) -> bool | None:
    if names & set(words):
        return True
    return None if any(word.startswith("/") for word in words) else False


def _addresses(rule: Rule, way: str) -> tuple[list[Prefix], bool]:
    """The addresses that *rule* is about, and whether that is known; a host's name may be any."""
    if way == LOCAL or rule.address == "all":
        return list(EVERYWHERE), True
    try:
        return [ipaddress.ip_network(rule.address, strict=False)], True
    except ValueError:
        return list(EVERYWHERE), False


def _meet(some: Iterable[Prefix], others: Iterable[Prefix]) -> list[Prefix]:
    found = []
    for one in some:
        for other in others:
            if one.version == other.version and one.overlaps(other):
                found.append(one if one.prefixlen >= other.prefixlen else other)
    return found


def _without(some: Iterable[Prefix], others: Iterable[Prefix]) -> list[Prefix]:
    left = list(some)
    for other in others:
        left = [piece for one in left for piece in _cut(one, other)]
    return left


def _cut(one: Prefix, other: Prefix) -> Iterable[Prefix]:
    if one.version != other.version or not one.overlaps(other):
        return [one]
    if other.prefixlen <= one.prefixlen:
        return []
    return one.address_exclude(other)  # type: ignore[arg-type]
