"""What Kubernetes itself asks of its objects: metadata, selectors, NetworkPolicy."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from propolis.manifest.schema import formats
from propolis.manifest.schema.nodes import (
    Anything,
    Fields,
    ListOf,
    MapOf,
    Node,
    Number,
    NumberOrText,
    Refusal,
    Text,
)

LABEL_VALUE = Text(format=formats.LABEL_VALUE, longest=63)
OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")

_KEPT_BY_THE_SERVER = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
)


def _named(metadata: Mapping[str, Any]) -> Iterator[Refusal]:
    if not metadata.get("name") and not metadata.get("generateName"):
        yield Refusal(("name",), "missing-field", "the object has no `metadata.name`", "give it a name")


METADATA = Fields(
    {
        "name": Text(format=formats.SUBDOMAIN, longest=253),
        "generateName": Text(),
        "namespace": Text(format=formats.DNS_LABEL, longest=63),
        "labels": MapOf(LABEL_VALUE, key=formats.LABEL_KEY),
        "annotations": MapOf(Text()),
        **{field: Anything() for field in _KEPT_BY_THE_SERVER},
    },
    rule=_named,
)

TYPE: Mapping[str, Node] = {"apiVersion": Text(), "kind": Text()}


def _values_fit(expression: Mapping[str, Any]) -> Iterator[Refusal]:
    values, operator = expression.get("values"), expression.get("operator")
    if operator in ("In", "NotIn") and not values:
        yield Refusal(("values",), "missing-field", f"`{operator}` needs `values`")
    if operator in ("Exists", "DoesNotExist") and values:
        yield Refusal(("values",), "not-allowed", f"`{operator}` takes no `values`", "remove them")


LABEL_SELECTOR = Fields(
    {
        "matchLabels": MapOf(LABEL_VALUE, key=formats.LABEL_KEY),
        "matchExpressions": ListOf(
            Fields(
                {
                    "key": Text(format=formats.LABEL_KEY),
                    "operator": Text(choices=OPERATORS),
                    "values": ListOf(LABEL_VALUE),
                },
                required=("key", "operator"),
                rule=_values_fit,
            )
        ),
    }
)


def _subsets(block: Mapping[str, Any]) -> Iterator[Refusal]:
    whole = _network(block.get("cidr"))
    for index, text in enumerate(block.get("except") or ()):
        part = _network(text)
        if whole is None or part is None:
            continue
        inside = whole.version == part.version and part.network_address in whole
        if not inside or part.prefixlen <= whole.prefixlen:
            message = f"`{text}` is no true part of `{block['cidr']}`"
            yield Refusal(("except", index), "not-allowed", message, "an exception must lie inside `cidr`")


def _network(text: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    if not isinstance(text, str) or not formats.KUBERNETES_CIDR.accepts(text):
        return None
    return ipaddress.ip_network(formats.without_leading_zeros(text), strict=False)


def _is_a_peer(peer: Mapping[str, Any]) -> Iterator[Refusal]:
    if not peer:
        message = "a peer needs `podSelector`, `namespaceSelector` or `ipBlock`"
        yield Refusal((), "any-of", message, "write `podSelector: {}` for all pods of the namespace")
    if "ipBlock" in peer and len(peer) > 1:
        yield Refusal((), "one-of", "`ipBlock` cannot stand beside a selector", "make them two peers")


_PEER = Fields(
    {
        "podSelector": LABEL_SELECTOR,
        "namespaceSelector": LABEL_SELECTOR,
        "ipBlock": Fields(
            {
                "cidr": Text(format=formats.KUBERNETES_CIDR),
                "except": ListOf(Text(format=formats.KUBERNETES_CIDR)),
            },
            required=("cidr",),
            rule=_subsets,
        ),
    },
    rule=_is_a_peer,
)


def _range_fits(port: Mapping[str, Any]) -> Iterator[Refusal]:
    first, last = port.get("port"), port.get("endPort")
    if last is None:
        return
    if not isinstance(first, int):
        yield Refusal(("endPort",), "not-allowed", "`endPort` needs a `port` number beside it")
    elif last < first:
        yield Refusal(("endPort",), "out-of-range", f"`endPort` {last} is less than `port` {first}")


_PORT = Fields(
    {
        "port": NumberOrText(format=formats.PORT_NAME, least=1, most=65535),
        "endPort": Number(least=1, most=65535),
        "protocol": Text(choices=("TCP", "UDP", "SCTP")),
    },
    defaults={"protocol": "TCP"},
    rule=_range_fits,
)


def _section(peers: str) -> Node:
    return ListOf(Fields({peers: ListOf(_PEER), "ports": ListOf(_PORT)}))


NETWORK_POLICY = Fields(
    {
        **TYPE,
        "metadata": METADATA,
        "spec": Fields(
            {
                "podSelector": LABEL_SELECTOR,
                "policyTypes": ListOf(Text(choices=("Ingress", "Egress")), most=2),
                "ingress": _section("from"),
                "egress": _section("to"),
            }
        ),
        "status": Anything(),
    },
    required=("metadata",),
)

_UNCHECKED_SELECTOR = Fields(
    {
        "matchLabels": MapOf(Text()),
        "matchExpressions": ListOf(
            Fields(
                {"key": Text(), "operator": Text(choices=OPERATORS), "values": ListOf(Text())},
                required=("key", "operator"),
            )
        ),
    }
)
"""A selector in a custom resource: nobody checks its keys and values, and one that no label can have matches nothing.

An unknown operator is refused here though the API server takes it: what Cilium makes of that is not decided.
"""
_PODS = Fields(
    {"namespaceSelector": _UNCHECKED_SELECTOR, "podSelector": _UNCHECKED_SELECTOR},
    required=("namespaceSelector", "podSelector"),
)
_CLUSTER_PEER = Fields(
    {
        "namespaces": _UNCHECKED_SELECTOR,
        "pods": _PODS,
        "nodes": _UNCHECKED_SELECTOR,
        "networks": ListOf(Text(format=formats.KUBERNETES_CIDR), most=25),
        "domainNames": ListOf(Text(), most=25),
    }
)
_PORT_NUMBER = Number(least=1, most=65535)
_DESTINATION = Fields(
    {
        "destinationPort": Fields(
            {
                "number": _PORT_NUMBER,
                "range": Fields({"start": _PORT_NUMBER, "end": _PORT_NUMBER}, required=("start", "end")),
            }
        )
    }
)
_PROTOCOL = Fields(
    {
        "tcp": _DESTINATION,
        "udp": _DESTINATION,
        "sctp": _DESTINATION,
        "destinationNamedPort": Text(),
    }
)


def _cluster_rule(peers: str) -> Node:
    fields: dict[str, Node] = {
        "name": Text(longest=100),
        "action": Text(choices=("Accept", "Deny", "Pass")),
        peers: ListOf(_CLUSTER_PEER, most=25),
        "protocols": ListOf(_PROTOCOL, most=25),
    }
    return ListOf(Fields(fields, required=("action", peers)), most=25)


CLUSTER_NETWORK_POLICY = Fields(
    {
        **TYPE,
        "metadata": METADATA,
        "spec": Fields(
            {
                "tier": Text(choices=("Admin", "Baseline")),
                "priority": Number(least=0, most=1000),
                "subject": Fields({"namespaces": _UNCHECKED_SELECTOR, "pods": _PODS}),
                "ingress": _cluster_rule("from"),
                "egress": _cluster_rule("to"),
            },
            required=("tier", "priority", "subject"),
        ),
        "status": Anything(),
    },
    required=("metadata", "spec"),
)
