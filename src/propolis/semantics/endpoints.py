"""The endpoints of a world: pods that exist, pods that could be created, nodes, and what is outside.

Source: semantics §3.1 (identity labels), §3.5 (outside addresses), §3.10.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec

from propolis.algebra import names
from propolis.algebra.addresses import Prefix, contains, prefix, regions
from propolis.algebra.regular import NOTHING, Language, literals
from propolis.model.labels import (
    CIDR,
    CIDR_GROUP,
    CLUSTER,
    K8S,
    NAMESPACE,
    NAMESPACE_LABELS,
    RESERVED,
    SERVICE_ACCOUNT,
    Label,
    Labels,
)
from propolis.model.policy import CidrGroupPeer, CidrPeer, EndpointsPeer, FqdnPeer, Peer
from propolis.model.settings import DEEP_STARS, Settings, Version
from propolis.model.world import CidrGroup, Endpoint, NamedPort, Namespace, Role, StringMap
from propolis.peers.kinds.cidr import GROUP_NAME
from propolis.semantics.ruleset import Ruleset

NEW_NAMESPACE = "new-namespace"
MOST_LOOKALIKES = 500
"""Beyond this many, pods that copy a workload's labels are imagined in the new namespace only."""

_LEFT_OUT = (
    r"io\.kubernetes", r"kubernetes\.io", r"statefulset\.kubernetes\.io/pod-name", r"apps\.kubernetes\.io/pod-index",
    r"batch\.kubernetes\.io/job-completion-index", r"batch\.kubernetes\.io/controller-uid", r".*beta\.kubernetes\.io",
    r"k8s\.io", r"pod-template-generation", r"pod-template-hash", r"controller-revision-hash", r"controller-uid",
    r"annotation.*", r"etcd_node",
)  # fmt: skip
"""Cilium's defaults. It has patterns for what is taken in as well, and the longest match decides; of what a pod can
set, only `app.kubernetes.io` matches one of those, and where one of these matches that too, it is longer."""
_OWNED = "io.cilium.k8s"


def is_identity_label(key: str, settings: Settings) -> bool:
    """Whether a pod label with *key* becomes part of the identity, so that a selector can see it.

    Pods cannot set what Cilium owns.
    """
    return _is_identity_label(key, settings.version >= _TOPOLOGY_LEFT_OUT)


_TOPOLOGY_LEFT_OUT = Version(1, 20)
"""From here on Cilium leaves out `topology.kubernetes.io` too."""


@lru_cache(maxsize=4096)
def _is_identity_label(key: str, newer: bool) -> bool:
    left_out = (*_LEFT_OUT, r"topology\.kubernetes\.io") if newer else _LEFT_OUT
    return not key.startswith(_OWNED) and not any(re.match(each, key) for each in left_out)


def endpoints(rules: Ruleset, *others: Ruleset) -> tuple[Endpoint, ...]:
    """Every endpoint that a question about *rules* has to look at, pods that exist first.

    Outside addresses that no policy and no world tells apart are one endpoint. Whatever *others* tell apart is kept
    apart too, so that two rulesets over the same workloads and namespaces have the same endpoints in the same order.
    """
    every = (rules, *others)
    return (*_pods(rules), *_possible_pods(rules, every), *_nodes(rules.settings), *_outside(rules, every))


def existing(rules: Ruleset) -> tuple[Endpoint, ...]:
    """The endpoints of *rules* without pods that could be created."""
    return (*_pods(rules), *_nodes(rules.settings), *_outside(rules, (rules,)))


# --- pods ---


def _pods(rules: Ruleset) -> Iterator[Endpoint]:
    by_name = {namespace.name: namespace for namespace in rules.world.namespaces}
    for workload in rules.world.workloads:
        if not workload.host_network:
            home = by_name.get(workload.namespace) or _unlabelled(workload.namespace)
            labels = pod_labels(workload.labels, workload.service_account, home, rules.settings)
            yield Endpoint(
                f"{workload.namespace}/{workload.name}",
                Role.POD,
                labels,
                workload.namespace,
                _named_ports(workload.ports),
            )


def _named_ports(ports: tuple[NamedPort, ...]) -> tuple[NamedPort, ...]:
    return tuple([port for port in ports if port.name])


def namespace_named(name: str, rules: Ruleset) -> Namespace:
    found = next((n for n in rules.world.namespaces if n.name == name), None)
    return found or _unlabelled(name)


def _unlabelled(name: str) -> Namespace:
    return Namespace(name, (("kubernetes.io/metadata.name", name),))


def pod_labels(labels: StringMap, account: str, namespace: Namespace, settings: Settings) -> Labels:
    newer = settings.version >= _TOPOLOGY_LEFT_OUT
    own = [found for key, value in labels if (found := _own_label(key, value, newer))]
    if settings.version >= Version(1, 18):
        own.append(Label(K8S, SERVICE_ACCOUNT, account))
    return _namespace_labels(namespace, settings.cluster).union(own)


@lru_cache(maxsize=1 << 16)
def _own_label(key: str, value: str, newer: bool) -> Label | None:
    return Label(K8S, key, value) if _is_identity_label(key, newer) else None


@lru_cache(maxsize=4096)
def _namespace_labels(namespace: Namespace, cluster: str) -> Labels:
    """What every pod of *namespace* carries."""
    found = [Label(K8S, NAMESPACE_LABELS + key, value) for key, value in namespace.labels]
    return frozenset([Label(K8S, NAMESPACE, namespace.name), Label(K8S, CLUSTER, cluster), *found])


def _possible_pods(rules: Ruleset, every: Sequence[Ruleset]) -> Iterator[Endpoint]:
    """In every namespace and in a new one: a pod without labels, and one with the labels of each workload elsewhere."""
    new = Namespace(NEW_NAMESPACE, (("kubernetes.io/metadata.name", NEW_NAMESPACE),))
    namespaces = (*rules.world.namespaces, new)
    kinds = sorted(
        {
            (w.namespace, w.name, w.labels, w.ports)
            for each in every
            for w in each.world.workloads
            if not w.host_network
        }
    )
    everywhere = len(kinds) * len(namespaces) <= MOST_LOOKALIKES
    for namespace in namespaces:
        labels = pod_labels((), "default", namespace, rules.settings)
        yield Endpoint(f"{namespace.name}/(new pod)", Role.POD, labels, namespace.name, existing=False)
        if not everywhere and namespace is not new:
            continue
        for home, name, own, ports in kinds:
            if home != namespace.name:
                labels = pod_labels(own, "default", namespace, rules.settings)
                title = f"{namespace.name}/(new pod labelled like {home}/{name})"
                yield Endpoint(title, Role.POD, labels, namespace.name, _named_ports(ports), existing=False)


# --- nodes and the cluster's own endpoints ---


_NODES = (Role.HOST, Role.REMOTE_NODE)
_NODES_NAME_THEIR_CLUSTER = Version(1, 18)


def _nodes(settings: Settings) -> Iterator[Endpoint]:
    """A node names its cluster where nodes have labels; the rest of its labels is in no manifest."""
    labelled = settings.node_selector_labels and settings.version >= _NODES_NAME_THEIR_CLUSTER
    own = frozenset({Label(K8S, CLUSTER, settings.cluster)}) if labelled else frozenset[Label]()
    for role in (Role.HOST, Role.REMOTE_NODE, Role.INGRESS, Role.HEALTH):
        reserved = {Label(RESERVED, role.value)}
        yield Endpoint(role.value, role, frozenset(reserved | own if role in _NODES else reserved))
    server = frozenset({Label(RESERVED, "kube-apiserver"), Label(RESERVED, "remote-node")})
    yield Endpoint("kube-apiserver", Role.REMOTE_NODE, server | own)


# --- outside ---


def _outside(rules: Ruleset, every: Sequence[Ruleset]) -> Iterator[Endpoint]:
    settings = rules.settings
    families = ([4] if settings.ipv4 else []) + ([6] if settings.ipv6 else [])
    for version in families:
        yield Endpoint(_world(version, settings).key, Role.WORLD, frozenset({_world(version, settings)}))
    asked = [_peers(each) for each in every]
    prefixes = (_prefixes(each, peers) for each, peers in zip(every, asked, strict=True))
    for region in regions({found for of_one in prefixes for found in of_one}):
        if region.version in families and region.prefixlen > 0:
            yield outside_address(region, rules.world.cidr_groups, settings)
    for name in _names(every, asked):
        yield outside_name(name, settings)


def _world(version: int, settings: Settings) -> Label:
    return Label(RESERVED, f"world-ipv{version}" if settings.dual_stack else "world")


def outside_address(region: Prefix, groups: Iterable[CidrGroup], settings: Settings) -> Endpoint:
    """Addresses of *region* that no longer known prefix holds."""
    labels = {Label(CIDR, str(region)), _world(region.version, settings)}
    for group in groups:
        if any((outer := prefix(text)) is not None and contains(outer, region) for text in group.prefixes):
            labels.add(Label(CIDR_GROUP, GROUP_NAME + group.name))
            labels |= {Label(CIDR_GROUP, key, value) for key, value in group.labels}
    return Endpoint(str(region), Role.WORLD, frozenset(labels))


def outside_name(name: str, settings: Settings) -> Endpoint:
    """An outside address that was learned for *name*, and that no CIDR rule names."""
    normal = names.normal(name)
    return Endpoint(normal, Role.WORLD, frozenset({_world(4, settings)}), names=(normal,))


def _peers(rules: Ruleset) -> set[Peer]:
    """Whatever *rules* name outside the cluster, and entities."""
    return {peer for rule in rules.rules for peer in rule.peers or () if not isinstance(peer, EndpointsPeer)}


def _prefixes(rules: Ruleset, asked: Iterable[Peer]) -> set[Prefix]:
    texts: set[str] = set(rules.world.outside_prefixes)
    for group in rules.world.cidr_groups:
        texts.update(group.prefixes)
    for peer in asked:
        if isinstance(peer, CidrPeer):
            texts.update((peer.prefix, *peer.excepts))
        elif isinstance(peer, CidrGroupPeer):
            texts.update(peer.excepts)
    return {found for found in map(prefix, texts) if found is not None}


def _names(every: Sequence[Ruleset], asked: Sequence[Iterable[Peer]]) -> list[str]:
    """One name for every way in which the FQDN selectors and the worlds tell names apart."""
    exact: set[str] = set()
    patterns: set[tuple[str, bool]] = set()
    for rules, peers in zip(every, asked, strict=True):
        named = [peer for peer in peers if isinstance(peer, FqdnPeer)]
        exact |= {names.normal(name) for name in rules.world.outside_names}
        exact |= {names.normal(peer.match_name) for peer in named if peer.match_name}
        deep = rules.settings.version >= DEEP_STARS
        patterns |= {(peer.match_pattern, deep) for peer in named if peer.match_pattern}
    found = set(exact)
    for cell in _cells(sorted(patterns)):
        legal = cell & names.WELL_FORMED
        example = legal.witness()
        if example in exact:  # seldom, and what is in it is the automaton of all exact names
            example = (legal - literals(exact)).witness()
        if example:
            found.add(example)
    return sorted(found)


class _Cell(msgspec.Struct, frozen=True):
    """A piece of the union of some patterns: the names that *patterns* match, and no pattern seen so far besides."""

    patterns: tuple[str, ...]
    language: Language


def _cells(patterns: Iterable[tuple[str, bool]]) -> Iterator[Language]:
    """The disjoint pieces into which *patterns* (each with whether its `**.` is deep) cut their union."""
    cells: list[_Cell] = []
    for text, deep in patterns:
        language = rest = names.language(text, deep=deep)
        split: list[_Cell] = []
        for cell in cells:
            common = _common(cell, text, language)
            if common.is_empty:
                split.append(cell)
                continue
            split.append(_Cell((*cell.patterns, text), common))
            split.append(_Cell(cell.patterns, cell.language - language))
            rest -= cell.language
        cells = [cell for cell in (*split, _Cell((text,), rest)) if not cell.language.is_empty]
    return (cell.language for cell in cells)


def _common(cell: _Cell, text: str, language: Language) -> Language:
    """What *cell* has in common with *language*, which is that of the pattern *text*."""
    if all(names.may_overlap(text, other) for other in cell.patterns):
        return cell.language & language
    return NOTHING
