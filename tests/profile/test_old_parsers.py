"""Rules for the parsers of older Cilium: rendered exactly, only for the releases that have them, and said to end."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from profiles import SOUND, read, said, sound, with_paths

from manifest.corpus import needs_corpus
from manifest.crds import accepted, pruned, schema
from propolis.manifest.read import Source
from propolis.manifest.read import read as read_manifests
from propolis.model.finding import Severity
from propolis.model.settings import SUPPORTED, Settings, Version
from propolis.profile import rendering, text
from propolis.profile.fault import Fault
from propolis.profile.parsed import CASSANDRA, KAFKA, cassandra_need, kafka_need
from propolis.semantics.ruleset import ruleset

KAFKA_PATH = "{path: web -> api:9092, kafka: ['produce orders, payments', 'consume * [client=web]']}"
CASSANDRA_PATH = (
    "{path: api -> db:9042, cassandra: ['SELECT ON shop.orders, system.*', INSERT ON shop.orders]}"
)
BOTH = with_paths(KAFKA_PATH, CASSANDRA_PATH)
OLD = [version for version in SUPPORTED if version < Version(1, 20)]


def rules(profile: str, file: str) -> dict[str, object]:
    (policy,) = (p for p in rendering(sound(profile)).policies if p.file == file)
    found: dict[str, object] = policy.object["spec"]["ingress"][0]["toPorts"][0]["rules"]
    return found


def test_lines_become_rules_of_the_parser() -> None:
    assert rules(BOTH, "shop.api.yaml") == {
        "kafka": [
            {"role": "produce", "topic": "orders"},
            {"role": "produce", "topic": "payments"},
            {"role": "consume", "clientID": "web"},
        ]
    }
    assert rules(BOTH, "shop.db.yaml") == {
        "l7proto": "cassandra",
        "l7": [
            {"query_action": "select", "query_table": r"^shop\.orders$"},
            {"query_action": "select", "query_table": r"^system\.[a-z_][a-z0-9_]*$"},
            {"query_action": "insert", "query_table": r"^shop\.orders(?:\(.*)?$"},
        ],
    }


@pytest.mark.parametrize("version", OLD, ids=str)
def test_our_own_reader_and_gate_let_them_in(version: Version) -> None:
    profile = sound(BOTH.replace("1.19", str(version)))
    manifests = read_manifests([Source(p.file, text(p)) for p in rendering(profile).policies], version)
    assert [problem for problem in manifests.problems if problem.severity != "note"] == []
    assert ruleset(manifests.policies, manifests.world, Settings(version=version)).rejections == ()


@needs_corpus
@pytest.mark.parametrize("version", [Version(1, 18), Version(1, 19)], ids=str)
def test_the_real_schemas_accept_them_and_drop_no_field(version: Version) -> None:
    for policy in rendering(sound(BOTH.replace("1.19", str(version)))).policies:
        plural = policy.object["kind"].lower().replace("policy", "policies")
        assert pruned(policy.object, schema(version, plural)) == policy.object
        assert accepted(policy.object, version, plural), policy.file


def test_a_release_without_the_parsers_refuses_the_lines() -> None:
    assert said(BOTH.replace("1.19", "1.20")) == [
        "14:27 profile-removed-parser: kafka",
        "15:26 profile-removed-parser: cassandra",
    ]
    assert (
        read(BOTH.replace("1.19", "1.20"))
        .problems[0]
        .message.startswith("Cilium 1.20 has no parser for kafka")
    )


def test_every_rendering_says_that_an_upgrade_ends_it() -> None:
    notes = [note for note in rendering(sound(BOTH)).notes if note.code == "profile-removed-parser"]
    assert [note.where[-1] for note in notes] == ["kafka", "cassandra"]
    assert all("an upgrade to Cilium 1.20 removes this protection" in note.message for note in notes)
    assert all(note.severity is Severity.WARNING for note in notes)
    (loose,) = [note for note in rendering(sound(BOTH)).notes if note.code == "profile-loose-parser"]
    assert loose.where[-1] == "cassandra"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "{path: web -> api:9092/udp, kafka: [consume *]}",
            "14:10 profile-unenforceable: web -> api:9092/udp",
        ),
        ("{path: web -> api:90-99, kafka: [consume *]}", "14:10 profile-unenforceable: web -> api:90-99"),
        ("{path: web -> a.io:9092, kafka: [consume *]}", "14:10 profile-unenforceable: web -> a.io:9092"),
        (
            "{path: web -> api:80, kafka: [consume *], http: [GET /]}",
            "14:10 profile-protocols: web -> api:80",
        ),
        (
            "{path: web -> api:80, kafka: [consume *], cassandra: [SELECT ON a.b]}",
            "14:45 profile-protocols: cassandra",
        ),
        ("{path: web -> api:80, kafka: [delete x]}", "14:33 profile-syntax: delete x"),
        ("{path: web -> api:80, cassandra: [SELECT ON b]}", "14:37 profile-syntax: SELECT ON b"),
    ],
)
def test_what_cannot_hold(path: str, expected: str) -> None:
    assert said(with_paths(path)) == [expected]


def test_a_plain_path_beside_one_with_lines_is_a_contradiction() -> None:
    assert [line.split()[1] for line in said(with_paths(KAFKA_PATH, "web -> api:9092"))] == [
        "profile-conflict:"
    ]


@given(st.text(alphabet="produce SELECTON.,*[]=ab", max_size=24))
@settings(derandomize=True, max_examples=200)
def test_each_reader_accepts_exactly_its_expression(line: str) -> None:
    assert isinstance(kafka_need(line, ()), Fault) != bool(re.fullmatch(KAFKA, line))
    assert isinstance(cassandra_need(line, ()), Fault) != bool(re.fullmatch(CASSANDRA, line))


# --- Cassandra's parser, as its source has it: the action as it is, the table by an expression found anywhere in it ---


_TABLES = st.sampled_from(
    ["shop.orders", "shop.orders2", "shop.order", "xshop.orders", "shop2.orders", "system.local"]
)


def _passes(line: str, action: str, table: str) -> bool:
    need = cassandra_need(line, ())
    assert not isinstance(need, Fault)
    for rule in map(dict, need.rules):
        if rule["query_action"] == action and re.search(rule["query_table"], table):
            return True
    return False


@given(
    _TABLES,
    st.sampled_from(["select", "insert", "update", "delete"]),
    st.sampled_from(["", "(id,", ".x", " "]),
)
@settings(derandomize=True, max_examples=200)
def test_the_parser_lets_through_what_the_line_names_and_nothing_else(
    table: str, action: str, end: str
) -> None:
    """An `INSERT INTO shop.orders(id, …)` has its columns in what the parser takes for the table."""
    for line in ("SELECT ON shop.orders", "INSERT ON shop.orders, shop.order"):
        wanted, _, tables = line.partition(" ON ")
        columns = action == "insert" and end == "(id,"
        named = action == wanted.lower() and table in tables.split(", ") and (not end or columns)
        assert _passes(line, action, table + end) == named
    assert _passes("SELECT ON system.*", action, table + end) == (
        action == "select" and table.startswith("system.") and not end
    )


def test_the_smallest_profile_has_no_such_note() -> None:
    assert not [note for note in rendering(sound(SOUND)).notes if note.code == "profile-removed-parser"]
