"""Places: every part of the policies that a rule may look at, with the parts around it, in reading order."""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from propolis.lint.context import Context
from propolis.manifest.values import at
from propolis.manifest.yaml import Document
from propolis.manifest.yaml.marks import ListMark, MapMark, Mark
from propolis.model.labels import Selector
from propolis.model.policy import (
    DnsRule,
    Effect,
    EndpointsPeer,
    HttpRule,
    Item,
    Peer,
    PeerList,
    Policy,
    PortProtocol,
    PortRule,
    Spec,
)
from propolis.model.span import Path, Span


class SpecPlace(NamedTuple):
    policy: Policy
    spec: Spec


class ItemPlace(NamedTuple):
    policy: Policy
    spec: Spec
    item: Item


class PeersPlace(NamedTuple):
    policy: Policy
    spec: Spec
    item: Item
    peers: PeerList


class PeerPlace(NamedTuple):
    policy: Policy
    spec: Spec
    item: Item
    peer: Peer
    path: Path


class PortRulePlace(NamedTuple):
    policy: Policy
    spec: Spec
    item: Item
    port_rule: PortRule


class PortPlace(NamedTuple):
    policy: Policy
    spec: Spec
    item: Item
    port_rule: PortRule
    port: PortProtocol


class HttpPlace(NamedTuple):
    policy: Policy
    spec: Spec
    item: Item
    port_rule: PortRule
    http: HttpRule


class DnsPlace(NamedTuple):
    policy: Policy
    spec: Spec
    item: Item
    port_rule: PortRule
    dns: DnsRule


class SelectorPlace(NamedTuple):
    """A selector over pod labels: a policy's subject, or one of its endpoint peers."""

    policy: Policy
    selector: Selector
    path: Path


class HelmPlace(NamedTuple):
    """Helm values of Cilium: the mapping *value* at *base* of *document*."""

    document: Document
    base: Path
    value: Mapping[str, Any]

    def at(self, *path: str) -> Any:
        """What is written at *path*; None where nothing is."""
        return at(self.value, path)

    def key(self, *path: str) -> Span:
        """Where the key at *path* is written."""
        return self.document.key_span((*self.base, *path))


def helm_values(context: Context) -> Iterator[HelmPlace]:
    for one in context.evidence.values:
        document = context.documents[one.document]
        value = document.value
        for step in one.base:
            value = value[step]
        yield HelmPlace(document, one.base, value)


class FlagPlace(NamedTuple):
    """A manifest that sets a flag of the agent to *value*."""

    value: str
    span: Span


def flags(context: Context, name: str) -> Iterator[FlagPlace]:
    for flag in context.evidence.flags:
        if flag.name == name and flag.span is not None:
            yield FlagPlace(flag.value.strip().lower(), flag.span)


_Place = TypeVar("_Place")


def _once(find: Callable[[Context], Iterator[_Place]]) -> Callable[[Context], Iterator[_Place]]:
    """*find*, which looks through the same policies once for all rules."""

    @wraps(find)
    def found(context: Context) -> Iterator[_Place]:
        known = context.evidence.places
        if find not in known:
            known[find] = tuple(find(context))
        return iter(known[find])

    return found


@_once
def specs(context: Context) -> Iterator[SpecPlace]:
    for policy in context.policies:
        for spec in policy.specs:
            yield SpecPlace(policy, spec)


@_once
def items(context: Context) -> Iterator[ItemPlace]:
    for policy, spec in specs(context):
        for item in spec.items():
            yield ItemPlace(policy, spec, item)


@_once
def allow_items(context: Context) -> Iterator[ItemPlace]:
    return (place for place in items(context) if place.item.effect is Effect.ALLOW)


@_once
def deny_items(context: Context) -> Iterator[ItemPlace]:
    return (place for place in items(context) if place.item.effect is Effect.DENY)


@_once
def peer_lists(context: Context) -> Iterator[PeersPlace]:
    for policy, spec, item in items(context):
        for peers in item.peers:
            yield PeersPlace(policy, spec, item, peers)


@_once
def peers(context: Context) -> Iterator[PeerPlace]:
    for policy, spec, item, listed in peer_lists(context):
        for index, peer in enumerate(listed.peers):
            yield PeerPlace(policy, spec, item, peer, (*listed.path, index))


@_once
def port_rules(context: Context) -> Iterator[PortRulePlace]:
    for policy, spec, item in items(context):
        for port_rule in item.to_ports or ():
            yield PortRulePlace(policy, spec, item, port_rule)


@_once
def ports(context: Context) -> Iterator[PortPlace]:
    for policy, spec, item, port_rule in port_rules(context):
        for port in port_rule.ports or ():
            yield PortPlace(policy, spec, item, port_rule, port)


@_once
def http_rules(context: Context) -> Iterator[HttpPlace]:
    for policy, spec, item, port_rule in port_rules(context):
        if port_rule.rules:
            for http in port_rule.rules.http or ():
                yield HttpPlace(policy, spec, item, port_rule, http)


@_once
def dns_rules(context: Context) -> Iterator[DnsPlace]:
    for policy, spec, item, port_rule in port_rules(context):
        if port_rule.rules:
            for dns in port_rule.rules.dns or ():
                yield DnsPlace(policy, spec, item, port_rule, dns)


@_once
def selectors(context: Context) -> Iterator[SelectorPlace]:
    for policy in context.policies:
        for spec in policy.specs:
            if spec.endpoint_selector is not None:
                yield SelectorPlace(policy, spec.endpoint_selector, (*spec.path, "endpointSelector"))
        if policy.network_policy is not None:
            path = (*policy.network_policy.path, "podSelector")
            yield SelectorPlace(policy, policy.network_policy.pod_selector, path)
            for rule in (*policy.network_policy.ingress, *policy.network_policy.egress):
                for peer in rule.peers:
                    if peer.pod_selector is not None:
                        yield SelectorPlace(policy, peer.pod_selector, (*peer.path, "podSelector"))
    for place in peers(context):
        if isinstance(place.peer, EndpointsPeer):
            yield SelectorPlace(place.policy, place.peer.selector, place.path)


def item_before(spec: Spec, item: Item) -> Item | None:
    """The item above *item* in the same section."""
    section = [other for other in spec.items() if other.path[:-1] == item.path[:-1]]
    position = section.index(item)
    return section[position - 1] if position else None


def is_empty(item: Item) -> bool:
    """Whether *item* has neither peers nor ports."""
    return not item.peers and not item.to_ports and not item.icmps


def has_peers_only(item: Item) -> bool:
    return any(listed.peers for listed in item.peers) and not item.to_ports and not item.icmps


def has_ports_only(item: Item) -> bool:
    """Whether *item* names a port and no peer at all, which means every peer."""
    port_rules = any(port_rule.ports for port_rule in item.to_ports or ())
    return not item.peers and (port_rules or any(icmp.fields for icmp in item.icmps or ()))


def peers_of_ports(spec: Spec, item: Item) -> Item | None:
    """The item above *item* that its ports were meant for: peers only, then ports only, a dash too many.

    None in a policy for nodes, where ports for everyone are often what is meant.
    """
    before = item_before(spec, item)
    is_split = before is not None and has_peers_only(before) and has_ports_only(item)
    return before if is_split and spec.node_selector is None else None


def document_at(context: Context, span: Span) -> Document | None:
    """The document that holds *span*."""
    for document in context.documents:
        if document.file == span.file and document.start <= span.start < document.end:
            return document
    return None


def path_of_key(document: Document, span: Span) -> Path | None:
    """The path of the key that is written at *span*."""
    return _path_of_key(document.root, span.start, ())


def _path_of_key(mark: Mark, start: int, path: Path) -> Path | None:
    if isinstance(mark, MapMark):
        for key, (key_start, _, value) in mark.entries.items():
            found = (*path, key) if key_start == start else _path_of_key(value, start, (*path, key))
            if found:
                return found
    elif isinstance(mark, ListMark):
        for index, item in enumerate(mark.items):
            if found := _path_of_key(item, start, (*path, index)):
                return found
    return None
