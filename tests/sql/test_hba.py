"""What lines of pg_hba.conf admit a role from, compared with a reading of one connection at a time."""

import ipaddress

from hypothesis import given, settings
from hypothesis import strategies as st
from shops import database, hba

from propolis.sql.hba import GSS, LOCAL, PLAIN, TLS, Rule, openings

ROLE = database("SELECT id FROM orders").roles[0]
"""Admitted from 10.244.0.0/16, with TLS and without, by SCRAM."""
ADDRESSES = (
    "10.244.0.0/16",
    "10.0.0.0/8",
    "10.244.3.0/24",
    "0.0.0.0/0",
    "::/0",
    "192.0.2.1/32",
    "all",
    "db.example.com",
)
NAMES = ("all", "shop", "backend", "other", "+friends", "+backend", "sameuser", "/^s")
METHODS = ("scram-sha-256", "reject", "trust", "md5", "cert")
RULES = st.lists(
    st.builds(
        lambda type_, databases, users, address, method: Rule(
            0, type_, (databases,), (users,), "" if type_ == "local" else address, method
        ),
        st.sampled_from(["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"]),
        st.sampled_from([name for name in NAMES if not name.startswith("+")]),
        st.sampled_from([name for name in NAMES if name != "sameuser"]),
        st.sampled_from(ADDRESSES),
        st.sampled_from(METHODS),
    ),
    max_size=6,
)
CLIENTS = [
    ipaddress.ip_address(text)
    for text in ("10.244.3.7", "10.244.9.9", "10.9.9.9", "192.0.2.1", "203.0.113.5", "2001:db8::1")
]
WAYS = {
    "local": (LOCAL,), "host": (TLS, GSS, PLAIN), "hostssl": (TLS,), "hostnossl": (GSS, PLAIN), "hostgssenc": (GSS,),
    "hostnogssenc": (TLS, PLAIN),
}  # fmt: skip


def said(rules: list[Rule], groups: frozenset[str] = frozenset()) -> list[str]:
    numbered = [Rule(n, r.type, r.databases, r.users, r.address, r.method) for n, r in enumerate(rules, 1)]
    return [opening.message for opening in openings(ROLE, groups, "shop", ["shop", "other"], numbered)]


def first(rules: list[Rule], name: str, way: str, client: object, unsure: bool) -> str:
    """The method of the first line that fits one connection; *unsure*: patterns and names of hosts fit."""
    for rule in rules:
        if way not in WAYS[rule.type]:
            continue
        wanted = [(rule.databases[0], {name, "all"}), (rule.users[0], {"backend", "all", "+backend"})]
        if any(word not in words and not (unsure and word.startswith("/")) for word, words in wanted):
            continue
        if way == LOCAL or rule.address == "all":
            return rule.method
        if rule.address == "db.example.com":
            if unsure:
                return rule.method
        elif client in ipaddress.ip_network(rule.address):
            return rule.method
    return "reject"


@given(RULES)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_lines_that_admit_as_they_should_not_are_found(rules: list[Rule]) -> None:
    """Where no line is unsure, something is said exactly if some connection is let in, or kept out, wrongly."""
    unsure = any(
        rule.address == "db.example.com" or "/^s" in (*rule.databases, *rule.users) for rule in rules
    )
    wrong = False
    for name in ("shop", "other"):
        for way in (LOCAL, TLS, GSS, PLAIN):
            for client in CLIENTS:
                should = name == "shop" and way != LOCAL and client in ipaddress.ip_network("10.244.0.0/16")
                method = first(rules, name, way, client, unsure=False)
                wrong |= method not in (("scram-sha-256", "reject") if should else ("reject",))
                wrong |= should and way == TLS and method != "scram-sha-256"
    if unsure:
        assert said(rules) or not wrong
    else:
        assert bool(said(rules)) == wrong


def test_our_own_lines_admit_what_they_should_whatever_follows() -> None:
    after = Rule(9, "host", ("all",), ("all",), "all", "trust")
    assert said([*ours(), after]) == []
    assert said([after, *ours()])
    friends = [*ours()[:1], Rule(9, "local", ("all",), ("+friends",), "", "trust")]
    assert said(friends) == []
    assert said(friends, frozenset({"friends"}))


def ours() -> list[Rule]:
    text = hba("SELECT id FROM orders")
    lines = [line.replace('"', "").split() for line in text.splitlines() if not line.startswith("#")]
    return [
        Rule(0, line[0], (line[1],), (line[2],), line[3] if len(line) == 5 else "", line[-1])
        for line in lines
    ]
