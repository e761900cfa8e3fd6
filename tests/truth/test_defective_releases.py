"""Named defects of releases: what they change is said, and nothing else is changed.

Source: the description of the recorded verdicts (aggregate identities 11 to 14), semantics §0.3.
"""

from typing import NamedTuple

import pytest
from msgspec.structs import replace

from propolis.manifest import Source, read
from propolis.model.flow import Flow
from propolis.model.report import Line
from propolis.model.settings import Defect, Settings, Version
from propolis.model.span import Span
from propolis.model.verdict import Outcome
from propolis.semantics import symbolic
from propolis.semantics.endpoints import endpoints
from propolis.semantics.explain import answer
from propolis.semantics.ruleset import ruleset

MANIFESTS = """
apiVersion: v1
kind: Namespace
metadata: {{name: shop, labels: {{kubernetes.io/metadata.name: shop}}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop, labels: {{app: web}}}}
spec: {{containers: [{{name: c, image: i}}]}}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {{name: known}}
spec:
  endpointSelector: {{matchLabels: {{app: nobody}}}}
  egress:
    - toCIDR: [10.0.0.0/8, 192.0.2.0/24, "2001:db8::/32", "9000::/16"]
    - toFQDNs: [{{matchName: example.org}}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: p, namespace: shop}}
spec:
  endpointSelector: {{matchLabels: {{app: web}}}}
  egress: [{peers}]
"""
NO_V4 = "{toEndpoints: [{matchExpressions: [{key: 'reserved:world-ipv4', operator: DoesNotExist}]}]}"
NO_V6 = "{toEndpoints: [{matchExpressions: [{key: 'reserved:world-ipv6', operator: DoesNotExist}]}]}"
ELSEWHERE = "{toEndpoints: [{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: NotIn, values: [shop]}]}]}"
NOT_WEB = (
    "{toEndpoints: [{matchLabels: {app: web}, matchExpressions: [{key: app, operator: NotIn, values: [x]}]}]}"
)
BUT_TEN = "{toCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}]}"
WHOLE = "{toCIDR: [0.0.0.0/0]}"
LARGE = "{toCIDRSet: [{cidr: 10.0.0.0/7, except: [10.0.0.0/8]}]}"


class Reached(NamedTuple):
    """Whom `web` may reach, as both engines say, and whose answers blame a defect."""

    names: set[str]
    blamed: set[str]


def reached(peers: str, *defects: Defect) -> Reached:
    settings = Settings(
        version=Version(1, 20), ipv6=True, default_local_cluster=False, defects=frozenset(defects)
    )
    manifests = read((Source("all.yaml", MANIFESTS.format(peers=peers)),), settings.version)
    rules = ruleset(manifests.policies, manifests.world, settings)
    assert not rules.rejections
    found = endpoints(ruleset(manifests.policies, manifests.world, replace(settings, defects=frozenset())))
    whole = symbolic.decided(rules, found)
    web = next(n for n, endpoint in enumerate(found) if endpoint.name == "shop/web")
    names, blamed = set(), set()
    for position, peer in enumerate(found):
        told = answer(rules, Flow(found[web], peer, "TCP", 80, None), lambda origin: NOWHERE).egress
        open_ = bool(whole.egress.least.traffic(web, position).requests("TCP", 80))
        assert open_ is (told.outcome is Outcome.ALLOW), peer.name
        names |= {peer.name} if open_ else set()
        blamed |= {peer.name for fact in told.facts for defect in defects if defect.value in fact}
    return Reached(names, blamed)


NOWHERE = Line("", Span("", 1, 1, 1, 1, 0, 0), "")
OUTSIDE_V4 = {"10.0.0.0/8", "192.0.2.0/24", "example.org"}
OUTSIDE_V6 = {"2001:db8::/32", "9000::/16"}


@pytest.mark.parametrize(
    ("peers", "added"),
    [
        (NO_V4, OUTSIDE_V4),
        (NO_V6, OUTSIDE_V6),
        (ELSEWHERE, {"shop/web", "shop/(new pod)"}),
        (NOT_WEB, set()),
    ],
)
def test_a_selector_that_only_excludes_also_selects_all_that_aggregates_stand_for(
    peers: str, added: set[str]
):
    right, wrong = reached(peers), reached(peers, Defect.NEGATIVE_PEERS)
    assert wrong.names == right.names | added
    assert not added & right.names
    assert wrong.blamed == added


@pytest.mark.parametrize(
    ("peers", "added"), [(BUT_TEN, {"10.0.0.0/8"}), (WHOLE, set()), (LARGE, set()), (NO_V6, set())]
)
def test_exceptions_of_the_whole_world_are_forgotten(peers: str, added: set[str]):
    right, wrong = reached(peers), reached(peers, Defect.WORLD_IGNORES_EXCEPT)
    assert wrong.names == right.names | added
    assert wrong.blamed == added
