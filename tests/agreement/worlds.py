"""Small random clusters: a few pods, one to five policies of every kind, every peer, port and request word."""

import random
from collections.abc import Sequence
from typing import Any

import msgspec

from propolis.manifest.policies import policy
from propolis.manifest.schema import checked
from propolis.model.policy import Kind, Policy
from propolis.model.settings import (
    CIDR_MATCHES_PODS,
    NEWEST,
    NODES,
    PODS,
    SUPPORTED,
    Defect,
    Enforcement,
    Settings,
)
from propolis.model.world import CidrGroup, NamedPort, Namespace, Service, Workload, World

NAMESPACES = ("alpha", "beta")
LABELS = {"app": ("web", "api", "db"), "tier": ("front", "back")}
PORTS = ("53", "80", "8080", "web", "0", "090", "dns")
PREFIXES = ("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "192.0.2.7/32", "2001:db8::/32")
ENTITIES = (
    "all",
    "world",
    "cluster",
    "host",
    "remote-node",
    "ingress",
    "health",
    "kube-apiserver",
    "none",
    "init",
)
NAMES = ("api.example.com", "cdn.example.org")
PATTERNS = ("*.example.com", "*", "**.example.com", "api.*")
HTTP: Sequence[dict[str, Any]] = (
    {},
    {"method": "GET", "path": "/api/.*"},
    {"path": "/healthz", "headers": ["X-Key"]},
    {"headers": ["X-Key: secret"]},
    {"method": "POST|PUT", "host": "shop\\.example\\.com"},
    {"headerMatches": [{"name": "X-Env", "value": "prod", "mismatch": "LOG"}]},
    {"headerMatches": [{"name": "X-Env", "secret": {"name": "s", "namespace": "n"}}]},
)


class Draw:
    """Choices of one random case."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    def one(self, values: Sequence[Any]) -> Any:
        return self.random.choice(values)

    def some(self, make: Any, least: int, most: int) -> list[Any]:
        return [make() for _ in range(self.random.randint(least, most))]

    # --- selectors ---

    def selector(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.chance(0.6):
            key = self.one(tuple(LABELS))
            found["matchLabels"] = {self.one(("", "k8s:", "any:")) + key: self.one(LABELS[key])}
            if self.chance(0.3):
                found["matchLabels"]["k8s:io.kubernetes.pod.namespace"] = self.one(NAMESPACES)
        if self.chance(0.25):
            found["matchExpressions"] = [self.expression()]
        return found

    def expression(self) -> dict[str, Any]:
        key = self.one(("app", "tier", "io.kubernetes.pod.namespace", "reserved:host", "k8s:tier"))
        operator = self.one(("In", "NotIn", "Exists", "DoesNotExist"))
        values = list(LABELS.get(key.split(":")[-1], NAMESPACES))[:2]
        return {
            "key": key,
            "operator": operator,
            **({"values": values} if operator in ("In", "NotIn") else {}),
        }

    # --- policies of Cilium ---

    def peers(self, way: str, deny: bool) -> dict[str, Any]:
        def cidr_set() -> dict[str, Any]:
            if self.chance(0.2):
                return {"cidrGroupRef": "office"}
            return (
                {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}
                if self.chance(0.6)
                else {"cidr": self.one(PREFIXES)}
            )

        words: dict[str, Any] = {
            "Endpoints": self.selector,
            "Entities": lambda: self.one(ENTITIES),
            "CIDR": lambda: self.one(PREFIXES),
            "CIDRSet": cidr_set,
            "Nodes": lambda: {"matchLabels": {"node:zone": "a"}} if self.chance(0.2) else {},
            "Groups": lambda: {"aws": {"securityGroupsNames": ["x"]}},
        }
        if way == "to":
            words["Services"] = lambda: {
                "k8sService": {"serviceName": self.one(("api", "lost")), "namespace": "alpha"}
            }
            if not deny:
                words["FQDNs"] = lambda: (
                    {"matchName": self.one(NAMES)}
                    if self.chance(0.5)
                    else {"matchPattern": self.one(PATTERNS)}
                )
        word = self.one([w for w in words if w != "Groups" or self.chance(0.2)])
        return (
            {} if self.chance(0.2) else {way + word: self.some(words[word], 0 if self.chance(0.15) else 1, 2)}
        )

    def port_rule(self, way: str, deny: bool) -> dict[str, Any]:
        rules: dict[str, Any] = {}
        protocol = self.one(("TCP", "TCP", "UDP", "ANY", "SCTP"))
        if not deny and self.chance(0.4):
            if way == "to" and self.chance(0.4):
                rules = {"dns": [{"matchPattern": self.one(PATTERNS)}]}
            else:
                protocol, rules = (
                    "TCP",
                    {"http": self.some(lambda: self.one(HTTP), 0 if self.chance(0.1) else 1, 2)},
                )
        port: dict[str, Any] = {
            "port": self.one(("53", "80", "8080", "web") if rules else PORTS[:5]),
            "protocol": protocol,
        }
        if not rules and port["port"].isdigit() and self.chance(0.2):
            port["endPort"] = int(port["port"]) + 40
        found: dict[str, Any] = {"ports": [port]}
        if rules:
            found["rules"] = rules
        elif not deny and protocol == "TCP" and self.chance(0.1):
            found["serverNames"] = [self.one(("api.example.com", "*.example.net"))]
        if not deny and protocol == "TCP" and self.chance(0.06):
            found["terminatingTLS"] = {"secret": {"namespace": "alpha", "name": self.one(("a", "b"))}}
        if not deny and not rules and way == "to" and self.chance(0.05):
            found["listener"] = {"name": self.one(("l", "m")), "envoyConfig": {"name": "e"}}
        return {} if self.chance(0.05) else found

    def item(self, way: str, deny: bool) -> dict[str, Any]:
        if self.chance(0.1):
            return {}
        found = self.peers(way, deny)
        if self.chance(0.6):
            found["toPorts"] = self.some(lambda: self.port_rule(way, deny), 0 if self.chance(0.1) else 1, 2)
        elif self.chance(0.2):
            found["icmps"] = [{"fields": [{"type": self.one((0, 3, 8)), "family": "IPv4"}]}]
        if not deny and self.chance(0.1):
            found["authentication"] = {"mode": self.one(("required", "disabled"))}
        return found

    def spec(self, namespaced: bool) -> dict[str, Any]:
        found: dict[str, Any] = {"endpointSelector": self.selector()}
        if not namespaced and self.chance(0.1):
            found = {"nodeSelector": {}}
        for section, way, deny, part in (
            ("ingress", "from", False, 0.7),
            ("egress", "to", False, 0.7),
            ("ingressDeny", "from", True, 0.25),
            ("egressDeny", "to", True, 0.25),
        ):
            if self.chance(part):
                found[section] = self.some(lambda way=way, deny=deny: self.item(way, deny), 1, 2)
        if self.chance(0.15):
            found["enableDefaultDeny"] = {"ingress": self.chance(0.3), "egress": self.chance(0.3)}
        return found

    # --- the other kinds ---

    def network_policy(self) -> dict[str, Any]:
        def plain() -> dict[str, Any]:
            key = self.one(tuple(LABELS))
            return {"matchLabels": {key: self.one(LABELS[key])}} if self.chance(0.7) else {}

        def peer() -> dict[str, Any]:
            if self.chance(0.3):
                return {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}
            return (
                {"podSelector": plain()}
                if self.chance(0.6)
                else {"namespaceSelector": {}, "podSelector": plain()}
            )

        found: dict[str, Any] = {
            "podSelector": plain(),
            "policyTypes": self.one((["Ingress"], ["Egress"], ["Ingress", "Egress"])),
        }
        for section, word in (("ingress", "from"), ("egress", "to")):
            if self.chance(0.6):
                rule: dict[str, Any] = {word: self.some(peer, 0, 2)}
                if self.chance(0.5):
                    rule["ports"] = [
                        {"port": self.one((80, "web", 53)), "protocol": self.one(("TCP", "UDP"))}
                    ]
                found[section] = [rule]
        return found

    def cluster_policy(self) -> dict[str, Any]:
        def peer(way: str, action: str) -> dict[str, Any]:
            if self.chance(0.05):
                return {"unheardOf": {}}
            if way == "to" and self.chance(0.2):
                return {"nodes": {"matchLabels": {"zone": "a"}} if self.chance(0.3) else {}}
            if way == "to" and action == "Accept" and self.chance(0.2):
                return {"domainNames": [self.one(("*.example.com", *NAMES))]}
            if way == "to" and self.chance(0.3):
                return {"networks": [self.one(PREFIXES[:4])]}
            return (
                {"namespaces": {}}
                if self.chance(0.5)
                else {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "api"}}}}
            )

        def rule(way: str) -> dict[str, Any]:
            action = self.one(("Accept", "Deny", "Pass"))
            found: dict[str, Any] = {"action": action, way: self.some(lambda: peer(way, action), 1, 2)}
            if self.chance(0.5):
                found["protocols"] = [{"tcp": {"destinationPort": {"range": {"start": 80, "end": 8080}}}}]
            return found

        return {
            "tier": self.one(("Admin", "Baseline")),
            "priority": self.one((0, 10, 20)),
            "subject": {"namespaces": {}},
            "ingress": self.some(lambda: rule("from"), 0, 2),
            "egress": self.some(lambda: rule("to"), 0, 2),
        }


def policies(draw: Draw, settings: Settings) -> tuple[Policy, ...]:
    found = []
    for number in range(draw.random.randint(1, 5)):
        kind = draw.one((Kind.CNP, Kind.CNP, Kind.CCNP, Kind.NP, Kind.KCNP))
        namespace = draw.one(NAMESPACES) if kind in (Kind.CNP, Kind.NP) else ""
        spec = {
            Kind.CNP: lambda: draw.spec(True),
            Kind.CCNP: lambda: draw.spec(False),
            Kind.NP: draw.network_policy,
            Kind.KCNP: draw.cluster_policy,
        }[kind]()
        version = {Kind.NP: "networking.k8s.io/v1", Kind.KCNP: "policy.networking.k8s.io/v1alpha2"}.get(
            kind, "cilium.io/v2"
        )
        metadata = {"name": f"p{number}", **({"namespace": namespace} if namespace else {})}
        value = {"apiVersion": version, "kind": kind.value, "metadata": metadata, "spec": spec}
        read = policy(checked(value, kind.value, settings.version).value, kind, namespace)
        found.append(msgspec.structs.replace(read, document=number))
    return tuple(found)


def world(draw: Draw) -> World:
    def workload(number: int) -> Workload:
        labels = tuple(sorted((key, draw.one(values)) for key, values in LABELS.items() if draw.chance(0.8)))
        ports = (NamedPort("web", "TCP", draw.one((80, 8080))),) if draw.chance(0.7) else ()
        return Workload("Deployment", f"w{number}", draw.one(NAMESPACES), labels, ports=ports)

    return World(
        namespaces=tuple(
            Namespace(n, (("kubernetes.io/metadata.name", n), ("team", n[0]))) for n in NAMESPACES
        ),
        workloads=tuple(workload(number) for number in range(draw.random.randint(2, 3))),
        services=(Service("api", "alpha", (), (("app", "api"),)),),
        cidr_groups=(CidrGroup("office", ("192.0.2.0/24",)),),
        outside_names=("other.example.net",),
        knows_nodes=draw.chance(0.5),
    )


def settings(draw: Draw) -> Settings:
    version = draw.one((*SUPPORTED, NEWEST))
    return Settings(
        version=version,
        enforcement=draw.one((Enforcement.DEFAULT,) * 6 + (Enforcement.ALWAYS, Enforcement.NEVER)),
        allow_localhost=draw.chance(0.7),
        host_firewall=draw.chance(0.3),
        ipv6=draw.chance(0.3),
        default_local_cluster=draw.one((None, True, False)),
        node_selector_labels=True,
        k8s_cluster_network_policy=True,
        cidr_match_mode=frozenset(
            mode
            for mode in (NODES, PODS)
            if draw.chance(0.1) and (mode == NODES or version >= CIDR_MATCHES_PODS)
        ),
        defects=frozenset(defect for defect in Defect if draw.chance(0.1)),
    )
