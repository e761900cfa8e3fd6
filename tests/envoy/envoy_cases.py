"""Generated gRPC paths of profiles, and calls that are nearly theirs."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from propolis import requests
from propolis.commands.inputs import input_of
from propolis.commands.ports import Sources
from propolis.manifest import Source, read
from propolis.model.flow import HttpRequest
from propolis.model.policy import PortRule
from propolis.model.settings import Settings, Version
from propolis.profile import rendering, text
from propolis.requests.wire import NotJudged, arriving

SERVICES = (
    "shop.Inventory",
    "shop.InventoryAdmin",
    "shop.v1.Inventory",
    "Inventory",
    "shop_x.Inventory",
    "a.B",
)
METHODS = ("Get", "GetAll", "get", "Watch", "_x", "R2")
CONTENT_TYPES = ("application/grpc", "application/grpc+proto")
CILIUM = Settings(version=Version(1, 19))
_PROFILE = """\
apiVersion: propolis.dev/v1alpha1
kind: Profile
metadata: {name: real}
cluster:
  cilium: "1.19"
  dns: {namespace: kube-system, labels: {k8s-app: kube-dns}}
  exempt: {kube-system: runs the cluster}
workloads:
  web: {namespace: shop, labels: {app: web}}
  api: {namespace: shop, labels: {app: api}}
paths:
- path: web -> api:9090
  grpc: """

Metadata = tuple[tuple[str, str], ...]


class Case(msgspec.Struct, frozen=True, eq=False):
    """A path of a profile: its *lines*, the HTTP *rules* rendered from them, the same read back as a *clause*."""

    host: str
    lines: tuple[str, ...]
    rules: Sequence[Mapping[str, Any]]
    clause: PortRule


class Sent(msgspec.Struct, frozen=True):
    """A call as a client sends it."""

    path: str
    metadata: Metadata = ()


def case(number: int, lines: Sequence[str], content_types: Sequence[str] = ()) -> Case:
    detail: dict[str, Any] = {"methods": list(lines)}
    if content_types:
        detail["content-types"] = list(content_types)
    source = Source("profile.yaml", _PROFILE + msgspec.json.encode(detail).decode())
    given = input_of(Sources((source,)), None)
    assert given.profile is not None, given.problems
    (rendered,) = (p for p in rendering(given.profile).policies if p.file == "shop.api.yaml")
    (to_ports,) = rendered.object["spec"]["ingress"][0]["toPorts"]
    (policy,) = read([Source("api.yaml", text(rendered))], CILIUM.version).policies
    (clause,) = policy.specs[0].items()[0].to_ports or ()
    return Case(f"case-{number}", tuple(lines), to_ports["rules"]["http"], clause)


def drawn(chosen: random.Random) -> tuple[list[str], list[str]]:
    """Lines, and content types, of a path."""
    lines = set()
    for _ in range(chosen.randint(1, 4)):
        method = "*" if chosen.random() < 0.2 else chosen.choice(METHODS)
        metadata = " [x-tenant=t]" if chosen.random() < 0.2 else ""
        lines.add(f"{chosen.choice(SERVICES)}/{method}{metadata}")
    types = list(CONTENT_TYPES[: chosen.randint(1, 2)]) if chosen.random() < 0.3 else []
    return sorted(lines), types


def listed(case: Case) -> list[tuple[str, Metadata]]:
    """Every call of the pool that a line names, with the metadata that it asks for."""
    found = []
    for line in case.lines:
        call, _, metadata = line.partition(" ")
        service, _, method = call.partition("/")
        names = METHODS if method == "*" else (method,)
        found += [(f"{service}/{name}", (("x-tenant", "t"),) if metadata else ()) for name in names]
    return found


def is_named(case: Case, path: str) -> bool:
    """Whether some line of *case* names the method that a server takes *path* for; read without our own reader."""
    _, service, method = path.split("/") if path.count("/") == 2 else ("", "", "")
    calls = {line.split()[0] for line in case.lines}
    return f"{service}/{method}" in calls or (method.isidentifier() and f"{service}/*" in calls)


def sent(chosen: random.Random, case: Case) -> Sent:
    """A call of the pool, as it is or with a trick, and metadata that may be wrong."""
    path = f"/{chosen.choice(SERVICES)}/{chosen.choice(METHODS)}"
    if chosen.random() < 0.6:
        path = f"/{chosen.choice(listed(case))[0]}"
    if chosen.random() < 0.7:
        path = _tricked(chosen, path)
    metadata = chosen.choice(((), (("x-tenant", "t"),), (("x-tenant", "T"),)))
    return Sent(path, metadata)


def _tricked(chosen: random.Random, path: str) -> str:
    letter = chosen.randrange(1, len(path))
    tricks = (
        path.lower(),
        path.upper(),
        path.swapcase(),
        path + "/",
        path + "?",
        path + "?x=1",
        path + ";a",
        path + "All",
        path + "/More",
        path[:-1],
        "/" + path,
        path.replace("/", "//"),
        "/x/.." + path,
        path + "/../Get",
        path + "/.",
        "/" + path[1:].replace("/", "%2f", 1),
        "/" + path[1:].replace("/", "%2F", 1),
        "/" + path[1:].replace("/", "%5c", 1),
        "/" + path[1:].replace("/", "\\", 1),
        path.replace(".", "x", 1),
        path.replace(".", "%2e", 1),
        f"{path[:letter]}%{ord(path[letter]):02x}{path[letter + 1 :]}",
        f"{path[:letter]}%25{ord(path[letter]):02x}{path[letter + 1 :]}",
        path[:letter] + path[letter + 1 :],
        path[:letter] + chosen.choice("aZ_.0") + path[letter:],
        "/shop" + path,
    )
    return chosen.choice(tricks)


def allows(case: Case, asked: Sent) -> bool | None:
    """What our engine says of the call; None when no policy is asked, because Envoy answers by itself."""
    headers = tuple(sorted((*asked.metadata, ("content-type", "application/grpc"))))
    arrived = arriving(HttpRequest("POST", asked.path, case.host, headers))
    return None if isinstance(arrived, NotJudged) else requests.passes(case.clause, arrived, CILIUM)
