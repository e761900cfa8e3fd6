"""One new namespace has one set of labels: flows between pods that would need two of them are in no change."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from propolis.algebra.flows import FlowSet, indexes
from propolis.commands.inputs import Input, input_of
from propolis.commands.ports import Sources
from propolis.manifest import Source
from propolis.model.labels import NAMESPACE_LABELS
from propolis.model.settings import NEWEST
from propolis.model.world import Endpoint
from propolis.semantics.compare import Compared, compared
from propolis.semantics.ruleset import Ruleset, ruleset

HTTP = {
    "ports": [{"port": "80", "protocol": "TCP"}],
    "rules": {"http": [{"headerMatches": [{"name": "X", "secret": {"name": "s", "namespace": "n"}}]}]},
}


def rules(section: str | None = None, **more: Any) -> Ruleset:
    """Of namespaces with `team: a`, about those with `team: b`."""
    policy = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumClusterwideNetworkPolicy",
        "metadata": {"name": "teams"},
        "spec": {
            "endpointSelector": {"matchLabels": {f"{NAMESPACE_LABELS}team": "a"}},
            section or "ingress": [{"fromEndpoints": [{"matchLabels": {f"{NAMESPACE_LABELS}team": "b"}}], **more}],
        },
    }  # fmt: skip
    texts = (Source("policy.yaml", json.dumps(policy)),) if section else ()
    given: Input = input_of(Sources(texts), NEWEST)
    return ruleset(given.manifests.policies, given.manifests.world, given.settings)


def team(endpoint: Endpoint) -> set[str]:
    return {label.value for label in endpoint.labels if label.key == f"{NAMESPACE_LABELS}team"}


def pairs(found: Compared, flows: FlowSet) -> Iterator[tuple[Endpoint, Endpoint]]:
    ends = found.old.universe.endpoints
    for row, sources in flows.rows.items():
        for holders in row.peers.values():
            for source in indexes(sources):
                for destination in indexes(holders):
                    yield ends[source], ends[destination]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (rules(), rules("ingressDeny"), "denied"),
        (rules("ingressDeny"), rules(), "allowed"),
        (rules(), rules("ingress", toPorts=[HTTP]), "undecided"),
    ],
    ids=["denied", "allowed", "undecided"],
)
def test_a_new_namespace_has_one_set_of_labels(old: Ruleset, new: Ruleset, kind: str):
    found = compared(old, new)
    told = [
        (source, destination)
        for source, destination in pairs(found, getattr(found, kind))
        if team(source) == {"b"} and team(destination) == {"a"}
    ]
    assert told
    assert all(source.namespace != destination.namespace for source, destination in told)
