"""The items of a policy: peers, ports and requests of a profile in the words of a Cilium policy."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from propolis.model.labels import K8S, NAMESPACE
from propolis.model.profile import (
    CidrEnd,
    DeclaredWorkload,
    Destination,
    Dns,
    EntityEnd,
    NameEnd,
    Parsed,
    PortSpan,
    RequestNeed,
    Source,
    WorkloadEnd,
)
from propolis.model.world import StringMap

Value = dict[str, Any]

NAMESPACE_KEY = f"{K8S}:{NAMESPACE}"
MOST_PORTS = 40
"""The CRD's limit on the ports of one `toPorts` item."""


class Item(msgspec.Struct, frozen=True, eq=False):
    """One item of `ingress` or `egress`, and the comment above it."""

    comment: tuple[str, ...]
    value: Value


def pods(namespace: str, labels: StringMap) -> Value:
    """The selector of the pods of *namespace* with *labels*: the namespace is always written out.

    Source: semantics §3.2; without it a peer means the policy's own namespace, or every namespace.
    """
    return {"matchLabels": {NAMESPACE_KEY: namespace, **{f"{K8S}:{key}": value for key, value in labels}}}


ALL_PODS: Value = {"matchExpressions": [{"key": NAMESPACE_KEY, "operator": "Exists"}]}
"""Every pod of every namespace, and no node, health or ingress endpoint: those carry no namespace."""


def peers(
    ends: Iterable[Source | Destination], prefix: str, workloads: dict[str, DeclaredWorkload]
) -> list[Value]:
    """*ends* as peer fields, one value for each field: Cilium refuses two fields in one item.

    *prefix* is `from` or `to`.
    """
    fields: dict[str, list[Any]] = {}
    for end in ends:
        match end:
            case WorkloadEnd(name):
                workload = workloads[name]
                fields.setdefault("Endpoints", []).append(pods(workload.namespace, workload.labels))
            case EntityEnd(entity):
                fields.setdefault("Entities", []).append(entity)
            case CidrEnd(network):
                fields.setdefault("CIDR", []).append(network)
            case NameEnd():
                fields.setdefault("FQDNs", []).append(name_rule(end.pattern))
    return [{prefix + field: values} for field, values in fields.items()]


def name_rule(pattern: str) -> Value:
    """*pattern* as an item of `toFQDNs` or `rules.dns`."""
    return {"matchPattern" if "*" in pattern else "matchName": pattern}


def to_ports(spans: Sequence[PortSpan], rules: Value | None = None) -> list[Value]:
    """*spans* as `toPorts`, protocol always written; *rules* stand beside every port."""
    written = [_port(span) for span in sorted(spans)]
    chunks = [written[start : start + MOST_PORTS] for start in range(0, len(written), MOST_PORTS)]
    return [{"ports": chunk, **({"rules": rules} if rules else {})} for chunk in chunks]


def _port(span: PortSpan) -> Value:
    value: Value = {"port": str(span.first)}
    if span.last != span.first:
        value["endPort"] = span.last
    return {**value, "protocol": span.protocol}


def http_rules(requests: tuple[RequestNeed, ...]) -> Value:
    """The requests as `rules`: method, path and headers of a line stay in one item, where they add up.

    Source: semantics §5.1, §5.2; a header in an item of its own would be an alternative (S01).
    """
    return {"http": [_http_rule(request) for request in requests]}


def _http_rule(request: RequestNeed) -> Value:
    rule: Value = {"method": "|".join(request.methods)} if request.methods else {}
    rule["path"] = request.path
    if request.headers:
        rule["headers"] = [
            header.name if header.value is None else f"{header.name}: {header.value}"
            for header in request.headers
        ]
    return rule


def parsed_rules(parsed: Parsed) -> Value:
    """The lines as rules of the parser that Cilium has by that name."""
    found = [dict(rule) for need in parsed.needs for rule in need.rules]
    return {"kafka": found} if parsed.parser == "kafka" else {"l7proto": parsed.parser, "l7": found}


def dns_rules(names: Iterable[str]) -> Value:
    return {"dns": [name_rule(name) for name in names]}


def resolve(dns: Dns, names: Iterable[str], comment: tuple[str, ...]) -> Item:
    """The egress item that lets pods ask the cluster's DNS for *names*, over UDP and TCP."""
    to_dns = {"toEndpoints": [pods(dns.namespace, dns.labels)]}
    return Item(comment, {**to_dns, "toPorts": to_ports(dns.ports, dns_rules(names))})
