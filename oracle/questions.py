"""Hand-written cases: what fresh cases taught us, how names, HTTP and TLS contexts merge, what the agent refuses.

Every question is put to every release. Whoever finds a disagreement adds the smallest case that shows it here.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from oracle.cases import CLOUD_GROUPS, CLUSTER, Object, group_key
from propolis.semantics.ports import ICMP_TYPES

WEB, API, REMOTE, HOST, HEALTH, ADDRESS = 20001, 20002, (2 << 16) + 1, 1, 4, 16777217
NODES = (6, (1 << 25) + 1, (1 << 25) + 2)


def questions(release: str) -> list[Object]:
    """All questions as cases of *release*; a clusterwide policy of Kubernetes is asked from 1.20 on."""
    return [
        case_of(release, title, policies, **settings)
        for title, policies, settings in (
            *_learned(release),
            *_merging(),
            *_listeners(),
            *_negatives(release),
            *_services(),
            *_groups(),
            *_authentication(),
            *_texts(),
        )
    ] + [
        {"id": f"{release}: {title}", "cilium": release, "policy": policy, "accepted": True}
        for title, policy in _objects()
    ]


def _objects() -> Iterator[tuple[str, Object]]:
    """Objects that the agent takes or refuses, each with one thing that it looks at."""
    for key, texts in _PEERS.items():
        for text in texts:
            yield f"{key} {text!r}", _egress({key: [text]})
    protocols = [
        "ANY",
        "any",
        "tcp",
        "TCP",
        "UDP",
        "SCTP",
        "ICMP",
        "ICMPV6",
        "VRRP",
        "IGMP",
        "GRE",
        "IPIP",
        "ESP",
    ]
    for text in ("", *protocols):
        for port in ("0", "80", ""):
            rule = {"ports": [{"port": port, "protocol": text}]}
            yield f"port {port!r} of protocol {text!r}", _egress({"toPorts": [rule]})
    for way, spec in (("egress", _egress), ("ingress", _ingress)):
        for title, rule in _PORT_RULES.items():
            yield f"{way} with {title}", spec({"toPorts": [rule]})
            yield (
                f"{way} of nodes with {title}",
                object_of({"nodeSelector": {}, way: [{"toPorts": [rule]}]}, _CCNP),
            )
        for title, icmps in _ICMPS.items():
            yield f"{way} with {title}", spec({"icmps": icmps})
        yield f"{way} with ICMP beside ports", spec({"icmps": _ICMPS["a type"], "toPorts": [port_of()]})
        both: Object = {f"{_FROM[way]}Entities": ["all"], f"{_FROM[way]}Endpoints": [{}]}
        yield f"{way} of two kinds of peers", spec(both)
        yield f"{way} of two kinds of peers, one of them empty", spec({**both, f"{_FROM[way]}Endpoints": []})
        yield f"{way} of a requirement", spec({f"{_FROM[way]}Requires": [{"matchLabels": {"a": "b"}}]})
    for title, selector in _SELECTORS.items():
        yield f"a subject of {title}", object_of({"endpointSelector": selector, "egress": [{}]})
        yield f"a subject of nodes of {title}", object_of({"nodeSelector": selector, "egress": [{}]}, _CCNP)
        yield f"a peer of {title}", _egress({"toEndpoints": [selector]})
    yield "two subjects", object_of({"endpointSelector": {}, "nodeSelector": {}, "egress": [{}]}, _CCNP)
    yield "no subject", object_of({"egress": [{}]})
    yield "no item", object_of({"endpointSelector": {}})
    yield "empty sections", object_of({"endpointSelector": {}, "ingress": [], "egress": []})
    yield "neither spec nor specs", object_of()
    yield "no specs", object_of(specs=[])
    yield "nodes in an object of a namespace", object_of({"nodeSelector": {}, "egress": [{}]})


def case_of(release: str, title: str, policies: Sequence[Object], **settings: Any) -> Object:
    kept = {"mode": "default", "allow_localhost": False, "ipv6": False, "local_cluster": None} | settings
    if release.startswith("1.17."):
        kept["local_cluster"] = None
    return {
        "id": f"{release}: {title}",
        "cilium": release,
        "flows": list(_flows()),
        "identities": identities(release),
        **kept,
        "policies": [p | {"metadata": p["metadata"] | {"name": f"p{n}"}} for n, p in enumerate(policies)],
        "rejected": {},
    }


def _group_labels(release: str) -> list[str]:
    """From 1.20 on a group of a cloud provider is a label of its addresses."""
    return [f"cidrgroup:{group_key(CLOUD_GROUPS[0])}"] if release.startswith("1.20.") else []


def identities(release: str) -> list[Object]:
    def pod(number: int, app: str, cluster: str = CLUSTER) -> Object:
        scope = ("k8s:io.kubernetes.pod.namespace=shop", f"k8s:io.cilium.k8s.policy.cluster={cluster}")
        team = "k8s:io.cilium.k8s.namespace.labels.team=red"
        return {"id": number, "labels": [*scope, team, f"k8s:app={app}"]}

    def node(number: int, *labels: str) -> Object:
        return {"id": number, "labels": ["reserved:remote-node", *labels]}

    own, other = (f"k8s:io.cilium.k8s.policy.cluster={name}" for name in (CLUSTER, "c2"))
    return [
        pod(WEB, "web"), pod(API, "api"), pod(REMOTE, "api", "c2"),
        {"id": HOST, "labels": ["reserved:host", own, "node:role=worker"]},
        {"id": HEALTH, "labels": ["reserved:health"]},
        node(NODES[0]), node(NODES[1], own, "node:role=worker"), node(NODES[2], other),
        {"id": ADDRESS, "labels": ["fqdn:api.example.com", *_group_labels(release)], "cidr": "10.1.2.3/32"},
    ]  # fmt: skip


def _flows() -> Iterator[Object]:
    """What `web` may do to everybody, and everybody to it, on one port; and that port under other protocols."""
    for peer in (API, REMOTE, HOST, HEALTH, *NODES, ADDRESS):
        for way in ("ingress", "egress"):
            yield {"subject": WEB, "peer": peer, "dir": way, "proto": "TCP", "port": 443}
    for protocol, port in (("SCTP", 443), ("ICMP", 8), ("ICMP", 0)):
        yield _asked(protocol, port)


def _asked(protocol: str, port: int) -> Object:
    return {"subject": WEB, "peer": API, "dir": "egress", "proto": protocol, "port": port}


# --- writing policies ---

_Question = tuple[str, list[Object], Object]


def object_of(spec: Object | None = None, kind: str = "CiliumNetworkPolicy", **more: Any) -> Object:
    group = {
        "NetworkPolicy": "networking.k8s.io/v1",
        "ClusterNetworkPolicy": "policy.networking.k8s.io/v1alpha2",
    }
    namespace = {"namespace": "shop"} if kind in ("CiliumNetworkPolicy", "NetworkPolicy") else {}
    found: Object = {"apiVersion": group.get(kind, "cilium.io/v2"), "kind": kind, "metadata": namespace}
    return found | ({} if spec is None else {"spec": spec}) | more


def _egress(*items: Object) -> Object:
    return object_of({"endpointSelector": {}, "egress": list(items)})


def _ingress(*items: Object) -> Object:
    return object_of({"endpointSelector": {}, "ingress": list(items)})


def port_of(protocol: str = "TCP", port: str = "443", **more: Any) -> Object:
    return {"ports": [{"port": port, "protocol": protocol}], **more}


def range_of(first: int, last: int) -> Object:
    return {"ports": [{"port": str(first), "endPort": last, "protocol": "TCP"}]}


def secret(name: str) -> Object:
    return {"secret": {"namespace": "shop", "name": name}}


def listener_of(name: str, kind: str, priority: int) -> Object:
    config = {"name": "edge"} | ({"kind": kind} if kind else {})
    rank = {"priority": priority} if priority else {}
    return {"listener": {"name": name, "envoyConfig": config, **rank}}


_NAMES = port_of(serverNames=["api.example.com"])
_HTTP = port_of(rules={"http": [{"method": "GET"}]})
_OTHER_HTTP = port_of(rules={"http": [{"method": "PUT"}]})
_API: Object = {"toEndpoints": [{"matchLabels": {"app": "api"}}]}


def _learned(release: str) -> Iterator[_Question]:
    here = {"local_cluster": CLUSTER}
    yield "nodes are those of the local cluster", [_egress({"toNodes": [{}]})], here
    yield "nodes of any cluster", [_egress({"toNodes": [{}]})], {}
    for cidr in ("::/0", "0.0.0.0/0"):
        yield f"the list {cidr}", [_egress({"toCIDR": [cidr]})], {}
        yield f"the set {cidr}", [_egress({"toCIDRSet": [{"cidr": cidr}]})], {}
    chosen = {"nodeSelector": {}, "ingress": [{}]}
    yield "a node selector among specs", [object_of(specs=[chosen])], {}
    yield (
        "names beside an empty list",
        [_egress({"toCIDRSet": [], "toFQDNs": [{"matchName": "api.example.com"}]})],
        {},
    )
    hidden = [{"matchExpressions": [{"key": "reserved:host", "operator": "DoesNotExist"}]}]
    yield (
        "all but the host denied",
        [object_of({"endpointSelector": {}, "ingressDeny": [{"fromEndpoints": hidden}]})],
        {"allow_localhost": True},
    )
    block = {"podSelector": {}, "ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]}
    yield "an ipBlock", [object_of(block, "NetworkPolicy")], {}
    yield "an ipBlock where peers are local", [object_of(block, "NetworkPolicy")], here
    either = [_egress({**_API, "toPorts": [_NAMES, port_of("ANY", "0673")]})]
    yield "names bind their own protocol only", either, {}
    clash = _ingress({"toPorts": [_HTTP]}, {"toPorts": [_NAMES]})
    yield "a clash of ingress takes the policy of egress too", [clash], {}
    yield "a clash that nobody asks about", [clash], {"mode": "never"}
    yield (
        "a clash in a list that selects nobody",
        [_ingress({"fromCIDRSet": [], "toPorts": [_HTTP, _NAMES]})],
        {},
    )
    yield "a clash of the entity none", [_ingress({"fromEntities": ["none"], "toPorts": [_HTTP, _NAMES]})], {}
    all_, cluster = ({"fromEntities": [name, "health"]} for name in ("all", "cluster"))
    for title, first in (("all hides health", all_), ("cluster holds health", cluster)):
        second = {"fromEntities": ["health"], "toPorts": [_NAMES]}
        yield title, [_ingress({**first, "toPorts": [_HTTP]}, second)], {}
    for text in ("10.0.0.0/8", "10.1.2.3/8", "0.0.0.0/0"):
        both = (
            {"toCIDRSet": [{"cidr": "10.0.0.0/8"}], "toPorts": [_HTTP]},
            {"toCIDR": [text], "toPorts": [_NAMES]},
        )
        world = {"toEntities": ["world"], "toPorts": [_NAMES]}
        yield (
            f"a clash of the list {text} and the world",
            [_egress({"toCIDR": [text], "toPorts": [_HTTP]}, world)],
            {},
        )
        same = both[0], {"toCIDRSet": [{"cidr": text}], "toPorts": [_NAMES]}
        yield f"a clash of the set 10.0.0.0/8 and the list {text}", [_egress(*both)], {}
        yield f"a clash of the set 10.0.0.0/8 and the set {text}", [_egress(*same)], {}
    yield from _prefixes()
    modes = {"authentication": {"mode": "required"}}, {"authentication": {"mode": "disabled"}}
    echo, named, other = (
        {"icmps": [{"fields": [field]}]} for field in ({"type": 8}, {"type": "EchoRequest"}, {"type": 3})
    )
    for title, part in (("no port", {}), ("a port", {"toPorts": [port_of()]}), ("ICMP", echo)):
        yield f"two modes for {title}", [_egress(*({**_API, **part, **mode} for mode in modes))], {}
    for title, second in (("by name and number", named), ("of two types", other), ("and no port", {})):
        pair = {**_API, **echo, **modes[0]}, {**_API, **second, **modes[1]}
        yield f"two modes for ICMP {title}", [_egress(*pair)], {}
    octal = _egress(
        {**_API, "toPorts": [_HTTP]}, {**_API, "toPorts": [port_of(port="0673", serverNames=["a.example"])]}
    )
    yield "one port in two spellings", [octal], {}
    apart = [object_of(specs=[_egress({**_API, "toPorts": [one]})["spec"] for one in (_NAMES, _HTTP)])]
    yield "specs of one policy", apart, {}
    if release.startswith("1.20."):
        yield from _tiers(here)


def _prefixes() -> Iterator[_Question]:
    """HTTP for one spelling of a prefix, server names for another: whether both are one to Cilium."""

    def pair(one: Object, other: Object) -> list[Object]:
        return [_egress({**one, "toPorts": [_HTTP]}, {**other, "toPorts": [_NAMES]})]

    def listed(text: str) -> Object:
        return {"toCIDR": [text]}

    def chosen(text: str, *excepts: str) -> Object:
        return {"toCIDRSet": [{"cidr": text, **({"except": list(excepts)} if excepts else {})}]}

    ten, half, quarter = "10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/15"
    for title, one, other in (
        ("two spellings in lists", listed(ten), listed("10.1.2.3/8")),
        ("a bare address and its prefix", listed("10.1.2.3"), listed("10.1.2.3/32")),
        ("the same exception", chosen(ten, half), chosen(ten, half)),
        ("an exception in two spellings", chosen(ten, half), chosen(ten, "10.1.2.3/16")),
        ("two exceptions", chosen(ten, half), chosen(ten, quarter)),
        ("exceptions in another order", chosen(ten, half, quarter), chosen(ten, quarter, half)),
        ("an exception and none", chosen(ten, half), chosen(ten)),
        *(
            (f"the {word} {whole} and the entity {entity}", make(whole), {"toEntities": [entity]})
            for word, make in (("list", listed), ("set", chosen))
            for whole in ("0.0.0.0/0", "::/0")
            for entity in ("world", "world-ipv4", "world-ipv6")
        ),
    ):
        for dual in (False, True):
            yield f"{title}, {'dual' if dual else 'one family'}", pair(one, other), {"ipv6": dual}
    words = {
        "In of one value": [{"key": "app", "operator": "In", "values": ["api"]}],
        "In of the same value twice": [{"key": "app", "operator": "In", "values": ["api", "api"]}],
        "the same key twice": [{"key": "app", "operator": "In", "values": ["api"]}] * 2,
    }
    for title, written in words.items():
        yield f"matchLabels and {title}", pair(_API, {"toEndpoints": [{"matchExpressions": written}]}), {}
    for key in ("any:app", "k8s:app"):
        yield f"app and {key}", pair(_API, {"toEndpoints": [{"matchLabels": {key: "api"}}]}), {}

    def either(*values: str, key: str = "app") -> Object:
        return {"key": key, "operator": "In", "values": list(values)}

    role = {"key": "role", "operator": "DoesNotExist"}
    for title, first, second in (
        ("values in another order", [either("api", "web")], [either("web", "api")]),
        ("a value twice", [either("api", "web")], [either("api", "web", "api")]),
        ("expressions in another order", [either("api"), role], [role, either("api")]),
        ("an expression twice", [either("api"), role], [either("api"), role, role]),
    ):
        one, other = ({"toEndpoints": [{"matchExpressions": written}]} for written in (first, second))
        yield title, pair(one, other), {}


_NOT_RED: Object = {"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["red"]}]}


def _texts() -> Iterator[_Question]:
    """What ports and types of ICMP come to that are written in other ways than as decimal numbers."""
    written = (
        "443 0443 0673 00673 673 4_43 4__43 _443 443_ +443 0_673 0__673 0o6_73 0O6_73 0o_673 0o8_3 0x1_bb "
        "0X1_bB 0x_1bb 0x1bb 0b1_10111011 0B_110111011 0b_2 0b110111011 443-443 -443 443- a--b -a a- a_b "
        "65535 65536 6_5536 0_0 abcdefghijklmno abcdefghijklmnop 1-a 1-1"
    )
    for text in (*written.split(), ""):
        yield f"the port {text!r}", [_egress({**_API, "toPorts": [port_of(port=text)]})], {}
    for family, protocol in (("IPv4", "ICMP"), ("IPv6", "ICMP6")):
        names = tuple(ICMP_TYPES[family])
        flows = [_asked(protocol, number) for number in range(256)]
        for title, some in (
            ("every name", names),
            ("one name", names[-1:]),
            ("every third name", names[::3]),
            ("every name but the first", names[1:]),  # one that means 0 stands for all types
        ):
            fields = [{"type": name, "family": family} for name in some]
            yield (
                f"{title} of {protocol}",
                [_egress({**_API, "icmps": [{"fields": fields}]})],
                {"flows": flows},
            )


def _tiers(here: Object) -> Iterator[_Question]:
    everything: Object = {"namespaceSelector": {}, "podSelector": {}}
    for title, peer in (
        ("namespaces", {"namespaces": {}}),
        ("pods", {"pods": everything}),
        ("nodes", {"nodes": {}}),
        ("worker nodes", {"nodes": {"matchLabels": {"role": "worker"}}}),
        ("all but a namespace", {"namespaces": _NOT_RED}),
        ("pods of all but a namespace", {"pods": {"namespaceSelector": _NOT_RED, "podSelector": {}}}),
        *_odd_peers(),
    ):
        spec = {
            "tier": "Admin",
            "priority": 1,
            "subject": {"namespaces": {}},
            "egress": [{"action": "Deny", "to": [peer]}],
        }
        for place, settings in (("in the local cluster", here), ("in any cluster", {})):
            yield f"{title} {place}", [object_of(spec, "ClusterNetworkPolicy")], settings
    for word, names in (("a name", ["api.example.com"]), ("a pattern", ["*.example.com"])):
        for action in ("Accept", "Deny"):
            spec = {
                "tier": "Admin",
                "priority": 1,
                "subject": {"namespaces": {}},
                "egress": [
                    {"action": action, "to": [{"domainNames": names}], "protocols": [{"tcp": {}}]},
                    {"action": "Deny", "to": [{"networks": ["0.0.0.0/0"]}, {"namespaces": {}}]},
                ],
            }
            yield f"{word} to {action.lower()}", [object_of(spec, "ClusterNetworkPolicy")], here


def _odd_peers() -> Iterator[tuple[str, Object]]:
    """Selectors that nobody checks, as they stand in a custom resource."""
    for title, selector in (
        ("a source", {"matchLabels": {"node:role": "worker"}}),
        ("another source", {"matchLabels": {"k8s:app": "api"}}),
        ("two colons", {"matchLabels": {"k8s:a:b": "c"}}),
        ("a key that is none", {"matchLabels": {"a b": "c"}}),
        ("no key", {"matchLabels": {"": "c"}}),
        ("no source", {"matchLabels": {":app": "api"}}),
        ("a value that is none", {"matchLabels": {"app": "no value!"}}),
        ("In without values", {"matchExpressions": [{"key": "app", "operator": "In"}]}),
        ("NotIn without values", {"matchExpressions": [{"key": "app", "operator": "NotIn"}]}),
        ("Exists with values", {"matchExpressions": [{"key": "app", "operator": "Exists", "values": ["b"]}]}),
    ):
        yield f"nodes of {title}", {"nodes": selector}
        yield f"namespaces of {title}", {"namespaces": selector}
        yield f"pods of {title}", {"pods": {"namespaceSelector": {}, "podSelector": selector}}


def _negatives(release: str) -> Iterator[_Question]:
    """Selectors of peers that hold nothing but negative requirements, in every kind that has such."""
    not_site = {"matchExpressions": [{"key": "site", "operator": "NotIn", "values": ["paris"]}]}
    peers: dict[str, Object] = {
        "a namespaceSelector": {"namespaceSelector": _NOT_RED},
        "a namespaceSelector with pods": {"namespaceSelector": _NOT_RED, "podSelector": {}},
    }
    for place, settings in (("in the local cluster", {"local_cluster": CLUSTER}), ("in any cluster", {})):
        for title, peer in peers.items():
            spec = {"podSelector": {}, "ingress": [{"from": [peer]}]}
            yield f"{title} of a negative, {place}", [object_of(spec, "NetworkPolicy")], settings
        yield (
            f"a cidrGroupSelector of a negative, {place}",
            [_egress({"toCIDRSet": [{"cidrGroupSelector": not_site}]})],
            settings,
        )
    named = [
        each | ({"tcp_ports": {"web": 443}, "udp_ports": {"dns": 53}} if each["id"] in (WEB, API) else {})
        for each in identities(release)
    ]
    flows = [
        {"subject": WEB, "peer": peer, "dir": way, "proto": protocol, "port": port}
        for peer in (API, REMOTE, HEALTH, ADDRESS)
        for way in ("ingress", "egress")
        for protocol, port in (("TCP", 443), ("UDP", 53))
    ]
    for title, chosen in (
        ("a name", [{"port": "web"}]),
        ("a name of UDP", [{"port": "dns", "protocol": "UDP"}]),
        ("a number", [{"port": 443}]),
        ("both", [{"port": "web"}, {"port": 53, "protocol": "UDP"}]),
    ):
        for way, others in (("ingress", "from"), ("egress", "to")):
            item = {others: [{"namespaceSelector": _NOT_RED}], "ports": chosen}
            spec = {"podSelector": {}, "policyTypes": [way.capitalize()], way: [item]}
            asked = {"identities": named, "flows": flows}
            yield f"{way} of a negative with {title}", [object_of(spec, "NetworkPolicy")], asked
    if release.startswith("1.20."):
        spec = {"tier": "Admin", "priority": 1, "subject": {"namespaces": {}}}
        for way, others in (("ingress", "from"), ("egress", "to")):
            for name in ("web", "dns"):
                item = {
                    "action": "Deny",
                    others: [{"namespaces": _NOT_RED}],
                    "protocols": [{"destinationNamedPort": name}],
                }
                asked = {"identities": named, "flows": flows}
                policy = object_of({**spec, way: [item]}, "ClusterNetworkPolicy")
                yield f"{way} denied to a negative with the name {name}", [policy], asked


def _services() -> Iterator[_Question]:
    pods: Object = {"name": "api", "namespace": "shop", "labels": {"app": "api"}, "selector": {"app": "api"}}
    outside: Object = {"name": "out", "namespace": "shop", "addresses": ["10.1.2.3/32"]}
    nobody: Object = {"name": "none", "namespace": "shop"}
    known: Object = {"services": [pods, outside, nobody]}
    selectors: dict[str, Object] = {
        "bare": {},
        "of no labels": {"matchLabels": {}},
        "of a label": {"matchLabels": {"app": "api"}},
        "of a label with a source": {"matchLabels": {"k8s:app": "api"}},
        "of a label that none has": {"matchLabels": {"app": "db"}},
        "of one that none has, with a source": {"matchLabels": {"k8s:app": "db"}},
        "of a negative": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["api"]}]},
        "of what is absent": {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]},
    }
    peers: dict[str, Object] = {
        name: {"k8sService": {"serviceName": name, "namespace": "shop"}}
        for name in ("api", "out", "none", "lost")
    }
    peers |= {"api in any namespace": {"k8sService": {"serviceName": "api"}}}
    peers |= {
        f"a selector {title}": {"k8sServiceSelector": {"selector": s}} for title, s in selectors.items()
    }
    for title, peer in peers.items():
        for place, settings in (("in the local cluster", {"local_cluster": CLUSTER}), ("in any cluster", {})):
            item = {"toServices": [peer]}
            yield f"Services: {title}, {place}", [_egress(item)], known | settings
            yield (
                f"Services: {title}, a port, {place}",
                [_egress(item | {"toPorts": [port_of()]})],
                known | settings,
            )
    yield "Services: a deny", [object_of({"endpointSelector": {}, "egress": [{"toEntities": ["all"]}],
                                        "egressDeny": [{"toServices": [peers["api"]]}]})], known  # fmt: skip


def _groups() -> Iterator[_Question]:
    item: Object = {"toGroups": [CLOUD_GROUPS[0]]}
    known: Object = {"groups": ["10.1.2.3/32"]}
    yield "groups", [_egress(item)], known
    yield "groups: a port", [_egress(item | {"toPorts": [port_of()]})], known
    denied = {"endpointSelector": {}, "egress": [{"toEntities": ["all"]}], "egressDeny": [item]}
    yield "groups: a deny", [object_of(denied)], known
    for word in ("Endpoints", "Entities", "CIDR", "CIDRSet", "Nodes"):
        empty = {f"to{word}": [], "toPorts": [port_of()]}
        yield f"groups beside an empty list of {word}", [_egress(item, empty)], known
        yield (
            f"groups beside an empty list of {word}, each in its policy",
            [_egress(item), _egress(empty)],
            known,
        )
    chosen = {"toCIDRSet": [{"cidrGroupSelector": {"matchLabels": {"site": "berlin"}}}]}
    yield "groups beside a cidrGroupSelector", [_egress(item, chosen)], known


def _authentication() -> Iterator[_Question]:
    def mode(name: str, **more: Any) -> Object:
        return more | {"authentication": {"mode": name}}

    everybody: Object = {"toEntities": ["all"]}
    wide, narrow = {"toPorts": [range_of(400, 500)]}, {"toPorts": [port_of()]}
    other = {"toPorts": [range_of(450, 460)]}
    block, longer, any_tcp = (
        {"toPorts": [range_of(440, 447)]},
        {"toPorts": [range_of(440, 450)]},
        {"toPorts": [port_of(port="0")]},
    )
    block_http = {"toPorts": [range_of(440, 447) | {"rules": {"http": [{"method": "GET"}]}}]}
    sequences: dict[str, Sequence[Object]] = {
        "a port without a mode": (mode("required", **_API), _API | narrow),
        "a range without a mode": (mode("required", **_API), _API | wide),
        "the narrower of two": (mode("required", **_API), mode("disabled", **_API, **narrow)),
        "of three, the next": (mode("required", **_API), mode("disabled", **_API, **wide), _API | narrow),
        "everybody's is the broader": (mode("required", **everybody), _API | narrow),
        "everybody's is the narrower": (mode("required", **_API), everybody | narrow),
        "everybody's is as long": (mode("required", **everybody), mode("disabled", **_API)),
        "everybody's is as long, without one": (mode("required", **everybody), _API),
        "the higher of two derived": (
            mode("test-always-fail", **everybody),
            mode("required", **_API),
            _API | narrow,
        ),
        "everybody's is the same, and hides it": (
            mode("test-always-fail", **_API, **wide),
            mode("required", **_API, **block),
            mode("required", **everybody, **block),
            _API | narrow,
        ),
        "everybody's is the same but for HTTP": (
            mode("test-always-fail", **_API, **wide),
            mode("required", **_API, **block),
            mode("required", **everybody, **block_http),
            _API | narrow,
        ),
        "everybody's is the same, but this has HTTP": (
            mode("test-always-fail", **_API, **wide),
            mode("required", **_API, **block_http),
            mode("required", **everybody, **block),
            _API | narrow,
        ),
        "everybody's is the same under another name": (
            mode("test-always-fail", **_API, **wide),
            mode("required", **_API, **block),
            mode("required", **everybody, **longer),
            _API | narrow,
        ),
        "of two for a port, one may be hidden": (
            mode("required", **_API, **block),
            mode("required", **everybody, **longer),
            mode("disabled", toEndpoints=[{}], **block),
        ),
        "one that may be hidden, and everybody's narrower one": (
            mode("required", **_API, **block),
            mode("required", **everybody, **longer),
            mode("disabled", **everybody, **narrow),
            _API | narrow,
        ),
        "one that may be hidden and one that is not": (
            mode("required", **_API, **block),
            mode("required", **everybody, **longer),
            mode("disabled", toEndpoints=[{}], **wide),
            _API | narrow,
        ),
        "two that may be hidden": (
            mode("disabled", **_API, **narrow),
            mode("disabled", **everybody, toPorts=[range_of(443, 444)]),
            {"toEndpoints": [{}]} | narrow,
            mode("required", **_API, **block),
            mode("required", **everybody, **longer),
        ),
        "an item of nothing": (mode("required"), _API | narrow),
        "everybody's is the same for each TCP port": (
            mode("test-always-fail", **_API),
            mode("required", **_API, **any_tcp),
            mode("required", **everybody, **any_tcp),
            _API | narrow,
        ),
        "everybody's is the same for all ports": (
            mode("required", **_API),
            mode("required", **everybody),
            _API | narrow,
        ),
        "a sibling with a mode": (mode("required", **_API), mode("disabled", **_API, **other), _API | wide),
    }
    for title, items in sequences.items():
        yield f"authentication: {title}", [_egress(*items)], {}
        yield f"authentication: {title}, each in its policy", [_egress(item) for item in items], {}


def _listeners() -> Iterator[_Question]:
    def to(name: str, priority: int = 0, kind: str = "CiliumEnvoyConfig") -> Object:
        return port_of(**listener_of(name, kind, priority))

    clusterwide = "CiliumClusterwideEnvoyConfig"
    dns, plain, tls = (
        port_of(rules={"dns": [{"matchPattern": "*"}]}),
        port_of(),
        port_of(serverNames=["a.example"]),
    )
    sequences: dict[str, Sequence[Object]] = {
        "one": (to("a"),),
        "one twice": (to("a"), to("a")),
        "two": (to("a"), to("b")),
        "two of a priority": (to("a", 7), to("b", 7)),
        "two of different priorities": (to("a", 7), to("b", 8)),
        "two, one of priority 100": (to("a"), to("b", 100)),
        "two, one of priority 99": (to("a"), to("b", 99)),
        "one of two priorities": (to("a", 7), to("a", 8)),
        "one and one of the cluster": (to("a"), to("a", 0, clusterwide)),
        "one of a kind and one of none": (to("a"), to("a", 0, "")),
        "two behind a third": (to("a", 1), to("b", 2), to("c", 2)),
        "two before a third": (to("b", 2), to("c", 2), to("a", 1)),
        "one and plain": (to("a"), plain),
        "plain and one": (plain, to("a")),
        "one and HTTP": (to("a"), _HTTP),
        "one and names": (to("a"), tls),
        "one and DNS": (to("a"), dns),
        "HTTP and DNS": (_HTTP, dns),
        "names and DNS": (tls, dns),
    }
    web: Object = {"toEndpoints": [{"matchLabels": {"app": "web"}}]}
    for title, clauses in sequences.items():
        items = [{**_API, "toPorts": [clause]} for clause in clauses]
        yield f"listeners: {title}", [_egress(*items)], {}
        if len(items) > 1:
            yield f"listeners: {title}, each in its policy", [_egress(item) for item in items], {}
            apart = [
                {**peer, "toPorts": [clause]}
                for peer, clause in zip((_API, web, _API), clauses, strict=False)
            ]
            yield f"listeners: {title}, for different peers", [_egress(*apart)], {}
    for kind in ("", "CiliumEnvoyConfig"):
        wide, own = ({"toEntities": ["all"], "toPorts": [to("a", 0, which)]} for which in (kind, clusterwide))
        policy = object_of({"endpointSelector": {}, "egress": [wide]}, "CiliumClusterwideNetworkPolicy")
        yield f"listeners: of kind `{kind}` in a policy of the cluster", [policy], {}
        yield (
            f"listeners: of kind `{kind}` in a policy of the cluster and another",
            [policy, _egress(own)],
            {},
        )


def _merging() -> Iterator[_Question]:
    ends = {"terminatingTLS": secret("a"), "originatingTLS": secret("ca")}
    terminated = _HTTP | ends
    both = _HTTP | ends | _NAMES
    plain = port_of()
    ended = plain | {"terminatingTLS": secret("a")}
    sequences: dict[str, Sequence[Object]] = {
        "names, HTTP": (_NAMES, _HTTP),
        "HTTP, names": (_HTTP, _NAMES),
        "names, HTTP, plain": (_NAMES, _HTTP, plain),
        "names, HTTP, other HTTP": (_NAMES, _HTTP, _OTHER_HTTP),
        "names, plain": (_NAMES, plain),
        "plain, names": (plain, _NAMES),
        "HTTP, plain": (_HTTP, plain),
        "names with HTTP": (_HTTP | _NAMES,),
        "terminated HTTP": (terminated,),
        "terminated HTTP with names": (both,),
        "terminated HTTP, names": (terminated, _NAMES),
        "names, terminated HTTP": (_NAMES, terminated),
        "HTTP, terminated HTTP": (_HTTP, terminated),
        "HTTP, terminated HTTP with names": (_HTTP, both),
        "terminated HTTP, plain": (terminated, plain),
        "terminated alone, HTTP": (ended, _HTTP),
        "terminated alone, names": (ended, _NAMES),
        "terminated alone, HTTP, names": (ended, _HTTP, _NAMES),
        "HTTP, names, terminated alone": (_HTTP, _NAMES, ended),
        "HTTP, terminated alone, names": (_HTTP, ended, _NAMES),
        "names, HTTP, terminated alone": (_NAMES, _HTTP, ended),
        "names, HTTP, plain, terminated alone": (_NAMES, _HTTP, plain, ended),
        "names, plain, HTTP": (_NAMES, plain, _HTTP),
        "plain, names, HTTP": (plain, _NAMES, _HTTP),
        "plain, HTTP, names": (plain, _HTTP, _NAMES),
        "names, other names, HTTP": (_NAMES, port_of(serverNames=["b.example.com"]), _HTTP),
        "names twice, HTTP": (_NAMES, _NAMES, _HTTP),
        "HTTP twice, names": (_HTTP, _HTTP, _NAMES),
        "originated alone, HTTP, names": (plain | {"originatingTLS": secret("ca")}, _HTTP, _NAMES),
        "two terminating secrets": (ended, plain | {"terminatingTLS": secret("b")}),
        "two terminating secrets, HTTP": (terminated, _OTHER_HTTP | {"terminatingTLS": secret("b")}),
        "two originating secrets": (
            plain | {"originatingTLS": secret("a")},
            plain | {"originatingTLS": secret("b")},
        ),
        "terminated and originated": (ended, plain | {"originatingTLS": secret("ca")}),
    }
    for title, clauses in sequences.items():
        items = [{**_API, "toPorts": [clause]} for clause in clauses]
        yield title, [_egress(*items)], {}
        if len(items) > 1:
            yield f"{title}, each in its policy", [_egress(item) for item in items], {}


_CCNP = "CiliumClusterwideNetworkPolicy"
_FROM = {"ingress": "from", "egress": "to"}
_PEERS: dict[str, Sequence[Any]] = {
    "toEntities": (
        *(
            "all",
            "world",
            "world-ipv4",
            "world-ipv6",
            "cluster",
            "cluster-mesh",
            "host",
            "init",
            "ingress",
            "unmanaged",
        ),
        *("remote-node", "health", "none", "kube-apiserver", "nobody", "All", ""),
    ),
    "toCIDR": (
        "",
        "10.0.0.0/8",
        "10.1.2.3/8",
        "10.1.2.3",
        "10.0.0.0/33",
        "2001:db8::/32",
        "2001:db8::1",
        "ten",
    ),
    "toCIDRSet": (
        {},
        {"cidr": ""},
        {"cidr": "10.1.2.3"},
        {"cidr": "10.0.0.0/8", "cidrGroupRef": "g"},
        {"cidrGroupRef": "g", "cidrGroupSelector": {}},
        *(
            {"cidr": "10.0.0.0/8", "except": [text]}
            for text in (
                "10.1.0.0/16",
                "10.0.0.0/8",
                "10.0.0.0/7",
                "8.0.0.0/6",
                "11.0.0.0/8",
                "10.1.2.3",
                "::/0",
                "x",
            )
        ),
        {"cidrGroupSelector": {"matchLabels": {"a": "no value!"}}},
    ),
    "toFQDNs": (
        *(
            {"matchName": text}
            for text in ("a.example", "a_b.example", "a b", " a.example ", "*.example", "")
        ),
        *(
            {"matchPattern": text}
            for text in ("*", "*.example", "a b", " *.example ", "a" * 255, "a" * 256, "[a]", "")
        ),
        {"matchName": "a.example", "matchPattern": "*.example"},
        {},
    ),
}
_PORT_RULES: dict[str, Object] = {
    **{f"{count} ports": {"ports": [{"port": str(1 + n)} for n in range(count)]} for count in (40, 41)},
    **{
        f"HTTP on {title}": {"ports": [port], "rules": {"http": [{"method": "GET"}]}}
        for title, port in (
            ("UDP", {"port": "80", "protocol": "UDP"}),
            ("any protocol", {"port": "80"}),
            ("tcp in lower case", {"port": "80", "protocol": "tcp"}),
            ("port 0", {"port": "0", "protocol": "TCP"}),
            ("a range", {"port": "80", "endPort": 81, "protocol": "TCP"}),
            ("a range of one port", {"port": "80", "endPort": 80, "protocol": "TCP"}),
            ("a range backwards", {"port": "80", "endPort": 79, "protocol": "TCP"}),
            ("a name", {"port": "web", "protocol": "TCP"}),
        )
    },
    **{
        f"HTTP with {title}": port_of(rules={"http": [rule]}) | {"ports": [{"port": "80", "protocol": "TCP"}]}
        for title, rule in (
            ("nothing", {}),
            ("a broken path", {"path": "("}),
            ("a broken method", {"method": "("}),
            ("a broken host", {"host": "("}),
            *(
                (f"the mismatch {text!r}", {"headerMatches": [{"name": "a", "value": "b", "mismatch": text}]})
                for text in ("", "LOG", "ADD", "DELETE", "REPLACE", "DROP", "log")
            ),
            ("a header without a name", {"headerMatches": [{"name": "", "value": "b"}]}),
            ("a Secret", {"headerMatches": [{"name": "a", "secret": {"name": "s", "namespace": "shop"}}]}),
            (
                "a Secret without a name",
                {"headerMatches": [{"name": "a", "secret": {"name": "", "namespace": "shop"}}]},
            ),
        )
    },
    "HTTP beside DNS": port_of(rules={"http": [{}], "dns": [{"matchName": "a.example"}]}),
    "empty HTTP rules": port_of(rules={"http": []}),
    "rules of no kind": port_of(rules={}),
    "DNS": port_of("ANY", "53", rules={"dns": [{"matchPattern": "*"}]}),
    "DNS of no port": {"rules": {"dns": [{"matchPattern": "*"}]}},
    "DNS of a range": {"ports": [{"port": "53", "endPort": 54, "protocol": "UDP"}], "rules": {"dns": [{}]}},
    "DNS of a bad name": port_of("UDP", "53", rules={"dns": [{"matchName": "a b"}]}),
    "a server name": port_of(serverNames=["a.example"]),
    "an empty server name": port_of(serverNames=["a.example", ""]),
    "server names and HTTP": port_of(serverNames=["a.example"], rules={"http": [{}]}),
    "server names and HTTP, terminated": port_of(
        serverNames=["a.example"],
        rules={"http": [{}]},
        terminatingTLS={"secret": {"name": "s", "namespace": "shop"}},
    ),
    "a listener": port_of(listener={"envoyConfig": {"name": "e"}, "name": "l"}),
    "a listener and HTTP": port_of(
        listener={"envoyConfig": {"name": "e"}, "name": "l"}, rules={"http": [{}]}
    ),
}
_ICMPS: dict[str, list[Object]] = {
    "a type": [{"fields": [{"type": 8}]}],
    "no fields": [{}],
    **{
        f"the type {kind!r} of {family}": [{"fields": [{"type": kind, "family": family}]}]
        for kind in (0, 255, 256, -1, "8", "Echo", "EchoRequest", "echo", "PacketTooBig", "")
        for family in ("IPv4", "IPv6")
    },
    "a family of no name": [{"fields": [{"type": 8, "family": "ipv4"}]}],
    **{f"{count} types": [{"fields": [{"type": n} for n in range(count)]}] for count in (40, 41)},
}
_SELECTORS: dict[str, Object] = {
    **{
        f"the label {key!r}": {"matchLabels": {key: "b"}}
        for key in (
            "a",
            "k8s:a",
            "any:a",
            "reserved:host",
            "x.y/a",
            "X.y/a",
            "a/b/c",
            "-a",
            "a" * 63,
            "a" * 64,
            "",
            "a b",
        )
    },
    **{
        f"the value {text!r}": {"matchLabels": {"a": text}}
        for text in ("", "b", "-b", "b c", "b" * 63, "b" * 64)
    },
    **{
        f"{operator} with {values}": {
            "matchExpressions": [{"key": "a", "operator": operator, "values": values}]
        }
        for operator in ("In", "NotIn", "Exists", "DoesNotExist", "Equals", "in")
        for values in ([], ["b"], ["b!"])
    },
}
