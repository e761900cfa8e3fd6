"""The nearest allowed flow: what is changed first, and which of several that are equally near is told."""

import pytest
from shop import WORKLOADS, policy

from fakes.files import MemoryReader
from propolis.commands.ask import ask
from propolis.commands.inputs import Input, input_of
from propolis.model.flow import Flow
from propolis.model.report import Answer
from propolis.model.settings import Version
from propolis.semantics.endpoints import existing
from propolis.semantics.explain import explained
from propolis.semantics.nearest import nearest
from propolis.semantics.ruleset import ruleset
from propolis.semantics.symbolic import Scene

PODS = """\
---
apiVersion: v1
kind: Pod
metadata: {name: ape, namespace: zoo, labels: {app: ape}}
spec: {containers: [{name: c, ports: [{containerPort: 8500}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: emu, namespace: shop, labels: {app: emu}}
spec: {containers: [{name: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: data, namespace: shop, labels: {app: data}}
spec: {containers: [{name: c, ports: [{name: a, containerPort: 8500}, {name: b, containerPort: 8501, protocol: UDP}]}]}
"""
ALL = "k8s:io.kubernetes.pod.namespace"


def given(*policies: str) -> Input:
    reader = MemoryReader({"world.yaml": WORKLOADS + PODS, "policy.yaml": "".join(policies)})
    return input_of(reader.read(["world.yaml", "policy.yaml"]), Version(1, 19))


def answer(question: str, *policies: str) -> Answer:
    (found,) = ask(given(*policies), [question], (), explained).answers
    return found


def ingress(app: str, *items: str) -> str:
    return policy(f"to-{app}", app, "  ingress:\n" + "".join(f"  - {{{item}}}\n" for item in items))


def ports(*written: str) -> str:
    items = [text.partition("/") for text in written]
    told = ", ".join(f'{{port: "{port}", protocol: {protocol or "TCP"}}}' for port, _, protocol in items)
    return f"toPorts: [{{ports: [{told}]}}]"


WEB, EMU = (f"fromEndpoints: [{{matchLabels: {{app: {app}}}}}]" for app in ("web", "emu"))
APE = f"fromEndpoints: [{{matchLabels: {{app: ape, {ALL}: zoo}}}}]"
HEADERS = (
    'toPorts: [{ports: [{port: "8080", protocol: TCP}], '
    'rules: {http: [{method: GET, path: /a}, {method: GET, path: /b, headers: ["X: 1"]}]}}]'
)
PATHS = 'toPorts: [{ports: [{port: "8080", protocol: TCP}], rules: {http: [{method: GET, path: /orders}]}}]'


@pytest.mark.parametrize(
    ("question", "items", "told", "changes"),
    [
        # fields rather than the port, that than the protocol, all these than the source, that than the destination
        ("shop/web -> shop/api:8080 GET /", [f"{WEB}, {PATHS}", f"{WEB}, {ports('80')}"],
         "shop/web -> shop/api:8080/tcp GET /orders", ["path `/orders` instead of `/`"]),
        ("shop/web -> shop/api:9", [f"{WEB}, {ports('80', '9/UDP')}"],
         "shop/web -> shop/api:80/tcp", ["port 80 instead of 9"]),
        ("shop/web -> shop/api:9", [f"{WEB}, {ports('9/UDP')}", f"{EMU}, {ports('9')}"],
         "shop/web -> shop/api:9/udp", ["UDP instead of TCP"]),
        ("shop/web -> shop/api:9", [EMU], "shop/emu -> shop/api:9/tcp", ["from shop/emu instead of shop/web"]),
        ("shop/web -> shop/api:8080 PUT /a", [f"{WEB}, {HEADERS}"],
         "shop/web -> shop/api:8080/tcp GET /a", ["method `GET` instead of `PUT`"]),
        ("shop/web -> shop/api:8080 GET /", [f"{WEB}, {PATHS.replace('path: /orders', 'host: shop')}"],
         "shop/web -> shop/api:8080/tcp GET / [host=shop]", ["host `shop` instead of ``"]),
        # but rather one part than two fields
        ("shop/web -> shop/api:8080 PUT /", [f"{WEB}, {PATHS}", f"{WEB}, {ports('80')}"],
         "shop/web -> shop/api:80/tcp PUT /", ["port 80 instead of 8080"]),
        # of several ports the one that is tried first
        ("shop/web -> shop/api:9", [f"{WEB}, {ports('9000', '80', '443', '22')}"],
         "shop/web -> shop/api:443/tcp", ["port 443 instead of 9"]),
        ("shop/web -> shop/api:9", [f"{WEB}, {ports('9001', '9000')}"],
         "shop/web -> shop/api:9000/tcp", ["port 9000 instead of 9"]),
        ("shop/web -> shop/api:9/udp", [f"{WEB}, {ports('9/SCTP', '9')}"],
         "shop/web -> shop/api:9/tcp", ["TCP instead of UDP"]),
        # of several ends pods before what is outside, and the own namespace before others
        ("shop/web -> shop/api:9", [f"fromEntities: [world], {ports('9')}",
                                    f"{APE}, {ports('9')}"],
         "zoo/ape -> shop/api:9/tcp", ["from zoo/ape instead of shop/web"]),
        ("zoo/ape -> shop/api:9", [f"fromEndpoints: [{{matchExpressions: [{{key: {ALL}, operator: NotIn, "
                                   "values: [zoo]}]}]"],
         "kube-system/coredns -> shop/api:9/tcp", ["from kube-system/coredns instead of zoo/ape"]),
        ("shop/web -> shop/api:9", [f"{APE}, {ports('9')}", f"{EMU}, {ports('9', '80')}"],
         "shop/emu -> shop/api:9/tcp", ["from shop/emu instead of shop/web"]),
        ("shop/web -> shop/api:9", [f"{APE}, {ports('9', '80')}", f"{EMU}, {ports('9')}"],
         "shop/emu -> shop/api:9/tcp", ["from shop/emu instead of shop/web"]),
        ("world -> shop/api:9", [EMU, WEB], "shop/emu -> shop/api:9/tcp", ["from shop/emu instead of world"]),
        ("shop/web -> shop/api icmp/3", ["icmps: [{fields: [{type: 8}, {type: 11}]}]"],
         "shop/web -> shop/api icmp/8", ["port 8 instead of 3"]),
    ],
)  # fmt: skip
def test_the_nearest_is_told(question: str, items: list[str], told: str, changes: list[str]):
    found = answer(question, ingress("api", *items)).nearest
    assert found is not None
    assert " ".join(filter(None, (found.flow, found.request_line))) == told
    assert list(found.changes) == changes
    assert found.curl.startswith("curl --path-as-is -X ") is (" GET " in told or " PUT " in told)
    assert bool(found.curl) is bool(found.request_line)


def test_only_http_is_told_as_a_line_to_run():
    names = 'toPorts: [{ports: [{port: "53", protocol: UDP}], rules: {dns: [{matchName: b.example}]}}]'
    out = policy("out", "web", f"  egress: [{{toEndpoints: [{{}}], {names}}}]\n")
    found = answer("shop/web -> shop/api:53/udp DNS a.example", out).nearest
    assert found is not None
    assert (found.request_line, found.curl) == ("DNS b.example", "")


def test_a_protocol_without_ports_stays_what_it_is():
    asked = given(ingress("api", EMU))
    rules = ruleset(asked.manifests.policies, asked.manifests.world, asked.settings)
    ends = {end.name: end for end in existing(rules)}
    found = nearest(Scene(rules, tuple(ends.values())), Flow(ends["shop/web"], ends["shop/api"], "GRE", 0))
    assert found is not None
    assert found.flow == Flow(ends["shop/emu"], ends["shop/api"], "GRE", 0)


ONLY_API = policy("only", "web", "  egress:\n  - toEndpoints: [{matchLabels: {app: api}}]\n")
TO_EMU = "toEndpoints: [{matchLabels: {app: emu}}]"
SHUT = ingress("api", "fromEntities: [health]")


def test_two_other_parts_are_told_where_one_is_not_enough():
    """And of several pairs the one without another end."""
    items = (f"{WEB}, {ports('53/UDP')}", f"{EMU}, {ports('80')}")
    found = answer("shop/web -> shop/api:9", ingress("api", *items), ONLY_API).nearest
    assert found is not None
    assert found.flow == "shop/web -> shop/api:53/udp"
    assert list(found.changes) == ["port 53 instead of 9", "UDP instead of TCP"]


def test_an_end_in_the_own_namespace_is_nearer_than_one_before_it_by_name():
    found = answer("shop/web -> shop/api:9", SHUT).nearest
    assert found is not None
    assert found.flow == "shop/web -> shop/data:9/tcp"


@pytest.mark.parametrize(("ape", "emu"), [(("9",), ("9", "80")), (("9", "80"), ("9",))])
def test_so_it_is_of_destinations_with_other_ports(ape: tuple[str, ...], emu: tuple[str, ...]):
    items = (
        f"toEndpoints: [{{matchLabels: {{app: ape, {ALL}: zoo}}}}], {ports(*ape)}",
        f"{TO_EMU}, {ports(*emu)}",
    )
    out = policy("out", "web", "  egress:\n" + "".join(f"  - {{{item}}}\n" for item in items))
    found = answer("shop/web -> shop/api:9", SHUT, out).nearest
    assert found is not None
    assert found.flow == "shop/web -> shop/emu:9/tcp"


def test_the_port_that_another_destination_declares_is_tried_there():
    out = policy(
        "out", "web", "  egress:\n  - toEndpoints: [{matchLabels: {app: data}}]\n"
        '    toPorts: [{ports: [{port: "8000", endPort: 9000, protocol: TCP}]}]\n'
    )  # fmt: skip
    found = answer("shop/web -> shop/api:80", SHUT, out).nearest
    assert found is not None
    assert found.flow == "shop/web -> shop/data:8500/tcp"
    assert list(found.changes) == ["port 8500 instead of 80", "to shop/data instead of shop/api"]
    near = answer("shop/web -> shop/api:8400", SHUT, out).nearest
    assert near is not None
    assert near.flow == "shop/web -> shop/data:8400/tcp"


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("shop/web -> shop/api icmp/3", f"{WEB}, {ports('80')}"),
        ("shop/web -> shop/api:80 DNS a.example", f"{WEB}, {PATHS}"),
        ("shop/web -> shop/api:8080 SNI a.example", f"{WEB}, {PATHS}"),
    ],
)
def test_a_flow_stays_of_its_kind(question: str, item: str):
    """No protocol of ports stands for one without, and no request for one of another kind."""
    assert answer(question, ingress("api", item), ONLY_API).nearest is None


def test_a_protocol_of_icmp_stands_for_the_other_one():
    six = "icmps: [{fields: [{type: 3, family: IPv6}]}]"
    found = answer("shop/web -> shop/api icmp/3", ingress("api", six), ONLY_API).nearest
    assert found is not None
    assert (found.flow, found.changes) == ("shop/web -> shop/api icmpv6/3", ("ICMPv6 instead of ICMP",))


SECRET = (
    'toPorts: [{ports: [{port: "80", protocol: TCP}], '
    "rules: {http: [{headerMatches: [{name: X, secret: {name: s, namespace: shop}}]}]}}]"
)


@pytest.mark.parametrize(
    "policies",
    [
        (  # the only other destination
            SHUT,
            ingress("emu", f"{WEB}, {SECRET}"),
            policy("out", "web", "  egress:\n  - toEndpoints: [{matchExpressions: [{key: app, operator: In, "
                   "values: [api, emu]}]}]\n"),
        ),
        (  # the only other source
            ingress("api", EMU),
            policy("out", "emu", f"  egress:\n  - {{toEndpoints: [{{matchLabels: {{app: api}}}}], {SECRET}}}\n"),
            ONLY_API,
        ),
        (ingress("api", f"{WEB}, {SECRET}"), ONLY_API),
        (SHUT, policy("out", "web", f"  egress:\n  - {{toEndpoints: [{{}}], {SECRET}}}\n")),
    ],
)  # fmt: skip
def test_what_is_not_decided_is_not_near(policies: tuple[str, ...]):
    assert answer("shop/web -> shop/api:80 GET /", *policies).nearest is None


def test_where_nothing_is_allowed_nothing_is_near():
    shut = "".join(
        policy(f"shut-{app}", app, "  ingress: [{}]\n  egress: [{}]\n").replace(
            "namespace: shop", f"namespace: {home}"
        )
        for home, app in (("shop", "web"), ("shop", "api"))
    )
    assert answer("shop/web -> shop/api:80", shut).nearest is None
