"""Which pods stand for all that nobody has created: selectors and worlds in short, and the names of these pods."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from propolis.algebra.traffic import EMPTY
from propolis.manifest import Source, read
from propolis.model.labels import K8S, Operator, Requirement, Selector
from propolis.model.profile import Assumptions
from propolis.model.settings import Settings, version
from propolis.model.world import NamedPort, Namespace, Workload, World
from propolis.semantics.endpoints import existing
from propolis.semantics.imagined import Draft, Drafts, drafted, impossible, of_port_names, strangers
from propolis.semantics.ruleset import Ruleset, ruleset
from propolis.semantics.symbolic import EVERYTHING

CASES = {case["about"]: case for case in yaml.safe_load((Path(__file__).parent / "kinds.yaml").read_text())}


def drafts(case: dict[str, Any]) -> Drafts:
    given = [rules_of({**case, **change}) for change in case.get("sides", [{}])]
    return strangers(
        given,
        [
            Selector(tuple(Requirement(K8S, k, Operator(o), tuple(v)) for k, o, *v in s))
            for s in case.get("told", ())
        ],
        Assumptions(**{k: tuple(v) if isinstance(v, list) else v for k, v in case.get("assume", {}).items()}),
        frozenset(case.get("unheard", ())),
    )


def rules_of(case: dict[str, Any]) -> Ruleset:
    chosen = version(case.get("cilium", "1.19"))
    assert chosen
    specs = [
        {name: selector, "ingress": [{}]}
        for field, name in (("select", "endpointSelector"), ("nodes", "nodeSelector"))
        for selector in case.get(field, ())
    ]
    specs += [
        {"endpointSelector": {}, "ingress": [{"toPorts": [{"ports": [{"port": port, "protocol": "TCP"}]}]}]}
        for port in case.get("ports", ())
    ]
    texts = [
        yaml.safe_dump(
            {
                "apiVersion": "cilium.io/v2",
                "kind": "CiliumClusterwideNetworkPolicy",
                "metadata": {"name": f"p{number}"},
                "spec": spec,
            }
        )
        for number, spec in enumerate(specs)
    ]
    manifests = read([Source(f"{number}.yaml", text) for number, text in enumerate(texts)], chosen)
    assert not [problem for problem in manifests.problems if problem.severity == "error"]
    found = ruleset(manifests.policies, world(case), Settings(version=chosen, **case.get("settings", {})))
    assert not found.rejections
    return found


def world(case: dict[str, Any]) -> World:
    return World(
        namespaces=tuple(
            Namespace(name, tuple(sorted({**labels, "kubernetes.io/metadata.name": name}.items())))
            for name, labels in case.get("namespaces", {"shop": {}}).items()
        ),
        workloads=tuple(_workload(**told) for told in case.get("workloads", ())),
        knows_nodes=True,
    )


def _workload(
    name: str,
    labels: dict[str, str],
    account: str = "default",
    ports: tuple[str, ...] = (),
    host: bool = False,
) -> Workload:
    home, _, own = name.partition("/")
    named = (port.replace("=", " ").replace("/", " ").split() for port in ports)
    declared = tuple(NamedPort(port, protocol.upper(), int(number)) for port, number, protocol in named)
    return Workload("Pod", own, home, tuple(sorted(labels.items())), account, host, declared)


@pytest.mark.parametrize("about", CASES)
def test_a_pod_of_every_kind_is_imagined(about: str) -> None:
    case = CASES[about]
    found = drafts(case)
    assert [draft.name for draft in found.pods] == case["pods"]
    assert found.whole
    assert [drafted(draft.name) for draft in found.pods] == list(found.pods)


def test_beyond_a_number_the_rest_is_left_out() -> None:
    for about in (
        "a label with one value, with another, and without",
        "ports as workloads declare them, all, one, and two that are one",
    ):
        case = CASES[about]
        for most in range(1, len(case["pods"]) + 2):
            found = strangers([rules_of(case)], most=most)
            assert [draft.name for draft in found.pods] == case["pods"][:most]
            assert found.whole is (most >= len(case["pods"]))


def test_names_of_ports_are_told() -> None:
    names = ("admin", "grpc", "http", "metrics", "web")
    assert strangers([rules_of({"ports": names[::-1]})]).port_names == names
    assert of_port_names(()) == ""
    told = of_port_names(("http", "web"))
    assert told.startswith("`http`, `web` as the name of a port stands in a new pod")


@pytest.mark.parametrize(
    ("name", "draft"),
    [
        ("shop/(new pod)", Draft("shop", (), "default", ())),
        ("shop/(new pod labelled b=1 a=)", Draft("shop", (), "default", (("a", ""), ("b", "1")))),
        (
            "shop/(new pod with b=1/udp a=2/tcp)",
            Draft("shop", (), "default", (), (NamedPort("a", "TCP", 2), NamedPort("b", "UDP", 1))),
        ),
        (
            "shop/(new pod of account x, in a namespace labelled b=1 a=2)",
            Draft("shop", (("a", "2"), ("b", "1")), "x", ()),
        ),
        ("shop/(new pod labelled a)", None),
        ("shop/(new pod labelled =a)", None),
        ("shop/(new pod labelled a=1 b)", None),
        ("shop/(new pod in a namespace labelled a)", None),
        ("shop/(new pod with a)", None),
        ("shop/(new pod, labelled a=1)", None),
        ("a/shop/(new pod)", None),
        ("shop/(new pod) ", None),
    ],
)
def test_a_name_is_read(name: str, draft: Draft | None) -> None:
    assert drafted(name) == draft


def test_flows_are_impossible_between_two_kinds_of_one_new_namespace() -> None:
    rules = rules_of({})
    homes = [("new", ()), ("new", (("team", "a"),)), ("new", (("team", "b"),)), ("other", (("team", "a"),))]
    pods = [
        Draft(home, labels, "default", (("app", app),)).endpoint(rules)
        for home, labels in homes
        for app in "xy"
    ]
    found = impossible([*pods, *existing(rules)])
    for one, source in enumerate(pods):
        for other, destination in enumerate(pods):
            apart = one // 2 != other // 2 and source.namespace == destination.namespace
            assert found.traffic(one, other) == (EVERYTHING if apart else EMPTY)
    assert (
        {pair.source for pair in found.pairs()}
        == {pair.destination for pair in found.pairs()}
        == set(range(6))
    )
    assert not impossible(pods[:2])
