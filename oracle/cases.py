"""Fresh random cases: small clusters with one to five policies of every kind, and flows to ask about.

The same seed makes the same cases. Objects are written as they would be in YAML, with every way of leaving a field
out (absent, null, empty list, one empty item), and some are invalid, so that acceptance is compared too.
"""

import base64
import hashlib
import ipaddress
import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Object = dict[str, Any]

RELEASES = ("1.20.2", "1.19.4", "1.18.3", "1.17.8")
FLOWS_IN_A_CASE = 60

NAMESPACES: Mapping[str, Mapping[str, str]] = {
    "alpha": {"team": "red", "env": "prod"},
    "beta": {"team": "red", "env": "dev"},
    "gamma": {"team": "blue"},
}
LABELS = {"app": ("web", "api", "db"), "tier": ("front", "back"), "role": ("admin", "")}
CLUSTER = "default"
OTHER_CLUSTER = "c2"
ACCOUNTS = ("default", "robot")
PREFIXES = (
    "0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32", "10.1.2.3/8", "192.0.2.0/24",
    "203.0.113.7/32", "::/0", "2001:db8::/32", "2001:db8::1/128",
)  # fmt: skip
EXCEPTS = ("10.1.0.0/16", "10.1.2.0/24", "10.2.0.0/15", "10.0.0.0/8", "2001:db8::/64")
ADDRESSES = (
    "10.1.2.3/32", "10.1.0.0/16", "10.2.0.1/32", "192.0.2.9/32", "203.0.113.7/32", "8.8.8.8/32",
    "2001:db8::1/128", "2001:db8:1::/48",
)  # fmt: skip
ENTITIES = (
    "all", "world", "world-ipv4", "world-ipv6", "cluster", "host", "remote-node", "kube-apiserver", "ingress",
    "health", "init", "unmanaged", "none",
)  # fmt: skip
NAMES = ("api.example.com", "cdn.example.org")
PATTERNS = ("*.example.com", "*", "**.example.com", "api.*", "cdn.example.org")
GROUP = "office"
GROUP_LABELS = ("cidrgroup:io.cilium.policy.cidrgroupname/office", "cidrgroup:site=berlin")
CLOUD_GROUPS: Sequence[Object] = (
    {"aws": {"securityGroupsIds": ["sg-1"]}},
    {"aws": {"labels": {"site": "berlin"}}},
)
SERVICES = ("web", "api", "lost")
NODE_LABELS: Sequence[Mapping[str, str]] = (
    {"role": "worker"},
    {"role": "control", "zone": "a"},
    {"zone": "b"},
)
PORT_NAMES = {"http": ("TCP", (80, 8080)), "grpc": ("TCP", (9000,)), "dns": ("UDP", (53,))}
NUMBERS = (1, 53, 80, 90, 443, 1024, 5432, 8080, 9000, 65535)
HTTP: Sequence[Object] = (
    {},
    {"method": "GET", "path": "/api/.*"},
    {"path": "/healthz", "headers": ["X-Key"]},
    {"headers": ["X-Key: secret"]},
    {"method": "POST|PUT", "host": "shop\\.example\\.com"},
    {"headerMatches": [{"name": "X-Env", "value": "prod", "mismatch": "LOG"}]},
)
ICMP: Sequence[Object] = (
    {"type": 0}, {"type": 3, "family": "IPv4"}, {"type": 8, "family": "IPv4"}, {"type": "EchoRequest"},
    {"type": "EchoRequest", "family": "IPv6"}, {"type": 128, "family": "IPv6"}, {"type": "TimeExceeded"},
    {"type": 0, "family": "IPv6"},
)  # fmt: skip
FLOWS: Sequence[tuple[str, Sequence[int]]] = (
    *((("TCP", NUMBERS),) * 5),
    *((("UDP", NUMBERS),) * 2),
    ("SCTP", NUMBERS),
    ("ICMP", (0, 3, 8, 11)),
    ("ICMP6", (0, 1, 128, 129)),
)


class Draw(random.Random):
    """Choices of one case. *rough*: how often something is written that may well be refused."""

    def __init__(self, seed: str, release: str, rough: float) -> None:
        super().__init__(seed)
        self.release = release
        self.minor = int(release.split(".")[1])
        self.rough = rough

    def chance(self, part: float) -> bool:
        return self.random() < part

    def some(self, make: Callable[[], Any], most: int = 2) -> list[Any]:
        return [make() for _ in range(self.choice(range(1, most + 1)))]

    def listed(self, make: Callable[[], Any], most: int = 2) -> list[Any] | None:
        """A list in one of the ways in which people write none."""
        if self.chance(0.12):
            return self.choice(([], None, [{}]))
        return self.some(make, most)


def flow_case(seed: int, number: int, release: str) -> Object:
    """A cluster with policies and questions, not yet answered; *number* tells cases of a seed apart."""
    draw = Draw(f"{seed}/{release}/{number}", release, 0.02)
    dual = draw.chance(0.5)
    identities = _identities(draw, dual)
    groups = _cloud_addresses(draw, identities)
    return {
        "id": f"{release}-{seed}-{number}",
        "cilium": release,
        "mode": draw.choice(("default",) * 7 + ("always", "never")),
        "allow_localhost": draw.chance(0.6),
        "host_firewall": draw.chance(0.4),
        "ipv6": dual,
        "local_cluster": CLUSTER if draw.minor >= 18 and draw.chance(0.5) else None,
        "policies": [_policy(draw, position) for position in range(draw.randint(1, 5))],
        "identities": identities,
        "services": _services(draw),
        "groups": groups,
        "rejected": {},
        "flows": [_flow(draw, identities) for _ in range(FLOWS_IN_A_CASE)],
    }


def validation_case(seed: int, number: int, release: str) -> Object:
    """One object that is often invalid, to be accepted or refused."""
    draw = Draw(f"{seed}/{release}/{number}/validation", release, 0.15)
    return {
        "id": f"{release}-{seed}-{number}-object",
        "cilium": release,
        "policy": _policy(draw, 0),
        "accepted": True,
    }


# --- identities and flows ---


def _identities(draw: Draw, dual: bool) -> list[Object]:
    pods = [_pod(draw, 20001 + n, CLUSTER) for n in range(draw.randint(4, 6))]
    remote = _pod(draw, (2 << 16) + 1, OTHER_CLUSTER)
    dns: Object = {
        "id": 20000,
        "labels": [*_scope("kube-system", {}, CLUSTER, "coredns"), "k8s:k8s-app=kube-dns"],
    }
    reserved = {
        1: ("host",), 2: ("world",), 3: ("unmanaged",), 4: ("health",), 5: ("init",), 6: ("remote-node",),
        7: ("kube-apiserver", "remote-node"), 8: ("ingress",),
    }  # fmt: skip
    if dual:
        del reserved[2]
        reserved |= {9: ("world-ipv4",), 10: ("world-ipv6",)}
    found = [*pods, remote, dns]
    found += [{"id": n, "labels": [f"reserved:{name}" for name in names]} for n, names in reserved.items()]
    if draw.chance(0.5):
        local = next(identity for identity in found if identity["id"] == 1)
        local["labels"] += _node_labels(CLUSTER, draw.choice(NODE_LABELS))
    for n, cluster in enumerate((CLUSTER, OTHER_CLUSTER, CLUSTER)):
        labels = ["reserved:remote-node", *_node_labels(cluster, draw.choice(NODE_LABELS))]
        found.append({"id": (1 << 25) + 1 + n, "labels": labels})
    addresses = [a for a in ADDRESSES if dual or ":" not in a]
    for n, address in enumerate(draw.sample(addresses, 4)):
        found.append({"id": (1 << 24) + 1 + n, "labels": _address_labels(draw, n), "cidr": address})
    return found


def _address_labels(draw: Draw, position: int) -> list[str]:
    """What is known of an address besides its prefix: a group, learned names, the API server behind it."""
    if position == 0:
        return list(GROUP_LABELS)
    if position == 1:
        return [f"fqdn:{name}" for name in draw.sample(NAMES + PATTERNS[:3], draw.randint(1, 2))]
    return ["reserved:kube-apiserver"] if position == 2 and draw.chance(0.3) else []


def _node_labels(cluster: str, labels: Mapping[str, str]) -> list[str]:
    return [f"k8s:io.cilium.k8s.policy.cluster={cluster}", *(f"node:{k}={v}" for k, v in labels.items())]


def _cloud_addresses(draw: Draw, identities: Sequence[Object]) -> list[str]:
    """What all groups of the cloud provider come to: some of the single addresses, known or not.

    Up to 1.19 the operator writes them into the policy; from 1.20 on the agent gives them labels.
    """
    single = [a for a in ADDRESSES if a.endswith(("/32", "/128"))]
    groups = draw.sample(single, draw.randint(1, 2))
    for identity in identities:
        if draw.minor >= 20 and identity.get("cidr") in groups:
            identity["labels"] += [f"cidrgroup:{group_key(group)}" for group in CLOUD_GROUPS]
    return groups


def group_key(group: Object) -> str:
    """The key of the label that stands for *group*. Source: pkg/policy/api/groups.go LabelKey."""
    digest = hashlib.sha224(json.dumps(group, separators=(",", ":")).encode()).digest()
    return "extgrp.cilium.io/" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _services(draw: Draw) -> list[Object]:
    """Some of those that policies name; one of a name in a namespace."""
    spaces = tuple(NAMESPACES)
    return [
        _service(draw, name, space)
        for name in SERVICES[:-1]
        for space in draw.sample(spaces, draw.choice((0, 1, 1, 2)))
    ]


def _service(draw: Draw, name: str, namespace: str) -> Object:
    """A Service with a selector, or one whose endpoints somebody wrote."""
    found: Object = {"name": name, "namespace": namespace}
    if draw.chance(0.6):
        found["labels"] = {"app": draw.choice(LABELS["app"])}
    if draw.chance(0.6):
        keys = draw.sample(("app", "tier"), draw.randint(1, 2))
        found["selector"] = {key: draw.choice(LABELS[key]) for key in keys}
    if draw.chance(0.7):
        found["addresses"] = draw.sample([a for a in ADDRESSES if "/32" in a or "/128" in a], 2)
    return found


def _scope(namespace: str, labels: Mapping[str, str], cluster: str, account: str) -> list[str]:
    return [
        f"k8s:io.kubernetes.pod.namespace={namespace}",
        f"k8s:io.cilium.k8s.policy.cluster={cluster}",
        f"k8s:io.cilium.k8s.policy.serviceaccount={account}",
        f"k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name={namespace}",
        *(f"k8s:io.cilium.k8s.namespace.labels.{key}={value}" for key, value in labels.items()),
    ]


def _pod(draw: Draw, number: int, cluster: str) -> Object:
    namespace = draw.choice(tuple(NAMESPACES))
    labels = _scope(namespace, NAMESPACES[namespace], cluster, draw.choice(ACCOUNTS))
    labels += [f"k8s:{key}={draw.choice(values)}" for key, values in LABELS.items() if draw.chance(0.7)]
    pod: Object = {"id": number, "labels": labels}
    for name, (protocol, numbers) in PORT_NAMES.items():
        if draw.chance(0.5):
            ports = pod.setdefault(f"{protocol.lower()}_ports", {})
            ports[name] = draw.choice(numbers if draw.chance(0.3) else numbers[:1])
    return pod


def _flow(draw: Draw, identities: Sequence[Object]) -> Object:
    policed = [i["id"] for i in identities if i["id"] in (1, 4, 5, 8) or 20000 < i["id"] < 1 << 16]
    subject = draw.choice(policed if draw.chance(0.4) else [n for n in policed if n > 20000])
    peer = draw.choice([i["id"] for i in identities if i["id"] != subject])
    protocol, ports = draw.choice(FLOWS)
    direction = draw.choice(("ingress", "egress"))
    return {"subject": subject, "peer": peer, "dir": direction, "proto": protocol, "port": draw.choice(ports)}


# --- objects ---


def _policy(draw: Draw, position: int) -> Object:
    kinds = [("CiliumNetworkPolicy", 4), ("CiliumClusterwideNetworkPolicy", 3), ("NetworkPolicy", 2)]
    if draw.minor >= 20:
        kinds.append(("ClusterNetworkPolicy", 2))
    kind = draw.choices([k for k, _ in kinds], [weight for _, weight in kinds])[0]
    metadata: Object = {"name": f"p{position}"}
    if kind in ("CiliumNetworkPolicy", "NetworkPolicy"):
        metadata["namespace"] = draw.choice(tuple(NAMESPACES))
    version = {
        "NetworkPolicy": "networking.k8s.io/v1",
        "ClusterNetworkPolicy": "policy.networking.k8s.io/v1alpha2",
    }.get(kind, "cilium.io/v2")
    found: Object = {"apiVersion": version, "kind": kind, "metadata": metadata}
    if kind == "NetworkPolicy":
        return found | {"spec": _network_policy(draw)}
    if kind == "ClusterNetworkPolicy":
        return found | {"spec": _cluster_policy(draw, position)}
    namespaced = kind == "CiliumNetworkPolicy"
    if draw.chance(0.12):
        found["specs"] = draw.some(lambda: _spec(draw, namespaced))
        return found if draw.chance(0.7) else found | {"spec": _spec(draw, namespaced)}
    return found if draw.chance(draw.rough / 4) else found | {"spec": _spec(draw, namespaced)}


def _selector(draw: Draw) -> Object:
    if draw.chance(0.04):
        return {"matchExpressions": [draw.choice(_NEGATIVE)]}
    found: Object = {}
    if draw.chance(0.6):
        key = draw.choice(tuple(LABELS))
        found["matchLabels"] = {draw.choice(("", "", "k8s:", "any:")) + key: draw.choice(LABELS[key])}
    if draw.chance(0.25):
        found.setdefault("matchLabels", {}).update(_scope_label(draw))
    if draw.chance(0.25):
        found["matchExpressions"] = draw.some(lambda: _expression(draw))
    return found


_NEGATIVE: Sequence[Object] = (
    {"key": "io.kubernetes.pod.namespace", "operator": "NotIn", "values": ["beta"]},
    {"key": "k8s:io.kubernetes.pod.namespace", "operator": "NotIn", "values": ["alpha", "beta"]},
    {"key": "reserved:host", "operator": "DoesNotExist"},
    {"key": "io.kubernetes.pod.namespace", "operator": "DoesNotExist"},
)
"""Nothing but negative, on keys that keep the policy's namespace away."""


def _scope_label(draw: Draw) -> Object:
    space = draw.choice(tuple(NAMESPACES))
    return draw.choice(
        (
            {"k8s:io.kubernetes.pod.namespace": space},
            {"io.kubernetes.pod.namespace": space},
            {"k8s:io.cilium.k8s.namespace.labels.team": draw.choice(("red", "blue"))},
            {"io.cilium.k8s.namespace.labels.env": draw.choice(("prod", "dev"))},
            {"io.cilium.k8s.policy.serviceaccount": draw.choice(ACCOUNTS)},
            {"io.cilium.k8s.policy.cluster": draw.choice((CLUSTER, OTHER_CLUSTER))},
            {f"reserved:{draw.choice(('host', 'health', 'kube-apiserver', 'init'))}": ""},
        )
    )


def _expression(draw: Draw) -> Object:
    keys = ("app", "tier", "k8s:role", "any:app", "io.kubernetes.pod.namespace", "k8s:io.kubernetes.pod.namespace",
            "io.cilium.k8s.policy.cluster", "reserved:host", "k8s:io.cilium.k8s.namespace.labels.team")  # fmt: skip
    key = draw.choice(keys)
    operator = draw.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    if operator not in ("In", "NotIn"):
        return {"key": key, "operator": operator}
    known = {
        "namespace": NAMESPACES,
        "cluster": (CLUSTER, OTHER_CLUSTER),
        "team": ("red", "blue"),
        "host": ("",),
    }
    values = list(LABELS.get(key.split(":")[-1]) or known[key.split(":")[-1].split(".")[-1]])
    if draw.chance(draw.rough):
        values = draw.choice(([], ["not a label value!"]))
    return {
        "key": key,
        "operator": operator,
        "values": draw.sample(values, min(len(values), draw.randint(1, 2))),
    }


def _spec(draw: Draw, namespaced: bool) -> Object:
    found: Object = {"endpointSelector": _selector(draw) if draw.chance(0.5) else {}}
    if draw.chance(draw.rough if namespaced else 0.25):
        found = {"nodeSelector": {} if draw.chance(0.6) else _nodes(draw)}
    if draw.chance(draw.rough):
        found = draw.choice(({}, {"endpointSelector": {}, "nodeSelector": {}}))
    for section, part in (("ingress", 0.7), ("egress", 0.7), ("ingressDeny", 0.25), ("egressDeny", 0.25)):
        if draw.chance(part):
            way, deny, host = section[:2], section.endswith("Deny"), "nodeSelector" in found
            way = "from" if way == "in" else "to"
            found[section] = draw.listed(
                lambda way=way, deny=deny, host=host: _item(draw, way, deny, host), 3
            )
    if draw.chance(0.15):
        found["enableDefaultDeny"] = {
            side: draw.chance(0.4) for side in ("ingress", "egress") if draw.chance(0.7)
        }
    return found


def _nodes(draw: Draw) -> Object:
    """A selector of nodes by the labels of Node objects."""
    if draw.chance(0.3):
        operator = draw.choice(("Exists", "DoesNotExist"))
        return {"matchExpressions": [{"key": draw.choice(("role", "zone")), "operator": operator}]}
    if draw.chance(0.2):
        return {"matchExpressions": [_other("role", "worker")]}
    key, values = draw.choice(
        (("role", ("worker", "control")), ("zone", ("a", "b")), ("node:role", ("worker",)))
    )
    return {"matchLabels": {key: draw.choice(values)}}


def _item(draw: Draw, way: str, deny: bool, host: bool) -> Object:
    found: Object = {}
    if draw.chance(0.8):
        found |= _peers(draw, way, deny)
    if draw.chance(draw.rough):
        found |= _peers(draw, way, deny)
    if draw.chance(0.6):
        found["toPorts"] = draw.listed(lambda: _port_rule(draw, way, deny, host))
    elif draw.chance(0.25):
        found["icmps"] = draw.listed(lambda: {"fields": draw.some(lambda: dict(draw.choice(ICMP)))})
    if not deny and draw.chance(0.12):
        found["authentication"] = {"mode": draw.choice(("required", "disabled", "test-always-fail"))}
    return found


def _peers(draw: Draw, way: str, deny: bool) -> Object:
    words: dict[str, Callable[[], Any]] = {
        "Endpoints": lambda: _selector(draw),
        "Entities": lambda: _entity(draw),
        "CIDR": lambda: draw.choice(PREFIXES),
        "CIDRSet": lambda: _cidr_set(draw),
        "Nodes": lambda: {} if draw.chance(0.4) else _nodes(draw),
        "Groups": lambda: dict(draw.choice(CLOUD_GROUPS)),
    }
    if way == "to":
        words["Services"] = lambda: _service_peer(draw)
        if not deny or draw.chance(draw.rough):
            words["FQDNs"] = lambda: _name(draw)
    weights = [3 if word in ("Endpoints", "Entities", "CIDRSet") else 1 for word in words]
    word = draw.choices(tuple(words), weights)[0]
    found = draw.listed(words[word])
    return {way + word: found if word in ("Endpoints", "Nodes") or found != [{}] else []}


def _service_peer(draw: Draw) -> Object:
    space = {"namespace": draw.choice(tuple(NAMESPACES))} if draw.chance(0.6) else {}
    if draw.chance(0.6):
        return {"k8sService": {"serviceName": draw.choice(SERVICES), **space}}
    app = draw.choice(
        (
            {},
            {"matchLabels": {draw.choice(("app", "k8s:app")): draw.choice(LABELS["app"])}},
            {"matchExpressions": [_other("app", "web")]},
            {"matchExpressions": [{"key": "app", "operator": draw.choice(("Exists", "DoesNotExist"))}]},
        )
    )
    return {"k8sServiceSelector": {"selector": app, **space}}


def _entity(draw: Draw) -> str:
    if draw.chance(draw.rough):
        return draw.choice(("everything", "World"))
    return "cluster-mesh" if draw.minor >= 20 and draw.chance(0.05) else draw.choice(ENTITIES)


def _cidr_set(draw: Draw) -> Object:
    if draw.chance(0.15):
        return {"cidrGroupRef": draw.choice((GROUP, "nowhere"))}
    if draw.chance(0.1):
        if draw.chance(0.2):
            return {"cidrGroupSelector": {"matchExpressions": [_other("site", "berlin")]}}
        return {"cidrGroupSelector": {"matchLabels": {"site": draw.choice(("berlin", "paris"))}}}
    if draw.chance(draw.rough):
        return draw.choice(
            ({"cidr": "10.1.2.3"}, {"cidr": "10.0.0.0/8", "cidrGroupRef": GROUP}, {"cidr": "10.0.0.0/33"})
        )
    cidr = draw.choice(PREFIXES)
    if draw.chance(0.4):
        inside = [e for e in EXCEPTS if (":" in e) == (":" in cidr) and _inside(e, cidr)]
        chosen = EXCEPTS if draw.chance(draw.rough) else inside
        if chosen:
            return {"cidr": cidr, "except": draw.sample(list(chosen), 1)}
    return {"cidr": cidr}


def _other(key: str, *values: str) -> Object:
    return {"key": key, "operator": "NotIn", "values": list(values)}


def _inside(inner: str, outer: str) -> bool:
    return ipaddress.ip_network(inner).subnet_of(ipaddress.ip_network(outer, strict=False))  # type: ignore[arg-type]


def _name(draw: Draw) -> Object:
    if draw.chance(draw.rough):
        return draw.choice(
            ({"matchName": "a b"}, {"matchPattern": "a,b"}, {}, {"matchName": "*.example.com"})
        )
    if draw.chance(0.5):
        return {"matchName": draw.choice(NAMES)}
    return {"matchPattern": draw.choice(PATTERNS)}


def _port_rule(draw: Draw, way: str, deny: bool, host: bool) -> Object:
    if deny or draw.chance(0.6):
        return {"ports": draw.listed(lambda: _port(draw))}
    if draw.chance(draw.rough):
        return {
            "ports": draw.some(lambda: _port(draw)),
            "rules": draw.choice(({"http": [{}]}, {"dns": []}, {})),
        }
    if way == "to" and draw.chance(0.4):
        ports: list[Object] = [{"port": "53", "protocol": draw.choice(("UDP", "ANY", "TCP"))}]
        return {
            "ports": ports,
            "rules": {
                "dns": [name for name in draw.some(lambda: _name(draw)) if name] or [{"matchName": NAMES[0]}]
            },
        }
    tcp: list[Object] = [{"port": draw.choice(("80", "443", "8080", "http")), "protocol": "TCP"}]
    if way == "to" and draw.chance(0.15):
        return {"ports": tcp, "listener": _listener(draw)}
    if draw.chance(0.25):
        return {"ports": tcp, "serverNames": [draw.choice(NAMES)]}
    found: Object = {"ports": tcp, "rules": {"http": draw.some(lambda: dict(draw.choice(HTTP)))}}
    if host and not draw.chance(draw.rough):
        del found["rules"]
    elif draw.chance(0.1):
        found["rules"] = {"http": draw.choice(([], None))}
    return found


def _listener(draw: Draw) -> Object:
    config = {"name": "edge"}
    if draw.chance(0.8):
        config["kind"] = draw.choice(("CiliumEnvoyConfig", "CiliumClusterwideEnvoyConfig"))
    found: Object = {"name": draw.choice(("front", "back")), "envoyConfig": config}
    return found | ({"priority": draw.choice((1, 99, 100))} if draw.chance(0.3) else {})


def _port(draw: Draw) -> Object:
    if draw.chance(draw.rough):
        return {
            "port": draw.choice(("99999", "080", "80-90", "", "a_b")),
            "protocol": draw.choice(("TCP", "ICMP")),
        }
    port: Object = {"port": draw.choice([str(n) for n in NUMBERS] + ["0", "0120", "0x50", *PORT_NAMES])}
    if draw.chance(0.85):
        port["protocol"] = draw.choice(("TCP", "TCP", "TCP", "UDP", "ANY", "SCTP"))
    if port["port"].isdigit() and draw.chance(0.2):
        port["endPort"] = min(65535, int(port["port"]) + draw.choice((0, 20, 1000)))
    return port


# --- the kinds of Kubernetes ---


def _plain(draw: Draw) -> Object:
    found: Object = {}
    if draw.chance(0.6):
        key = draw.choice(("app", "tier"))
        found["matchLabels"] = {key: draw.choice(LABELS[key])}
    if draw.chance(0.15):
        found["matchExpressions"] = [{"key": "app", "operator": "NotIn", "values": ["db"]}]
    return found


def _spaces(draw: Draw) -> Object:
    return draw.choice(
        (
            {},
            {"matchLabels": {"team": "red"}},
            {"matchLabels": {"kubernetes.io/metadata.name": "beta"}},
            {"matchExpressions": [_other("kubernetes.io/metadata.name", "beta", "gamma")]},
        )
    )


def _network_policy(draw: Draw) -> Object:
    def peer() -> Object:
        if draw.chance(0.35):
            block: Object = {"cidr": draw.choice(("10.0.0.0/8", "0.0.0.0/0", "203.0.113.7/32"))}
            if block["cidr"] != "203.0.113.7/32" and draw.chance(0.5):
                block["except"] = ["10.1.0.0/16"]
            return {"ipBlock": block}
        return draw.choice(
            (
                {"podSelector": _plain(draw)},
                {"namespaceSelector": _spaces(draw)},
                {"namespaceSelector": _spaces(draw), "podSelector": _plain(draw)},
            )
        )

    def port() -> Object:
        found: Object = {"protocol": draw.choice(("TCP", "UDP", "SCTP"))}
        if draw.chance(0.85):
            found["port"] = draw.choice((80, 53, 8080, "http", "dns"))
            if isinstance(found["port"], int) and draw.chance(0.2):
                found["endPort"] = found["port"] + 1000
        return found

    def rule(word: str) -> Object:
        found: Object = {}
        if draw.chance(0.85):
            found[word] = draw.some(peer) if draw.chance(0.9) else []
        if draw.chance(0.5):
            found["ports"] = draw.some(port) if draw.chance(0.9) else []
        return found

    found: Object = {"podSelector": _plain(draw) if draw.chance(0.6) else {}}
    if draw.chance(0.8):
        found["policyTypes"] = draw.choice((["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    for section, word in (("ingress", "from"), ("egress", "to")):
        if draw.chance(0.6):
            found[section] = draw.listed(lambda word=word: rule(word))
    return found


def _cluster_policy(draw: Draw, position: int) -> Object:
    def pods() -> Object:
        return {"pods": {"namespaceSelector": _spaces(draw), "podSelector": _plain(draw)}}

    def peer(way: str) -> Object:
        if way == "to" and draw.chance(0.1):
            return {"nodes": {} if draw.chance(0.4) else _nodes(draw)}
        if way == "to" and draw.chance(0.3):
            return {"networks": draw.sample([p for p in PREFIXES if p != "10.1.2.3/8"], draw.randint(1, 2))}
        return {"namespaces": _spaces(draw)} if draw.chance(0.5) else pods()

    def protocol() -> Object:
        if draw.chance(0.2):
            return {"destinationNamedPort": draw.choice(tuple(PORT_NAMES))}
        port: Object = {"number": draw.choice(NUMBERS)}
        if draw.chance(0.3):
            start = draw.choice(NUMBERS[:-1])
            port = {"range": {"start": start, "end": min(65535, start + 1000)}}
        return {draw.choice(("tcp", "udp", "sctp")): {"destinationPort": port} if draw.chance(0.85) else {}}

    def rule(way: str) -> Object:
        found: Object = {"action": draw.choice(("Accept", "Deny", "Pass")), way: draw.some(lambda: peer(way))}
        if way == "to" and draw.chance(draw.rough if found["action"] != "Accept" else 0.2):
            found[way].append({"domainNames": [draw.choice((*NAMES, "*.example.com", "*.org"))]})
        if draw.chance(0.5):
            found["protocols"] = draw.some(protocol)
        return found

    found: Object = {
        "tier": draw.choice(("Admin", "Baseline")),
        "priority": draw.choice((position * 10, position * 10, 20)),
        "subject": {"namespaces": _spaces(draw)} if draw.chance(0.6) else pods(),
    }
    for section, way in (("ingress", "from"), ("egress", "to")):
        if draw.chance(0.75):
            found[section] = draw.some(lambda way=way: rule(way), 3)
    return found
