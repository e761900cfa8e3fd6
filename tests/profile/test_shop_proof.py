"""What a rendered profile lets through is what it lists: an oracle that reads the profile alone, and the engine.

The oracle below knows nothing of policies: it looks at two endpoints, and at the lines of the profile.
"""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from profiles import EXAMPLES, sound

from propolis.algebra.addresses import contains, prefix
from propolis.algebra.traffic import TrafficSet
from propolis.manifest.read import Source, read
from propolis.model.flow import TCP, DnsQuery, Flow, HttpRequest
from propolis.model.labels import K8S, NAMESPACE, RESERVED, Label
from propolis.model.profile import CidrEnd, ClaimEnd, EntityEnd, NameEnd, PortSpan, Profile, WorkloadEnd
from propolis.model.settings import Settings
from propolis.model.verdict import Outcome
from propolis.model.world import Endpoint, Role
from propolis.profile import rendering, text
from propolis.semantics.endpoints import endpoints
from propolis.semantics.reference import verdict
from propolis.semantics.ruleset import Ruleset, ruleset
from propolis.semantics.symbolic import EVERYTHING, decided

SHOP = (EXAMPLES / "shop" / "profile.yaml").read_text()
Spans = dict[str, tuple[tuple[int, int], ...]]


# --- the oracle: which ports are open between two endpoints ---


def open_ports(profile: Profile, source: Endpoint, destination: Endpoint) -> Spans:
    """The ports of each protocol on which *source* may connect to *destination*."""
    leaving = _leaving(profile, source, destination)
    arriving = _arriving(profile, source, destination)
    if leaving is None and arriving is None:
        return spans(EVERYTHING)
    if leaving is None or arriving is None:
        return _joined(leaving if arriving is None else arriving)
    return _joined([both for one in leaving for other in arriving for both in _overlap(one, other)])


def _leaving(profile: Profile, source: Endpoint, destination: Endpoint) -> list[PortSpan] | None:
    """None is anything."""
    if not _covered(profile, source):
        return None
    dns = profile.cluster.dns
    listed = [path for path in profile.paths if _is(profile, source, path.source)]
    found = [span for path in listed if _is(profile, destination, path.destination) for span in path.ports]
    found += [
        s for each in profile.cluster.internet if _is(profile, destination, each.name) for s in each.ports
    ]
    return found + (list(dns.ports) if _carries(destination, dns.namespace, dns.labels) else [])


def _arriving(profile: Profile, source: Endpoint, destination: Endpoint) -> list[PortSpan] | None:
    if not _covered(profile, destination) or source.role is Role.HOST:
        return None
    listed = [path for path in profile.paths if _is(profile, destination, path.destination)]
    return [span for path in listed if _is(profile, source, path.source) for span in path.ports]


def _covered(profile: Profile, endpoint: Endpoint) -> bool:
    return endpoint.role is Role.POD and profile.exemption(endpoint.namespace) is None


def _is(profile: Profile, endpoint: Endpoint, end: ClaimEnd) -> bool:
    match end:
        case WorkloadEnd(name):
            workload = profile.workload(name)
            return _carries(endpoint, workload.namespace, workload.labels)
        case EntityEnd("world"):
            return endpoint.role is Role.WORLD
        case EntityEnd(entity):
            return Label(RESERVED, entity) in endpoint.labels
        case CidrEnd(network):
            found = [label.key for label in endpoint.labels if label.source == "cidr"]
            return any(contains(_prefix(network), _prefix(each)) for each in found)
        case NameEnd(pattern):
            return any(_matches(pattern, name) for name in endpoint.names)
    raise AssertionError(end)


def _prefix(text: str):
    found = prefix(text)
    assert found is not None
    return found


def _matches(pattern: str, name: str) -> bool:
    """A star's label may be empty: so reads Cilium (§6.1), though no resolver would ask for such a name."""
    if pattern.startswith("**."):
        return name.endswith(pattern[2:])
    return name.partition(".")[2] == pattern[2:] if pattern.startswith("*.") else name == pattern


def _carries(endpoint: Endpoint, namespace: str, labels: tuple[tuple[str, str], ...]) -> bool:
    wanted = {Label(K8S, NAMESPACE, namespace), *(Label(K8S, key, value) for key, value in labels)}
    return wanted <= endpoint.labels


def _overlap(one: PortSpan, other: PortSpan) -> Iterator[PortSpan]:
    first, last = max(one.first, other.first), min(one.last, other.last)
    if one.protocol == other.protocol and first <= last:
        yield PortSpan(first, last, one.protocol)


def _joined(found: list[PortSpan]) -> Spans:
    joined: dict[str, list[tuple[int, int]]] = {}
    for span in sorted(found, key=lambda each: (each.protocol, each.first)):
        known = joined.setdefault(span.protocol, [])
        if known and span.first <= known[-1][1] + 1:
            known[-1] = (known[-1][0], max(known[-1][1], span.last))
        else:
            known.append((span.first, span.last))
    return {protocol: tuple(each) for protocol, each in joined.items()}


def spans(traffic: TrafficSet) -> Spans:
    """The ports of *traffic*, whatever the requests."""
    return _joined([PortSpan(first, last, protocol) for protocol, first, last, _ in traffic])


# --- the engine on what was rendered ---


@cache
def _manifests() -> tuple[Source, ...]:
    return tuple(Source(path.name, path.read_text()) for path in sorted((EXAMPLES / "shop").glob("*.yaml")))


def in_force(profile: Profile, sources: tuple[Source, ...]) -> Ruleset:
    rendered = tuple(Source(policy.file, text(policy)) for policy in rendering(profile).policies)
    manifests = read((*sources, *rendered), profile.cluster.version)
    found = ruleset(manifests.policies, manifests.world, Settings(version=profile.cluster.version))
    assert len(manifests.policies) == len(rendered)
    assert found.rejections == ()
    return found


def assert_open_exactly_as_listed(profile: Profile, rules: Ruleset) -> None:
    answer = decided(rules, endpoints(rules))
    assert not answer.unknown
    for i, source in enumerate(answer.endpoints):
        for j, destination in enumerate(answer.endpoints):
            expected = open_ports(profile, source, destination)
            found = spans(answer.allowed.traffic(i, j))
            assert found == expected, (source.name, destination.name)


@pytest.mark.parametrize("version", ["1.18", "1.19", "1.20"])
def test_the_shop_is_open_exactly_as_its_profile_says(version: str) -> None:
    profile = sound(SHOP.replace('"1.19"', f'"{version}"'))
    assert_open_exactly_as_listed(profile, in_force(profile, _manifests()))


def test_the_shop_with_its_dns_covered() -> None:
    text_ = re.sub(r"    kube-system: the .*\n", "", SHOP).replace(
        "  internet: {}", "  apiserver: 6443\n  internet: {}"
    )
    profile = sound(text_)
    rules = in_force(profile, _manifests())
    world = {endpoint.name: endpoint for endpoint in endpoints(rules)}
    dns = world["kube-system/coredns"]
    asking = [
        Flow(pod, dns, "UDP", 53)
        for pod in world.values()
        if pod.role in (Role.POD, Role.REMOTE_NODE, Role.HOST)
    ]
    upstream = [
        Flow(dns, end, protocol, 53)
        for end in world.values() if any(label.key in ("10.0.0.2/32", "1.1.1.1/32") for label in end.labels)
        for protocol in ("UDP", "TCP")
    ]  # fmt: skip
    assert len(upstream) == 4
    for flow in (*asking, *upstream, Flow(dns, world["kube-apiserver"], TCP, 6443)):
        assert verdict(rules, flow).outcome is Outcome.ALLOW, flow
    for end, port in (("remote-node", 6443), ("app-namespace/my-database", 5432)):
        assert verdict(rules, Flow(dns, world[end], TCP, port)).outcome is Outcome.DENY


@pytest.fixture(scope="module")
def shop() -> tuple[Ruleset, dict[str, Endpoint]]:
    rules = in_force(sound(SHOP), _manifests())
    return rules, {endpoint.name: endpoint for endpoint in endpoints(rules)}


KEY = (("x-api-key", "s3cret"),)
REQUESTS = [
    ("my-frontend", "my-backend", 8080, HttpRequest("GET", "/healthz"), True),
    ("my-frontend", "my-backend", 8080, HttpRequest("GET", "/healthz?x"), False),
    ("my-frontend", "my-backend", 8080, HttpRequest("POST", "/healthz"), False),
    ("my-frontend", "my-backend", 8080, HttpRequest("GET", "/api/public/a/b?q=1"), True),
    ("my-frontend", "my-backend", 8080, HttpRequest("GET", "/api/publicity"), False),
    ("my-frontend", "my-backend", 8080, HttpRequest("POST", "/api/orders", headers=KEY), True),
    ("my-frontend", "my-backend", 8080, HttpRequest("POST", "/api/orders"), False),
    ("my-frontend", "my-backend", 8080, HttpRequest("DELETE", "/api/orders", headers=KEY), False),
    ("my-frontend", "my-backend", 8080, HttpRequest("GET", "/admin/users", headers=KEY), False),
    ("my-backend", "inventory", 9090, HttpRequest("POST", "/shop.Inventory/Get"), True),
    ("my-backend", "inventory", 9090, HttpRequest("POST", "/shopXInventory/Get"), False),
    ("my-backend", "inventory", 9090, HttpRequest("POST", "/shop.Inventory/Delete"), False),
]


@pytest.mark.parametrize(("source", "destination", "port", "request_", "passes"), REQUESTS)
def test_requests(
    shop: tuple[Ruleset, dict[str, Endpoint]],
    source: str, destination: str, port: int, request_: HttpRequest, passes: bool,
) -> None:  # fmt: skip
    rules, world = shop
    flow = Flow(world[f"app-namespace/{source}"], world[f"app-namespace/{destination}"], TCP, port, request_)
    assert (verdict(rules, flow).outcome is Outcome.ALLOW) == passes


QUERIES = [
    ("my-backend", "api.payment.example.com", True),
    ("my-frontend", "api.payment.example.com", False),
    ("my-frontend", "my-backend.app-namespace.svc.cluster.local", True),
    ("my-backend", "api.payment.example.com.app-namespace.svc.cluster.local", True),
    ("my-backend", "my-database.app-namespace.svc.cluster.local.app-namespace.svc.cluster.local", True),
    ("my-backend", "example.com", False),
    ("my-backend", "cluster.local.evil.example", False),
]


@pytest.mark.parametrize("version", ["1.16", "1.18", "1.19", "1.20"])
def test_queries(version: str) -> None:
    """The search list works in every version, and no name outside resolves but the listed ones."""
    rules = in_force(sound(SHOP.replace('"1.19"', f'"{version}"')), _manifests())
    world = {endpoint.name: endpoint for endpoint in endpoints(rules)}
    for source, name, passes in QUERIES:
        for protocol in ("UDP", "TCP"):
            pod, dns = world[f"app-namespace/{source}"], world["kube-system/coredns"]
            found = verdict(rules, Flow(pod, dns, protocol, 53, DnsQuery(name)))
            assert (found.outcome is Outcome.ALLOW) == passes, (source, name, protocol)


# --- generated profiles ---

_NAMES = ("a", "b", "c", "d")
_SOURCES = (
    *_NAMES,
    "world",
    "host",
    "remote-node",
    "ingress",
    "kube-apiserver",
    "10.1.0.0/16",
    "10.1.2.0/24",
)
_TARGETS = (*_SOURCES, "x.io", "*.y.io")
_PORTS = ("80", "80,81", "70-90", "53/udp", "80/udp,90-95/sctp")
_WORLD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {namespace}, labels: {{app: {name}}}}}
spec: {{containers: [{{name: main, image: none}}]}}
"""
_PLACES = {"a": "one", "b": "one", "c": "two", "d": "out", "dns": "kube-system"}


@st.composite
def _profiles(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(0, 6))):
        sources = draw(st.lists(st.sampled_from(_SOURCES), min_size=1, max_size=2, unique=True))
        targets = draw(st.lists(st.sampled_from(_TARGETS), min_size=1, max_size=2, unique=True))
        if not set(sources) <= set(_NAMES):
            targets = [target for target in targets if target in _NAMES] or ["a"]
        lines.append(f"- {', '.join(sources)} -> {', '.join(targets)}:{draw(st.sampled_from(_PORTS))}\n")
    workloads = "".join(f"  {n}: {{namespace: {_PLACES[n]}, labels: {{app: {n}}}}}\n" for n in _NAMES)
    internet = draw(st.sampled_from(["{}", "{z.io: 443}", "{x.io: 8443, '*.y.io': '80,443/udp'}"]))
    return f"""\
apiVersion: propolis.dev/v1alpha1
kind: Profile
metadata: {{name: any}}
cluster:
  cilium: "{draw(st.sampled_from(["1.18", "1.19", "1.20"]))}"
  dns: {{namespace: kube-system, labels: {{app: dns}}}}
  exempt: {{kube-system: test, out: test}}
  internet: {internet}
workloads:
{workloads}paths:
{"".join(lines) or "  []"}
"""


@given(_profiles())
@settings(derandomize=True, max_examples=60, deadline=None)
def test_any_profile_is_open_exactly_as_it_says(source: str) -> None:
    sources = tuple(
        Source(f"{name}.yaml", _WORLD.format(name=name, namespace=place)) for name, place in _PLACES.items()
    )
    profile = sound(source)
    assert_open_exactly_as_listed(profile, in_force(profile, sources))
