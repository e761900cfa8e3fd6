"""Parsers that Cilium up to 1.19 has: Kafka, and those of proxylib (`l7proto`), Cassandra's among them.

Their rules send a connection to a proxy, as HTTP rules do: the connection is decided. Which requests the parser then
lets through is not. Rules that the agent or the parser might refuse are not decided at all.
Source: semantics §0.2, §2.4, §4.6, §7 and rows 63, 64 of §10; Cilium pkg/policy/api/kafka Sanitize, proxylib/cassandra.
"""

import re
from collections.abc import Mapping

import msgspec

from propolis.algebra.regular import PatternError, pattern
from propolis.model.policy import PARSER, KafkaRule, Listener, PortProtocol, PortRule
from propolis.model.settings import Settings, Version
from propolis.semantics import ports

_WORD = re.compile(r"[a-z-]+")
_API_KEYS = frozenset(
    _WORD.findall(
        "produce fetch offsets metadata leaderandisr stopreplica updatemetadata controlledshutdown "
        "offsetcommit offsetfetch findcoordinator joingroup heartbeat leavegroup syncgroup "
        "describegroups listgroups saslhandshake apiversions createtopics deletetopics deleterecords "
        "initproducerid offsetforleaderepoch addpartitionstotxn addoffsetstotxn endtxn "
        "writetxnmarkers txnoffsetcommit describeacls createacls deleteacls describeconfigs "
        "alterconfigs"
    )
)
_ACTIONS = frozenset(
    _WORD.findall(
        "select delete insert update create-table drop-table alter-table truncate-table use create-keyspace "
        "alter-keyspace drop-keyspace"
    )
)
"""What Cassandra's parser knows by these names, and compares with a table or keyspace."""
CASSANDRA = "cassandra"
_TOPIC = re.compile(r"[A-Za-z0-9._-]{0,255}")
_VERSION = re.compile(r"(?:[0-9]{1,9})?")
_HIGHEST_VERSION = 32767


def doubt(rule: PortRule, settings: Settings) -> str:
    """Why not even the connections of *rule* are decided; "" for rules of no parser, and for those surely taken."""
    if rule.rules is None or not rule.rules.others:
        return ""
    name = rule.rules.others[0]
    if rule.listener or rule.server_names or rule.tls or not settings.l7_proxy:
        return f"`{name}` rules beside a listener, server names or TLS, or without the proxy, are not decided"
    if not (rule.rules.kafka or rule.rules.l7proto):
        return f"empty `{name}` rules are not decided"
    if not all(_is_one_port(port, settings) for port in rule.ports or ()):
        return f"`{name}` rules for anything but TCP ports are not decided"
    if not all(_is_sound(each) for each in rule.rules.kafka):
        return "whether the agent takes these `kafka` rules is not decided"
    if rule.rules.l7proto not in ("", CASSANDRA):
        return f"what a proxy makes of rules for `{rule.rules.l7proto}` is not decided"
    if not all(_is_query(dict(each)) for each in rule.rules.l7):
        return f"whether the parser for `{CASSANDRA}` takes these rules is not decided"
    return ""


def as_proxy(rule: PortRule, settings: Settings) -> PortRule:
    """*rule*, with its parser as the proxy that it hands connections to."""
    if rule.rules is None or not rule.rules.others or doubt(rule, settings):
        return rule
    return msgspec.structs.replace(rule, listener=Listener(rule.rules.l7proto or "kafka", PARSER))


def _is_one_port(port: PortProtocol, settings: Settings) -> bool:
    number = ports.meaning(port.port) if port.port else 0
    ranged = isinstance(number, int) and port.end_port > number
    return (
        port.protocol.upper() == "TCP"
        and number not in (0, None)
        and not (ranged and settings.version < Version(1, 17))
    )


def _is_sound(rule: KafkaRule) -> bool:
    return (
        not (rule.role and rule.api_key)
        and rule.role.lower() in ("", "produce", "consume")
        and rule.api_key.lower() in ("", *_API_KEYS)
        and _VERSION.fullmatch(rule.api_version) is not None
        and int(rule.api_version or 0) <= _HIGHEST_VERSION
        and _TOPIC.fullmatch(rule.topic) is not None
    )


def _is_query(rule: Mapping[str, str]) -> bool:
    if (
        not rule.keys() <= {"query_action", "query_table"}
        or rule.get("query_action", "select") not in _ACTIONS
    ):
        return False
    try:
        pattern(rule.get("query_table", ""))
    except PatternError:
        return False
    return True
