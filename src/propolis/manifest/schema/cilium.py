"""What Cilium's custom resources ask of their objects, by version.

Written from the facts of the CRDs 1.16 to 1.20; tests compare it with the CRDs themselves.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from propolis.manifest.schema import formats
from propolis.manifest.schema.kubernetes import LABEL_VALUE, METADATA, OPERATORS, TYPE
from propolis.manifest.schema.nodes import (
    Anything,
    Fields,
    Flag,
    ListOf,
    MapOf,
    Node,
    Number,
    NumberOrText,
    Refusal,
    Text,
)
from propolis.model.settings import Version

V1_17, V1_18, V1_19, V1_20 = (Version(1, minor) for minor in (17, 18, 19, 20))
SECTIONS = ("ingress", "ingressDeny", "egress", "egressDeny")

# Keys may carry a source (`k8s:app`), so the schema leaves them to the agent.
SELECTOR = Fields(
    {
        "matchLabels": MapOf(LABEL_VALUE),
        "matchExpressions": ListOf(
            Fields(
                {"key": Text(), "operator": Text(choices=OPERATORS), "values": ListOf(Text())},
                required=("key", "operator"),
            )
        ),
    }
)
ENTITIES = (
    "all",
    "world",
    "cluster",
    "host",
    "init",
    "ingress",
    "unmanaged",
    "remote-node",
    "health",
    "none",
    "kube-apiserver",
)
CIDRS = ListOf(Text(format=formats.CIDR))
GROUPS = ListOf(
    Fields(
        {
            "aws": Fields(
                {
                    "labels": MapOf(Text()),
                    "region": Text(),
                    "securityGroupsIds": ListOf(Text()),
                    "securityGroupsNames": ListOf(Text()),
                }
            )
        }
    )
)
SERVICES = ListOf(
    Fields(
        {
            "k8sService": Fields({"serviceName": Text(), "namespace": Text()}),
            "k8sServiceSelector": Fields({"selector": SELECTOR, "namespace": Text()}, required=("selector",)),
        }
    )
)
ICMPS = ListOf(
    Fields(
        {
            "fields": ListOf(
                Fields(
                    {
                        "type": NumberOrText(format=formats.ICMP_TYPE),
                        "family": Text(choices=("IPv4", "IPv6")),
                    },
                    required=("type",),
                    defaults={"family": "IPv4"},
                ),
                most=40,
            )
        }
    )
)
AUTHENTICATION = Fields(
    {"mode": Text(choices=("disabled", "required", "test-always-fail"))}, required=("mode",)
)
SECRET = Fields({"name": Text(), "namespace": Text()}, required=("name",))
TLS = Fields(
    {"secret": SECRET, "trustedCA": Text(), "certificate": Text(), "privateKey": Text()}, required=("secret",)
)
LISTENER = Fields(
    {
        "envoyConfig": Fields(
            {
                "kind": Text(choices=("CiliumEnvoyConfig", "CiliumClusterwideEnvoyConfig")),
                "name": Text(shortest=1),
            },
            required=("name",),
        ),
        "name": Text(shortest=1),
        "priority": Number(least=1, most=100),
    },
    required=("envoyConfig", "name"),
)
HTTP = ListOf(
    Fields(
        {
            "method": Text(),
            "path": Text(),
            "host": Text(),
            "headers": ListOf(Text()),
            "headerMatches": ListOf(
                Fields(
                    {
                        "name": Text(shortest=1),
                        "value": Text(),
                        "secret": SECRET,
                        "mismatch": Text(choices=("LOG", "ADD", "DELETE", "REPLACE")),
                    },
                    required=("name",),
                )
            ),
        }
    )
)
KAFKA = ListOf(
    Fields(
        {
            "apiKey": Text(),
            "apiVersion": Text(),
            "clientID": Text(),
            "role": Text(choices=("produce", "consume")),
            "topic": Text(longest=255),
        }
    )
)


def _names(version: Version) -> Node:
    longest = 255 if version >= V1_17 else None
    names = ("matchName", "matchPattern")
    return ListOf(
        Fields(
            {
                "matchName": Text(format=formats.MATCH_NAME, longest=longest),
                "matchPattern": Text(format=formats.MATCH_PATTERN, longest=longest),
            },
            one_of=names,
        )
    )


def _cidr_set(version: Version) -> Node:
    forms: dict[str, Node] = {
        "cidr": Text(format=formats.CIDR),
        "cidrGroupRef": Text(format=formats.SUBDOMAIN, longest=253),
    }
    if version >= V1_17:
        forms["cidrGroupSelector"] = SELECTOR
    return ListOf(Fields({**forms, "except": CIDRS}, one_of=tuple(forms)))


def _requires(version: Version) -> Node:
    return ListOf(Text(), most=0) if version >= V1_19 else ListOf(SELECTOR)


def _protocols(version: Version) -> tuple[str, ...]:
    extended = ("VRRP", "IGMP") if version >= V1_19 else ()
    tunnels = ("GRE", "IPIP", "IPV6", "ESP", "AH") if version >= V1_20 else ()
    return ("TCP", "UDP", "SCTP", *extended, *tunnels, "ANY")


def _port(version: Version) -> Node:
    return Fields(
        {
            "port": Text(format=formats.PORT),
            "endPort": Number(least=0, most=65535),
            "protocol": Text(choices=_protocols(version)),
        },
        required=() if version >= V1_19 else ("port",),
    )


def _l7_rules(version: Version) -> Node:
    kinds: dict[str, Node] = {"http": HTTP, "dns": _names(version)}
    if version < V1_20:
        kinds |= {"kafka": KAFKA, "l7proto": Text()}
    others: dict[str, Node] = {"l7": ListOf(MapOf(Text()))} if version < V1_20 else {}
    return Fields({**kinds, **others}, one_of=tuple(kinds))


def _server_names(version: Version) -> Node:
    if version < V1_18:
        return ListOf(Text())
    name = formats.SERVER_NAME if version >= V1_20 else formats.SERVER_NAME_1_18
    return ListOf(Text(format=name, longest=255), least=1, unique=True)


def _to_ports(version: Version) -> Node:
    return ListOf(
        Fields(
            {
                "ports": ListOf(_port(version), most=40),
                "rules": _l7_rules(version),
                "serverNames": _server_names(version),
                "listener": LISTENER,
                "terminatingTLS": TLS,
                "originatingTLS": TLS,
            }
        )
    )


def _to_ports_of_deny(version: Version) -> Node:
    return ListOf(Fields({"ports": ListOf(_port(version))}))


def _entities(version: Version) -> Node:
    return ListOf(Text(choices=(*ENTITIES, *(("cluster-mesh",) if version >= V1_20 else ()))))


def _ingress(version: Version) -> dict[str, Node]:
    return {
        "fromEndpoints": ListOf(SELECTOR),
        "fromCIDR": CIDRS,
        "fromCIDRSet": _cidr_set(version),
        "fromEntities": _entities(version),
        "fromGroups": GROUPS,
        "fromNodes": ListOf(SELECTOR),
        "fromRequires": _requires(version),
        "icmps": ICMPS,
    }


def _egress(version: Version) -> dict[str, Node]:
    return {
        "toEndpoints": ListOf(SELECTOR),
        "toCIDR": CIDRS,
        "toCIDRSet": _cidr_set(version),
        "toEntities": _entities(version),
        "toServices": SERVICES,
        "toGroups": GROUPS,
        "toNodes": ListOf(SELECTOR),
        "toRequires": _requires(version),
        "icmps": ICMPS,
    }


def _spec(version: Version) -> Node:
    allow: dict[str, Node] = {"toPorts": _to_ports(version), "authentication": AUTHENTICATION}
    deny: dict[str, Node] = {"toPorts": _to_ports_of_deny(version)}
    to_names: dict[str, Node] = {"toFQDNs": _names(version)}
    log: dict[str, Node] = {"log": Fields({"value": Text(format=formats.PRINTABLE, longest=32)})}
    return Fields(
        {
            "endpointSelector": SELECTOR,
            "nodeSelector": SELECTOR,
            "ingress": ListOf(Fields({**_ingress(version), **allow})),
            "ingressDeny": ListOf(Fields({**_ingress(version), **deny})),
            "egress": ListOf(Fields({**_egress(version), **to_names, **allow})),
            "egressDeny": ListOf(Fields({**_egress(version), **deny})),
            "enableDefaultDeny": Fields({"ingress": Flag(), "egress": Flag()}),
            "description": Text(),
            "labels": ListOf(Fields({"key": Text(), "value": Text(), "source": Text()}, required=("key",))),
            **(log if version >= V1_18 else {}),
        },
        one_of=("endpointSelector", "nodeSelector"),
        any_of=SECTIONS if version >= V1_17 else (),
    )


@cache
def policy(version: Version) -> Fields:
    """CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy: their schemas are the same."""

    def some_spec(value: Mapping[str, Any]) -> Iterator[Refusal]:
        if "spec" not in value and "specs" not in value:
            who = "the API server refuses it" if version >= V1_20 else "Cilium's agent rejects it as empty"
            message = f"the policy has neither `spec` nor `specs`: {who}"
            yield Refusal(("spec",), "empty-policy", message, "write the rules under `spec`")

    spec = _spec(version)
    fields = {**TYPE, "metadata": METADATA, "spec": spec, "specs": ListOf(spec), "status": Anything()}
    return Fields(fields, required=("metadata",), rule=some_spec)


CIDR_GROUP = Fields(
    {
        **TYPE,
        "metadata": METADATA,
        "spec": Fields({"externalCIDRs": CIDRS}, required=("externalCIDRs",)),
    },
    required=("metadata", "spec"),
)
