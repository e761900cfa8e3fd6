"""Drawn cases about what random clusters seldom hold: modes that are inherited, and proxies that meet in one cell.

Every mixture is put to every release, like the questions.
"""

import random
from collections.abc import Callable, Sequence

from oracle.cases import Object
from oracle.questions import (
    ADDRESS,
    API,
    HOST,
    WEB,
    case_of,
    identities,
    listener_of,
    object_of,
    port_of,
    range_of,
    secret,
)

MANY = 250
"""So many of each kind."""


def mixtures(release: str) -> list[Object]:
    """All mixtures as cases of *release*."""
    found = [(f"authentication, drawn {number}", _modes, number) for number in range(MANY)]
    found += [(f"merging, drawn {number}", _merges, number) for number in range(MANY)]
    return [_case(release, title, make, number) for title, make, number in found]


def _case(release: str, title: str, make: Callable[["_Draw"], list[Object]], number: int) -> Object:
    draw = _Draw(random.Random(number))
    policies = make(draw)
    if release.startswith("1.20.") and draw.chance(0.3):
        policies.append(object_of(_level(draw), "ClusterNetworkPolicy"))
    named = [
        each | ({"tcp_ports": {"web": 443}} if each["id"] in (WEB, API) else {})
        for each in identities(release)
    ]
    ports = [("TCP", port) for port in (399, 440, 443, 447, 448, 451, 480, 500, 501, 50000)]
    others = [("UDP", 443), ("ICMP", 8), ("ICMP", 3), ("ICMPv6", 8)]
    asked = [(API, *each) for each in (*ports, *others)]
    if make is _merges:
        asked = [(peer, "TCP", port) for peer in (API, HOST, ADDRESS) for port in (443, 447, 448)]
    flows = [
        {"subject": WEB, "peer": peer, "dir": draw.way, "proto": protocol, "port": port}
        for peer, protocol, port in asked
    ]
    return case_of(release, title, policies, identities=named, flows=flows)


class _Draw:
    """One mixture: all of its items are about *way*, and *prefix* begins the names of their peers."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.way = dice.choice(("ingress", "egress"))
        self.prefix = {"ingress": "from", "egress": "to"}[self.way]

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def one(self, choices: Sequence[Object]) -> Object:
        return self.dice.choice(choices)

    def peer(self) -> Object:
        return self.one(
            (
                {f"{self.prefix}Endpoints": [{"matchLabels": {"app": "api"}}]},
                {f"{self.prefix}Endpoints": [{}]},
                {f"{self.prefix}Endpoints": [{}]},
                {f"{self.prefix}Entities": ["all"]},
                {f"{self.prefix}Entities": ["all"]},
                {f"{self.prefix}Endpoints": [{"matchLabels": {"app": "api"}}]},
                {f"{self.prefix}Endpoints": []},
                {},
            )
        )


# --- modes ---

_HTTP: Object = {"rules": {"http": [{"method": "GET"}]}}
_PLACES: Sequence[Object] = (
    {},
    {"toPorts": [port_of(port="0")]},
    {"toPorts": [{"ports": [{"port": "0", "endPort": 443, "protocol": "TCP"}]}]},
    {"toPorts": [range_of(448, 511)]},
    {"toPorts": [{}]},
    {"icmps": [{}]},
    {"toPorts": [range_of(400, 500)]},
    {"toPorts": [range_of(1, 443)]},
    {"toPorts": [range_of(440, 447)]},
    {"toPorts": [range_of(440, 447) | _HTTP]},
    {"toPorts": [range_of(448, 451)]},
    {"toPorts": [port_of()]},
    {"toPorts": [port_of(port="web")]},
    {"toPorts": [port_of("ANY", "443"), port_of(port="web")]},
    {"icmps": [{"fields": [{"type": 8}]}]},
    {"icmps": [{"fields": [{"type": 8, "family": "IPv6"}, {"type": 0}]}]},
)


def _modes(draw: _Draw) -> list[Object]:
    """Two to four items with and without a mode, of peers and ports that hold one another."""
    policies = []
    for _ in range(draw.dice.randint(2, 4)):
        item = {**draw.peer(), **draw.one(_PLACES)}
        kind = draw.dice.choice(
            ("plain", "plain", "plain", "required", "required", "disabled", "deny", "test-always-fail")
        )
        more = {} if kind in ("plain", "deny") else {"authentication": {"mode": kind}}
        policies.append(_policy(f"{draw.way}Deny" if kind == "deny" else draw.way, item | more))
    return policies


def _policy(section: str, item: Object) -> Object:
    return object_of({"endpointSelector": {}, section: [item]})


def _level(draw: _Draw) -> Object:
    """A policy of Kubernetes before or after those of Cilium."""
    port = draw.one(({"number": 443}, {"range": {"start": 440, "end": 447}}))
    rule = {
        "action": draw.dice.choice(("Accept", "Accept", "Pass", "Deny")),
        draw.prefix: [{"namespaces": {}}],
        **draw.one(({}, {"protocols": [{"tcp": {"destinationPort": port}}]})),
    }
    tier = draw.dice.choice(("Admin", "Baseline"))
    return {"tier": tier, "priority": 1, "subject": {"namespaces": {}}, draw.way: [rule]}


# --- proxies ---


_CLAUSES: Sequence[Object] = (
    {},
    {},
    _HTTP,
    _HTTP,
    {"rules": {"http": [{"method": "PUT"}]}},
    {"rules": {"http": [{}]}},
    {"rules": {"http": []}},
    {"rules": {"dns": [{"matchPattern": "*"}]}},
    {"serverNames": ["api.example.com"]},
    {"serverNames": ["api.example.com"]},
    _HTTP | {"serverNames": ["api.example.com"]},
    {"terminatingTLS": secret("a")},
    _HTTP | {"terminatingTLS": secret("a"), "originatingTLS": secret("ca")},
    {"terminatingTLS": secret("b"), "serverNames": ["b.example.com"]},
    {"originatingTLS": secret("ca")},
    listener_of("a", "CiliumEnvoyConfig", 0),
    listener_of("b", "CiliumEnvoyConfig", 7),
    listener_of("a", "CiliumClusterwideEnvoyConfig", 100),
)
_PORTS = (port_of(), port_of(), port_of(), range_of(440, 447), port_of(port="web"), port_of("ANY", "443"))


def _merges(draw: _Draw) -> list[Object]:
    """Two to five items with proxies and without, in one policy, in its specs or each in its own."""
    found: list[tuple[str, Object]] = []
    for _ in range(draw.dice.randint(2, 5)):
        peer, prefix = draw.peer(), draw.one(({f"{draw.prefix}CIDR": ["10.1.2.0/24"]}, {}, {}, {}))
        item = {**(prefix or peer)}
        denies = draw.chance(0.1)
        if not draw.chance(0.1):
            item["toPorts"] = [draw.one(_PORTS) | ({} if denies else draw.one(_CLAUSES))]
        if not denies and draw.chance(0.1):
            item["authentication"] = {"mode": draw.dice.choice(("required", "disabled"))}
        found.append((f"{draw.way}Deny" if denies else draw.way, item))
    shape = draw.dice.choice(("one", "specs", "each", "each"))
    if shape == "one":
        sections = {section: [item for name, item in found if name == section] for section, _ in found}
        return [object_of({"endpointSelector": {}, **sections})]
    each = [_policy(section, item) for section, item in found]
    if shape == "specs":
        return [object_of(specs=[one["spec"] for one in each])]
    return each
