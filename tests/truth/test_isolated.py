"""Which endpoints are in default deny: those that are policed, and that a rule or the mode isolates."""

import pytest

from propolis.manifest import Source, read
from propolis.model.policy import Direction
from propolis.model.settings import Enforcement, Settings, Version
from propolis.semantics.endpoints import existing
from propolis.semantics.ruleset import ruleset
from propolis.semantics.symbolic import Scene, isolated
from truth.test_vectors import SHOP

POLICIES = """
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec: {nodeSelector: {}, ingress: [{fromEntities: [cluster]}]}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: pods}
spec:
  endpointSelector: {matchLabels: {app: web}}
  enableDefaultDeny: {egress: false}
  ingress: [{}]
  egress: [{}]
"""
ENDPOINTS = {"shop/web", "shop/api", "kube-system/dns", "health", "ingress"}


@pytest.mark.parametrize(
    ("mode", "firewall", "ingress", "egress"),
    [
        (Enforcement.DEFAULT, False, {"shop/web"}, set()),
        (Enforcement.DEFAULT, True, {"shop/web", "host"}, set()),
        (Enforcement.NEVER, True, set(), set()),
        (Enforcement.ALWAYS, False, ENDPOINTS, ENDPOINTS),
        (Enforcement.ALWAYS, True, {*ENDPOINTS, "host"}, {*ENDPOINTS, "host"}),
    ],
)
def test_who_is_isolated(mode: Enforcement, firewall: bool, ingress: set[str], egress: set[str]):
    version = Version(1, 19)
    manifests = read((Source("shop.yaml", SHOP), Source("p.yaml", POLICIES)), version)
    settings = Settings(version=version, enforcement=mode, host_firewall=firewall)
    rules = ruleset(manifests.policies, manifests.world, settings)
    found = existing(rules)
    scene = Scene(rules, found)
    for direction, expected in ((Direction.INGRESS, ingress), (Direction.EGRESS, egress)):
        inside = isolated(scene, direction)
        assert {e.name for n, e in enumerate(found) if inside >> n & 1} == expected
