"""Mutations: small, deterministic damage to a JSON value."""

import copy
import json
import random
import re
from collections.abc import Iterator
from typing import Any

_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    7,
    -1,
    70000,
    1.5,
    3.0,
    "",
    "*",
    "a",
    "TCP",
    "tcp",
    "ICMP",
    "8080",
    "80-90",
    "-web",
    "web-",
    "%web",
    "a b",
    "a..b",
    "*.example.com",
    "**.example.com",
    "*.*.example.com",
    "x" * 33,
    "x" * 64,
    "x" * 254,
    "x" * 256,
    "y." * 127,
    "10.0.0.0/8",
    "10.0.0.1",
    "010.0.0.0/8",
    "10.0.0.0/08",
    "10.0.0.0/33",
    "2001:db8::/32",
    "fe80::1%eth0/64",
    "In",
    "Exists",
    "EchoRequest",
    "ExtendedEchoReply",
    "required",
    "a\nb",
    "a\n",
    [],
    [None],
    ["a", "a"],
    ["world"],
    [{}],
    [[]],
    {},
    {"a": None},
    {"a": "b"},
    {"a": 1},
    {"name": "n"},
    {"matchLabels": {"k8s:app": "web"}},
    {"matchExpressions": [{"key": "app", "operator": "In"}]},
    {"matchName": "example.com"},
    {"matchPattern": "*.com", "matchName": "a.b"},
    {"cidr": "10.0.0.0/8", "cidrGroupRef": "a"},
)
_NAMES = re.findall(
    r"\S+",
    "spec specs metadata endpointSelector nodeSelector ingress ingressDeny egress egressDeny toPorts ports "
    "port endPort protocol rules http dns kafka l7 l7proto serverNames listener terminatingTLS "
    "originatingTLS icmps fields type family fromEndpoints toEndpoints fromCIDR toCIDR fromCIDRSet "
    "toCIDRSet fromEntities toEntities toFQDNs toServices k8sService k8sServiceSelector selector toNodes "
    "fromNodes toGroups fromGroups toRequires fromRequires aws authentication mode matchLabels "
    "matchExpressions key operator values matchName matchPattern cidr cidrGroupRef cidrGroupSelector except "
    "description labels log value enableDefaultDeny headers headerMatches name secret mismatch envoyConfig "
    "priority kind topic role source",
)


def mutants(value: dict[str, Any], count: int, seed: str) -> Iterator[dict[str, Any]]:
    """*count* damaged copies of *value*, each damaged once to three times; the same for the same *seed*."""
    chance, text = random.Random(seed), json.dumps(value)
    for _ in range(count):
        mutant = json.loads(text)
        for _ in range(chance.choice((1, 1, 2, 3))):
            _damage(mutant, chance)
        yield mutant


def one_by_one(value: dict[str, Any], values: int) -> Iterator[dict[str, Any]]:
    """Copies of *value*, each with one place dropped, or holding 41 items, or a text of another length.

    And each place holds *values* others in turn.
    """
    text = json.dumps(value)
    for number, path in enumerate(_paths(value, ())):
        yield _dropped(json.loads(text), path)
        mutant = json.loads(text)
        parent, key = _parent(mutant, path)
        if isinstance(parent[key], list) and parent[key]:
            parent[key] = (parent[key] * 41)[:41]
            yield mutant
        lengths = _LENGTHS if isinstance(parent[key], str) else ()
        turns = (_VALUES[(number * 7 + turn) % len(_VALUES)] for turn in range(values))
        for other in (*lengths, *turns):
            mutant = json.loads(text)
            parent, key = _parent(mutant, path)
            parent[key] = copy.deepcopy(other)
            yield mutant


ALL_VALUES = len(_VALUES)
_LENGTHS = ("", "x" * 33, "x" * 256)


def _paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        if (*path, key)[0] not in ("metadata", "kind"):
            yield (*path, key)
            yield from _paths(part, (*path, key))


def _parent(value: Any, path: tuple[Any, ...]) -> tuple[Any, Any]:
    for key in path[:-1]:
        value = value[key]
    return value, path[-1]


def _dropped(value: Any, path: tuple[Any, ...]) -> Any:
    parent, key = _parent(value, path)
    del parent[key]
    return value


def _damage(value: dict[str, Any], chance: random.Random) -> None:
    container = chance.choice(list(_containers(value)))
    if isinstance(container, dict):
        _damage_mapping(container, chance)
    else:
        _damage_list(container, chance)


def _damage_mapping(mapping: dict[str, Any], chance: random.Random) -> None:
    keys = sorted(mapping)
    action = chance.choice(("drop", "set", "set", "add", "add", "rename"))
    if action == "add" or not keys:
        mapping[chance.choice(_NAMES)] = copy.deepcopy(chance.choice(_VALUES))
        return
    key = chance.choice(keys)
    old = mapping.pop(key)
    if action == "set":
        mapping[key] = copy.deepcopy(chance.choice(_VALUES))
    elif action == "rename":
        mapping[chance.choice(_NAMES)] = old


def _damage_list(items: list[Any], chance: random.Random) -> None:
    action = chance.choice(("drop", "set", "append", "double", "many"))
    place = chance.randrange(len(items)) if items else 0
    if action == "append" or not items:
        items.append(copy.deepcopy(chance.choice(_VALUES)))
    elif action == "drop":
        del items[place]
    elif action == "set":
        items[place] = copy.deepcopy(chance.choice(_VALUES))
    else:
        items.extend(copy.deepcopy(items[place]) for _ in range(1 if action == "double" else 40))


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield value
        for key, part in value.items():
            if key not in ("metadata", "status"):
                yield from _containers(part)
    elif isinstance(value, list):
        yield value
        for part in value:
            yield from _containers(part)
