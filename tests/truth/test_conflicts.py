"""Which items are named where Cilium cannot merge what some of them say, and why (semantics §2.4, §10.6)."""

import json

import pytest

from propolis.manifest import Source, read
from propolis.model.settings import Enforcement, Settings, Version
from propolis.model.world import World
from propolis.semantics.bounds import Conflict, conflict
from propolis.semantics.ruleset import ruleset

HTTP = {"rules": {"http": [{"method": "GET"}]}}
NAMES = {"serverNames": ["a.b"]}
DNS = {"rules": {"dns": [{"matchPattern": "*"}]}}
KAFKA = {"rules": {"kafka": [{"topic": "a"}]}}
EVERY = ("1.16", "1.17", "1.18", "1.19", "1.20")


def listener(name: str, priority: int = 0, kind: str = "CiliumEnvoyConfig") -> dict:
    rank = {"priority": priority} if priority else {}
    config = {"name": "edge"} | ({"kind": kind} if kind else {})
    return {"listener": {"name": name, "envoyConfig": config, **rank}}


def to(peer: dict, clause: dict | None = None, port: str = "443", **more: object) -> dict:
    protocol = more.pop("protocol", "TCP")
    end = {"endPort": more.pop("end")} if "end" in more else {}
    return {
        **peer,
        "toPorts": [{"ports": [{"port": port, "protocol": protocol, **end}], **(clause or {})}],
        **more,
    }


def tls(name: str) -> dict:
    return {"terminatingTLS": {"secret": {"name": name}}}


def icmp(kind: int | str, family: str, **more: object) -> dict:
    return {**WORLD, "icmps": [{"fields": [{"type": kind, "family": family}]}], **more}


WORLD = {"toEntities": ["world"]}
API = {"toEndpoints": [{"matchLabels": {"app": "api"}}]}
EVERYWHERE = {"toCIDR": ["0.0.0.0/0"]}
NOBODY: dict = {"toEndpoints": []}
REQUIRED = {"authentication": {"mode": "required"}}
DISABLED = {"authentication": {"mode": "disabled"}}
PROXIES = "rules for the same peers and port cannot be merged"
ONE_PORT = "rules for the same port cannot be merged"
ORDER = "server names cannot be merged into HTTP rules"
LISTENERS = "two listeners of the same priority"

CASES = [
    # items, releases, words of the reason, the items that are named
    ([to(WORLD, HTTP), to(API), to(WORLD, DNS, "443")], EVERY, PROXIES, (0, 2)),
    ([to(WORLD, HTTP), to(API, DNS)], ("1.16", "1.17"), ONE_PORT, (0, 1)),
    ([to(WORLD, HTTP), to(API, DNS)], ("1.18", "1.19", "1.20"), "", ()),
    ([to(WORLD, HTTP, "53"), to(API, DNS, "53", protocol="UDP")], EVERY, "", ()),
    ([to(WORLD, HTTP, "80"), to(API, listener("a"), "80", end=90)], ("1.17",), "", ()),
    ([to(WORLD, HTTP, "80"), to(API, listener("a"), "80")], ("1.17",), ONE_PORT, (0, 1)),
    ([to(WORLD, HTTP, "53"), to(NOBODY, DNS, "53")], EVERY, "", ()),
    (
        [to(WORLD, HTTP, "53"), to(API, HTTP, "53"), to(API, DNS, "53")],
        ("1.17", "1.19"),
        "cannot be merged",
        None,
    ),
    ([to(WORLD, **REQUIRED), to(WORLD, **DISABLED)], EVERY, "different authentication modes", (0, 1)),
    ([{**WORLD, **REQUIRED}, {**WORLD, **DISABLED}], EVERY, "different authentication modes", (0, 1)),
    ([to(WORLD, **REQUIRED), to(WORLD), to(API, **DISABLED)], EVERY, "", ()),
    ([to(WORLD, HTTP), to(WORLD, NAMES)], EVERY, ORDER, (0, 1)),
    ([to(WORLD, NAMES), to(WORLD, HTTP)], EVERY, "", ()),
    ([to(WORLD, NAMES), to(WORLD, HTTP), to(WORLD)], EVERY, ORDER, (0, 1, 2)),
    ([to(WORLD, listener("a")), to(WORLD, listener("b"))], EVERY, LISTENERS, (0, 1)),
    ([to(WORLD, listener("a", 1)), to(WORLD, listener("b", 2))], EVERY, "", ()),
    ([to(WORLD, listener("a", 1)), to(WORLD, listener("b", 2)), to(WORLD, listener("c", 2))], EVERY, "", ()),
    (
        [to(WORLD, listener("b", 2)), to(WORLD, listener("c", 2)), to(WORLD, listener("a", 1))],
        EVERY,
        LISTENERS,
        None,
    ),
    ([to(WORLD, listener("b", 2)), to(WORLD, listener("a", 1)), to(WORLD, listener("c", 2))], EVERY, "", ()),
    ([to(WORLD, listener("a")), to(WORLD, listener("b", 100))], EVERY, "", ()),
    (
        [to(WORLD, listener("a")), to(WORLD, listener("a", 0, "CiliumClusterwideEnvoyConfig"))],
        EVERY,
        LISTENERS,
        (0, 1),
    ),
    ([to(WORLD, listener("a", 0, "")), to(WORLD, listener("a"))], EVERY, "", ()),
    ([to(WORLD, listener("a")), to(WORLD, HTTP)], EVERY, PROXIES, (0, 1)),
    ([to(WORLD, KAFKA), to(WORLD, listener("a"))], ("1.18", "1.19"), "a listener and a parser", (0, 1)),
    ([to(WORLD, HTTP, "53"), to(NOBODY, DNS, "53"), to(API, HTTP | tls("a"))], EVERY, "", ()),
    ([to(EVERYWHERE, HTTP), to(WORLD, DNS)], ("1.18",), PROXIES, (0, 1)),
    ([to(EVERYWHERE, HTTP), to(WORLD, DNS)], ("1.19", "1.20"), "", ()),
    ([to({"toEntities": ["all", "health"]}, HTTP), to({"toEntities": ["health"]}, DNS)], EVERY[2:], "", ()),
    ([to(WORLD, HTTP | tls("a")), to(WORLD, HTTP | tls("b"))], EVERY, "different TLS contexts", (0, 1)),
    ([to(WORLD, HTTP | tls("a")), to(WORLD, HTTP | tls("a"))], EVERY, "", ()),
    ([to(WORLD, listener("a")), to(WORLD, listener("b", 1)), to(WORLD, listener("c"))], EVERY, "", ()),
    ([to(WORLD, NAMES), to(WORLD, {"rules": {"http": []}}), to(WORLD)], EVERY, "", ()),
    (
        [to(WORLD, HTTP, **REQUIRED), to(WORLD, HTTP, **DISABLED)],
        EVERY,
        "different authentication modes",
        (0, 1),
    ),
    ([{**NOBODY, **REQUIRED}, {"toEntities": ["all"], **DISABLED}], EVERY, "", ()),
    ([dict(REQUIRED), {"toEntities": ["all"], **DISABLED}], EVERY, "", ()),
    (
        [to(dict[str, object](), **REQUIRED), to({"toEntities": ["all"]}, **DISABLED)],
        EVERY,
        "different auth",
        (0, 1),
    ),
    ([icmp(8, "IPv4", **REQUIRED), icmp(8, "IPv6", **DISABLED)], EVERY, "", ()),
    ([icmp(8, "IPv4", **REQUIRED), icmp(0, "IPv4", **DISABLED)], EVERY, "", ()),
    ([icmp(8, "IPv4", **REQUIRED), icmp("EchoRequest", "IPv4", **DISABLED)], EVERY, "different auth", (0, 1)),
    ([{**WORLD, "icmps": [{}], **REQUIRED}, icmp(8, "IPv4", **DISABLED)], EVERY, "", ()),
    ([to(WORLD, HTTP), {**API, "toPorts": [NAMES]}], EVERY, "", ()),
]


def clash_of(release: str, *objects: dict, **settings: object) -> Conflict | None:
    """Why Cilium cannot merge what *objects* say; each has what is not written in an object of the namespace `shop`."""
    chosen = Settings(version=Version(*map(int, release.split("."))), **settings)  # type: ignore[arg-type]
    whole = {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy"}
    text = "\n---\n".join(json.dumps(whole | each) for each in objects)
    rules = ruleset(read((Source("p.yaml", text),), chosen.version).policies, World(), chosen)
    assert not rules.rejections, rules.rejections
    return conflict(rules.rules, chosen)


def named(name: str) -> dict:
    return {"metadata": {"name": name, "namespace": "shop"}}


def egress(items: list[dict]) -> dict:
    return {"endpointSelector": {}, "egress": items}


def found(
    items: list[dict], release: str, *others: list[dict], **settings: object
) -> tuple[str, tuple[int, ...]]:
    """The reason and the numbers of the items that are named; *others* stand in `specs` of the same object."""
    specs = {"specs": [egress(each) for each in others]} if others else {}
    clash = clash_of(release, {**named("p"), "spec": egress(items), **specs}, **settings)
    numbers = (int(origin.path[origin.path.index("egress") + 1]) for origin in clash.rules) if clash else ()
    return (clash.reason, tuple(numbers)) if clash else ("", ())


@pytest.mark.parametrize(
    ("items", "release", "words", "told"),
    [(items, release, words, told) for items, releases, words, told in CASES for release in releases],
)
def test_the_items_that_clash_are_named(
    items: list[dict], release: str, words: str, told: tuple[int, ...] | None
):
    reason, numbers = found(items, release)
    assert words in reason
    assert bool(reason) is bool(words), reason
    assert told is None or numbers == told


def test_nobody_asks_where_nothing_is_enforced():
    clash = [to(WORLD, HTTP), to(WORLD, DNS)]
    assert found(clash, "1.19", enforcement=Enforcement.NEVER) == ("", ())
    assert found(clash, "1.19", enforcement=Enforcement.ALWAYS) != ("", ())


@pytest.mark.parametrize(
    ("specs", "until_1_18", "later"),
    [
        (([to(WORLD, NAMES), to(WORLD, HTTP)],), False, False),
        (([to(WORLD, NAMES)], [to(WORLD, HTTP)]), True, False),
        (([to(WORLD, HTTP)], [to(WORLD, NAMES)]), True, True),
        (([to(API)], [to(WORLD, NAMES), to(WORLD, HTTP)]), False, False),
        (([to(WORLD)], [to(WORLD, NAMES), to(WORLD, HTTP)]), True, False),
        (([to(WORLD, NAMES)], [to(WORLD, NAMES)], [to(WORLD, HTTP)]), True, False),
        (
            ([to(WORLD, listener("a", 2))], [to(WORLD, listener("b", 1))], [to(WORLD, listener("c", 2))]),
            True,
            False,
        ),
    ],
)
def test_up_to_1_18_specs_are_taken_in_any_order(
    specs: tuple[list[dict], ...], until_1_18: bool, later: bool
):
    first, *others = specs
    assert bool(found(first, "1.18", *others)[0]) is until_1_18
    assert bool(found(first, "1.19", *others)[0]) is later


def test_many_specs_that_cannot_clash_do_not():
    for clause in (HTTP, NAMES, listener("a")):
        assert found([to(WORLD, clause)], "1.18", *([to(WORLD, clause)] for _ in range(6))) == ("", ())
    assert found([to(WORLD, listener("a"))], "1.18", *([to(WORLD)] for _ in range(6))) == ("", ())


def test_more_orders_than_are_looked_at_may_hold_one_that_fails():
    many = [[to(WORLD)] for _ in range(5)]
    for first, second, reason in (
        (NAMES, HTTP, ORDER),
        (listener("a", 2), listener("b", 2), LISTENERS),
        (listener("a", 1), listener("b", 2), LISTENERS),
    ):
        words, numbers = found([to(WORLD, first)], "1.18", [to(WORLD, second)], *many)
        assert reason in words
        assert len(numbers) == 7


@pytest.mark.parametrize("release", EVERY)
def test_what_comes_after_a_deny_of_its_cell_clashes_only_where_the_order_is_open(release: str):
    allows = {**named("p"), "spec": egress([to(WORLD, HTTP), to(WORLD, DNS)])}
    before, after = (
        {**named(name), "spec": {"endpointSelector": {}, "egressDeny": [to(WORLD)]}} for name in ("a", "q")
    )
    in_order = release in ("1.19", "1.20")
    assert (clash_of(release, allows, before) is not None) is not in_order
    assert clash_of(release, allows, after) is not None


@pytest.mark.parametrize(("release", "clashes"), [("1.18", False), ("1.19", True), ("1.20", True)])
def test_a_selector_of_everybody_hides_the_others_of_its_item_up_to_1_18(release: str, clashes: bool):
    health = {"matchLabels": {"reserved:health": ""}}
    policy = {
        "kind": "CiliumClusterwideNetworkPolicy",
        "metadata": {"name": "p"},
        "spec": {
            "endpointSelector": {"matchLabels": {"reserved:init": ""}},
            "egress": [to({"toEndpoints": [{}, health]}, HTTP), to({"toEndpoints": [health]}, DNS)],
        },
    }
    assert (clash_of(release, policy, default_local_cluster=False) is not None) is clashes
