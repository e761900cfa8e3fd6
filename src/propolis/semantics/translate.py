"""Policies → rules: scopes, defaults and Services filled in, as the agent does when it reads an object.

Both engines start from these rules, so what is here is held to the recorded verdicts of the real engine.
Source: Cilium pkg/k8s/apis/cilium.io/utils ParseToCiliumRule, pkg/k8s/network_policy.go; semantics §1.3, §3, §9.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache, partial

import msgspec

from propolis.model.labels import (
    ANY,
    CLUSTER,
    K8S,
    NAMESPACE,
    NAMESPACE_LABELS,
    RESERVED,
    Operator,
    Requirement,
    Selector,
    equals,
    exists,
)
from propolis.model.policy import (
    CidrGroupPeer,
    CidrPeer,
    ClusterPeer,
    ClusterRule,
    Direction,
    DnsRule,
    Effect,
    EndpointsPeer,
    EntityPeer,
    FqdnPeer,
    GroupsPeer,
    IcmpRule,
    Item,
    Kind,
    L7Rules,
    NetworkPolicyPeer,
    NetworkPolicyPort,
    NetworkPolicyRule,
    NodesPeer,
    Peer,
    PeerList,
    Policy,
    PortProtocol,
    PortRule,
    ServicePeer,
    Spec,
)
from propolis.model.rule import Origin, Rule, Tier
from propolis.model.settings import NODES, PODS, Defect, Settings, Version
from propolis.model.span import Path
from propolis.model.world import Service, World
from propolis.semantics import parsers
from propolis.semantics.admission import GROUPS_IN_THE_AGENT, REQUIRES, is_copied
from propolis.semantics.ports import meaning

_NAMESPACE_EXISTS = exists(K8S, NAMESPACE)
_NULLING_FIELDS = frozenset(
    f"{way}{word}" for way in ("from", "to") for word in ("Endpoints", "Nodes", "Entities", "CIDR", "CIDRSet")
)
"""An empty list in one of these makes the whole item select nobody; in the other peer fields it does not."""


def rules(policy: Policy, world: World, settings: Settings) -> tuple[Rule, ...]:
    """The rules that *policy* comes to. What the API server or the agent refuses must not be given."""
    written = tuple(_rules(policy, world, settings))
    if not settings.cidr_match_mode and not any(map(settings.has, _ADDING_RULES)):
        return written
    return tuple(
        one
        for rule in written
        for one in (rule, *_inside_the_cluster(rule, settings), *_by_defect(rule, settings))
    )


def _rules(policy: Policy, world: World, settings: Settings) -> Iterable[Rule]:
    match policy.kind:
        case Kind.CNP | Kind.CCNP:
            copied = is_copied(policy, settings)
            if copied and world.group_prefixes == ():
                return ()  # nobody writes the copy
            items = partial(_as_written_again, settings=settings) if copied else Spec.items
            return [
                rule
                for spec in policy.specs
                for rule in _spec_rules(policy, spec, items(spec), world, settings)
            ]
        case Kind.NP:
            return _network_policy_rules(policy, settings)
        case Kind.KCNP:
            return _cluster_policy_rules(policy, world, settings)


_CIDR_PEERS = (CidrPeer, CidrGroupPeer)
_WORLD_IS_A_LABEL = Version(1, 19)
_NOT_OUTSIDE_NOR_A_NODE = EndpointsPeer(
    Selector(
        tuple(
            Requirement(RESERVED, name, Operator.DOES_NOT_EXIST)
            for name in ("host", "remote-node", "world", "world-ipv4", "world-ipv6")
        )
    )
)


def _inside_the_cluster(rule: Rule, settings: Settings) -> Iterator[Rule]:
    """With `policy-cidr-match-mode` a CIDR matches nodes or pods too, by addresses that no manifest tells (§3.5).

    From 1.19 on 0.0.0.0/0 and ::/0 ask for the world's label, which no node has.
    """
    found: list[Peer] = []
    for peer in (peer for peer in rule.peers or () if isinstance(peer, _CIDR_PEERS)):
        whole = isinstance(peer, CidrPeer) and peer.prefix.endswith("/0")
        by_label = whole and settings.version >= _WORLD_IS_A_LABEL and PODS not in settings.cidr_match_mode
        if NODES in settings.cidr_match_mode and not by_label:
            found += [EntityPeer("host"), EntityPeer("remote-node")]
        if PODS in settings.cidr_match_mode:
            found.append(_NOT_OUTSIDE_NOR_A_NODE)
    if found:
        yield msgspec.structs.replace(rule, peers=tuple(dict.fromkeys(found)), unknown=_UNKNOWN_ADDRESSES)


_UNKNOWN_ADDRESSES = "`policy-cidr-match-mode` matches by addresses of nodes and pods, which are not known"


# --- defects of releases ---


_ADDING_RULES = (Defect.NEGATIVE_PEERS, Defect.WORLD_IGNORES_EXCEPT)
_NEGATIVE = (Operator.NOT_IN, Operator.DOES_NOT_EXIST)


def _by_defect(rule: Rule, settings: Settings) -> Iterator[Rule]:
    """The rules that stand beside *rule* in a release with a defect, for whom it selects too (§0.3)."""
    if settings.has(Defect.NEGATIVE_PEERS) and any(map(_is_negative, rule.peers or ())):
        numbered = _without_names_of_peers(rule)
        yield msgspec.structs.replace(rule, peers=_AGGREGATED, ports=numbered, defect=Defect.NEGATIVE_PEERS)
    if settings.has(Defect.WORLD_IGNORES_EXCEPT):
        whole = tuple(
            CidrPeer(peer.prefix)
            for peer in rule.peers or ()
            if isinstance(peer, CidrPeer) and peer.excepts and peer.prefix.endswith("/0")
        )
        if whole:
            yield msgspec.structs.replace(rule, peers=whole, defect=Defect.WORLD_IGNORES_EXCEPT)


def _without_names_of_peers(rule: Rule) -> tuple[PortRule | IcmpRule, ...] | None:
    """The ports of *rule*, on egress without those named by the peer: no aggregate identity has ports."""
    if rule.direction is Direction.INGRESS or rule.ports is None:
        return rule.ports
    return tuple(
        msgspec.structs.replace(
            clause, ports=tuple(p for p in clause.ports or () if not isinstance(meaning(p.port), str))
        )
        if isinstance(clause, PortRule)
        else clause
        for clause in rule.ports
    )


def _is_negative(peer: Peer) -> bool:
    """Whether *peer* has requirements and all are met by who has no label at all."""
    if not isinstance(peer, EndpointsPeer) or not peer.selector.requirements:
        return False
    return all(r.operator in _NEGATIVE for r in peer.selector.requirements)


_AGGREGATED: tuple[Peer, ...] = (
    EndpointsPeer(Selector((_NAMESPACE_EXISTS,))),
    EndpointsPeer(Selector((exists(RESERVED, "remote-node"), exists(K8S, CLUSTER)))),
    *(CidrPeer(half) for half in ("0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1")),
    FqdnPeer(match_pattern="*"),
)
"""Whom aggregate identities stand for: all but the nodes and Cilium endpoints that have a reserved identity alone."""


# --- CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy ---


def _spec_rules(
    policy: Policy, spec: Spec, items: Iterable[Item], world: World, settings: Settings
) -> Iterator[Rule]:
    nodes = spec.endpoint_selector is None
    written = (spec.node_selector if nodes else spec.endpoint_selector) or Selector()
    namespace = policy.namespace  # a CCNP has none
    subject, title = _subject(written, namespace), policy.title
    labelled = nodes and bool(written.requirements) and not world.knows_nodes
    if labelled:
        subject = Selector()
    ingress = _default_deny(spec.default_deny_ingress, settings)
    egress = _default_deny(spec.default_deny_egress, settings)
    anywhere = _names_init(written)
    unsettles = _UNKNOWN_NODES if labelled and settings.host_firewall else ""
    for item in items:
        known = _parts_everywhere(item, settings)
        parts = known or _parts(item, world, settings)
        rule = Rule(
            subject=subject,
            nodes=nodes,
            direction=item.direction,
            effect=item.effect,
            peers=_in_scope(parts.peers, namespace, anywhere, settings) if parts.scoped else parts.peers,
            ports=parts.ports,
            default_deny=ingress if item.direction is Direction.INGRESS else egress,
            authentication=item.authentication,
            origin=Origin(title, policy.document, item.path),
            unknown=parts.unknown,
            unsettles=parts.unsettles or unsettles,
        )
        if policy.kind is Kind.CCNP and rule.peers is not None and _is_namespaced(item):
            yield from _by_namespace(rule)
        else:
            yield rule
        if not known:
            yield from _with_any_service(rule, item, world, settings)


class _Parts(msgspec.Struct, frozen=True, gc=False):
    """What an item comes to, whatever the policy selects; the fields are those of the rule.

    *scoped*: whether some of *peers* still lack the scope that the policy gives them.
    """

    peers: tuple[Peer, ...] | None
    scoped: bool
    ports: tuple[PortRule | IcmpRule, ...] | None
    unknown: str
    unsettles: str


def _parts(item: Item, world: World, settings: Settings) -> _Parts:
    peers = _peers(item, world, settings)
    scoped = any(isinstance(peer, EndpointsPeer) for peer in peers or ())
    return _Parts(peers, scoped, _ports(item, settings), _unknown(item, world, settings), _unsettles(item))


@lru_cache(maxsize=1 << 14)
def _parts_everywhere(item: Item, settings: Settings) -> _Parts | None:
    """What *item* comes to in every world, for many policies have the same items; None where the world decides."""
    if any(isinstance(peer, _RESOLVED) for found in item.peers for peer in found.peers):
        return None
    return _parts(item, _NOWHERE, settings)


_NOWHERE = World()


def _with_any_service(rule: Rule, item: Item, world: World, settings: Settings) -> Iterator[Rule]:
    """What a defect of some releases puts beside *rule* for labels of Services whose source is named (§0.3)."""
    if item.effect is not Effect.ALLOW or not settings.has(Defect.SERVICE_LABELS_IGNORED):
        return
    named = (peer for listed in item.peers for peer in listed.peers if isinstance(peer, ServicePeer))
    found = tuple(
        stands for peer in named if peer.names_sources for stands in _any_service(peer, world, settings)
    )
    if found:
        yield msgspec.structs.replace(rule, peers=found, defect=Defect.SERVICE_LABELS_IGNORED)


_SETS_STAY_EMPTY = Version(1, 19)


def _as_written_again(spec: Spec, settings: Settings) -> Iterator[Item]:
    """The items of *spec* without empty lists of peers: the operator's copy has those of prefixes alone, from 1.19 on.

    Source: the tags of pkg/policy/api/ingress.go and egress.go, `omitempty` and `omitzero`.
    """
    kept = ("fromCIDRSet", "toCIDRSet") if settings.version >= _SETS_STAY_EMPTY else ()
    for item in spec.items():
        peers = tuple(found for found in item.peers if found.peers or found.field in kept)
        yield msgspec.structs.replace(item, peers=peers)


def _is_namespaced(item: Item) -> bool:
    """Whether *item* hands traffic to a listener of the endpoint's own namespace."""
    return any(rule.listener and rule.listener.kind == _NAMESPACED for rule in item.to_ports or ())


def _by_namespace(rule: Rule) -> Iterator[Rule]:
    """*rule* for the endpoints that have a namespace, and for those that have none to look for its listener."""
    yield msgspec.structs.replace(rule, subject=rule.subject.and_(_NAMESPACE_EXISTS))
    nowhere = rule.subject.and_(Requirement(K8S, NAMESPACE, Operator.DOES_NOT_EXIST))
    yield msgspec.structs.replace(rule, subject=nowhere, unsettles=_NO_LISTENER)


_NAMESPACED = "CiliumEnvoyConfig"
_NO_LISTENER = f"a listener of a {_NAMESPACED} cannot be used by an endpoint without a namespace"
_UNKNOWN_NODES = "the labels of nodes are not known"


def _unsettles(item: Item) -> str:
    for found in item.peers:
        if found.field in REQUIRES and found.peers:
            return _REQUIRES_NARROW
    return ""


_REQUIRES_NARROW = (
    "`fromRequires`/`toRequires` narrow every endpoint peer of the direction, which is not decided"
)


def _subject(written: Selector, namespace: str) -> Selector:
    """In a CNP the namespace is forced; a `matchLabels` entry for it under `k8s:` is overwritten."""
    if not namespace:
        return written
    kept = tuple(
        r
        for r in written.requirements
        if not (r.source == K8S and r.key == NAMESPACE and r.operator is Operator.EQUALS)
    )
    return Selector((*kept, _in_namespace(namespace)))


@lru_cache(maxsize=4096)
def _in_namespace(namespace: str) -> Requirement:
    return equals(K8S, NAMESPACE, namespace)


def _default_deny(written: bool | None, settings: Settings) -> bool:
    """Unset means: whether the spec has items for the direction. One of this direction exists here."""
    return written is not False or not settings.non_default_deny


def _peers(item: Item, world: World, settings: Settings) -> tuple[Peer, ...] | None:
    """What stands for the peers of *item*; those that are endpoints without the scope that the policy gives them."""
    resolved: list[Peer] = []
    for found in item.peers:
        if found.field in REQUIRES:
            continue  # a requirement is no peer
        if not found.peers and found.field in _NULLING_FIELDS and not _names_count(item, settings):
            return None
        for peer in found.peers:
            resolved.extend(_resolved(peer, item.effect, world, settings))
    return tuple(resolved)


@lru_cache(maxsize=1 << 14)
def _in_scope(
    peers: tuple[Peer, ...] | None, namespace: str, anywhere: bool, settings: Settings
) -> tuple[Peer, ...]:
    """*peers* of a policy in *namespace*; *anywhere*: whether those of a CCNP need not have a namespace.

    What stands for a Service names its namespace and cluster already, and stays what it is.
    """
    return tuple(
        _scoped(peer, namespace, anywhere, settings) if isinstance(peer, EndpointsPeer) else peer
        for peer in peers or ()
    )


_EMPTY_LISTS_WIN = Version(1, 19)


def _names_count(item: Item, settings: Settings) -> bool:
    """Whether names are asked for even beside an empty list, as up to 1.18."""
    return settings.version < _EMPTY_LISTS_WIN and any(
        isinstance(peer, FqdnPeer) for found in item.peers for peer in found.peers
    )


_RESOLVED = (ServicePeer, GroupsPeer, NodesPeer)


def _resolved(peer: Peer, effect: Effect, world: World, settings: Settings) -> Iterator[Peer]:
    """What stands for *peer*: where Cilium resolves it, other peers."""
    match peer:
        case ServicePeer():
            if effect is Effect.ALLOW:  # `egressDeny.toServices` is never resolved
                found = tuple(_service_peers(peer, world, settings))
                yield from found or _kept_by_defect(peer, world, settings)
        case GroupsPeer() if world.group_prefixes is None:
            in_agent = settings.version >= GROUPS_IN_THE_AGENT and not settings.cidr_match_mode
            yield EntityPeer("world" if in_agent else "all")
        case GroupsPeer() if world.group_prefixes:
            yield from (CidrPeer(text, from_set=True) for text in world.group_prefixes)
        case NodesPeer(selector) if world.knows_nodes or not selector.requirements:
            yield NodesPeer(_in_cluster(selector, settings))
        case NodesPeer():
            yield EntityPeer("remote-node")
        case _:
            yield peer


@lru_cache(maxsize=1 << 14)
def _scoped(peer: EndpointsPeer, namespace: str, anywhere: bool, settings: Settings) -> EndpointsPeer:
    """*peer* with what it leaves open: the policy's namespace (CNP) or any pod (CCNP), and the local cluster.

    The same peer of many policies is one object, so that whom it selects is found out once.
    """
    namespaced = labelled = local = False
    for each in peer.selector.requirements:
        if each.source == RESERVED:
            return peer
        if each.source in (K8S, ANY):
            namespaced |= each.key == NAMESPACE
            labelled |= each.key.startswith(NAMESPACE_LABELS)
            local |= each.key == CLUSTER
    scope: tuple[Requirement, ...] = ()
    if not namespaced:
        if not namespace:
            scope = () if anywhere else (_NAMESPACE_EXISTS,)
        elif not labelled:
            scope = (_in_namespace(namespace),)
    if settings.scopes_peers_to_cluster and not local:
        scope = (*scope, _in_this_cluster(settings.cluster))
    return EndpointsPeer(peer.selector.and_(*scope)) if scope else peer


def _names_init(subject: Selector) -> bool:
    return any(r.source == RESERVED and r.key == "init" for r in subject.requirements)


def _in_cluster(selector: Selector, settings: Settings) -> Selector:
    if settings.scopes_peers_to_cluster and not selector.has_key(CLUSTER):
        return selector.and_(_in_this_cluster(settings.cluster))
    return selector


@lru_cache(maxsize=16)
def _in_this_cluster(cluster: str) -> Requirement:
    return equals(K8S, CLUSTER, cluster)


_PODS_OF_SERVICES = Version(1, 17)


def _kept_by_defect(peer: ServicePeer, world: World, settings: Settings) -> tuple[Peer, ...]:
    """*peer* itself, which matches nobody, where it comes to nothing by the rules but to something by a defect."""
    kept = settings.has(Defect.SERVICE_LABELS_IGNORED) and peer.names_sources
    return (peer,) if kept and _any_service(peer, world, settings) else ()


def _any_service(peer: ServicePeer, world: World, settings: Settings) -> tuple[Peer, ...]:
    """What *peer* stands for if its labels do not count."""
    return tuple(_service_peers(ServicePeer(None, peer.namespace, Selector()), world, settings))


def _service_peers(peer: ServicePeer, world: World, settings: Settings) -> Iterator[Peer]:
    """A Service with a selector stands for its pods, one without for its outside backends."""
    for service in world.services:
        if not _names_service(peer, service, settings):
            continue
        if service.selector is None:
            yield from (CidrPeer(address, from_set=True) for address in service.backends)
        elif settings.version >= _PODS_OF_SERVICES:
            pods = tuple(equals(K8S, key, value) for key, value in service.selector)
            scope = Selector((*pods, equals(K8S, NAMESPACE, service.namespace)))
            yield EndpointsPeer(_in_cluster(scope, settings))


_BARE_SELECTORS = Version(1, 19)
"""Before, `selector: {}` and one with a key such as `k8s:app` cannot be read, and select no Service."""


def _names_service(peer: ServicePeer, service: Service, settings: Settings) -> bool:
    """Without a namespace the name counts in every namespace; a label selector wins over a name."""
    if (peer.is_bare or peer.names_sources) and settings.version < _BARE_SELECTORS:
        return False
    if peer.namespace not in (None, service.namespace):
        return False
    if peer.selector is None:
        return peer.name == service.name
    labels = dict(service.labels)
    return all(_label_meets(labels, r) for r in peer.selector.requirements)


def _label_meets(labels: dict[str, str], requirement: Requirement) -> bool:
    """Sources of the keys are ignored here, as Cilium does for labels of Services."""
    value = labels.get(requirement.key)
    match requirement.operator:
        case Operator.EQUALS | Operator.IN:
            return value in requirement.values
        case Operator.NOT_IN:
            return value not in requirement.values
        case Operator.EXISTS:
            return value is not None
        case Operator.DOES_NOT_EXIST:
            return value is None


def _ports(item: Item, settings: Settings) -> tuple[PortRule | IcmpRule, ...] | None:
    """`toPorts: []` and `icmps: []` are as good as absent. Of a deny item the API server keeps the ports alone."""
    if item.to_ports:
        for rule in item.to_ports:
            if rule.server_names or (rule.rules is not None and rule.rules.others):
                found = (parsers.as_proxy(each, settings) for each in item.to_ports)
                return tuple(part for each in found for part in _by_protocol(each))
        return item.to_ports
    return item.icmps or None


def _by_protocol(rule: PortRule) -> Iterator[PortRule]:
    """A rule with server names for TCP, and one for the other protocols, of which less is known."""
    if not rule.server_names:
        yield rule
        return
    for names in (("TCP",), ("UDP", "SCTP")):
        found = tuple(
            msgspec.structs.replace(port, protocol=name)
            for port in rule.ports or ()
            for name in names
            if port.protocol.upper() in ("", "ANY", name)
        )
        if found:
            yield msgspec.structs.replace(rule, ports=found)


def _unknown(item: Item, world: World, settings: Settings) -> str:
    for found in item.peers:
        if found.field.endswith("Groups") and found.peers and world.group_prefixes is None:
            return "the addresses of a cloud provider's group are not known"
        if not world.knows_nodes and _by_labels(found):
            return _UNKNOWN_NODES
    for port_rule in item.to_ports or ():
        if reason := parsers.doubt(port_rule, settings):
            return reason
    return ""


def _by_labels(found: PeerList) -> bool:
    """Whether nodes are asked for by their labels."""
    return any(isinstance(peer, NodesPeer) and peer.selector.requirements for peer in found.peers)


# --- Kubernetes NetworkPolicy ---


def _network_policy_rules(policy: Policy, settings: Settings) -> Iterator[Rule]:
    spec = policy.network_policy
    if spec is None or not settings.k8s_network_policy:
        return
    subject = _as_k8s(spec.pod_selector).and_(equals(K8S, NAMESPACE, policy.namespace))
    sections = (
        (
            Direction.INGRESS,
            spec.ingress,
            "Ingress" in spec.policy_types or "Egress" not in spec.policy_types,
        ),
        (Direction.EGRESS, spec.egress, "Egress" in spec.policy_types),
    )
    for direction, written, isolates in sections:
        entries: list[tuple[Path, tuple[Peer, ...] | None, tuple[PortRule, ...] | None]] = [
            (entry.path, *part) for entry in written for part in _entries(entry, policy, settings)
        ]
        if not written and isolates:
            entries = [(spec.path, None, None)]
        for path, peers, ports in entries:
            rule = Rule(
                subject=subject,
                direction=direction,
                effect=Effect.ALLOW,
                peers=peers,
                ports=ports,
                origin=Origin(policy.title, policy.document, path),
            )
            yield rule
            if direction is Direction.INGRESS and any(isinstance(peer, CidrPeer) for peer in peers or ()):
                yield from _admitting_namespace(rule, policy.namespace, settings)


def _admitting_namespace(rule: Rule, namespace: str, settings: Settings) -> Iterator[Rule]:
    """What a defect of some releases puts beside *rule* for an `ipBlock` (§0.3)."""
    if settings.has(Defect.IP_BLOCK_ADMITS_NAMESPACE):
        own = EndpointsPeer(_in_cluster(Selector((_in_namespace(namespace),)), settings))
        yield msgspec.structs.replace(rule, peers=(own,), defect=Defect.IP_BLOCK_ADMITS_NAMESPACE)


_Entry = tuple[tuple[Peer, ...], tuple[PortRule, ...] | None]


def _entries(entry: NetworkPolicyRule, policy: Policy, settings: Settings) -> Iterator[_Entry]:
    ports = (_port_rule(entry.ports, entry.path),) if entry.ports else None
    if not entry.peers:
        yield (EntityPeer("all"),), ports
    for peer in entry.peers:
        yield (_network_policy_peer(peer, policy.namespace, settings),), ports


def _port_rule(ports: tuple[NetworkPolicyPort, ...], path: Path) -> PortRule:
    """A port that is absent means every port of the protocol."""
    found = tuple(PortProtocol(p.port or "0", p.end_port, p.protocol, p.path) for p in ports)
    return PortRule(found, None, None, None, (), path)


def _network_policy_peer(peer: NetworkPolicyPeer, namespace: str, settings: Settings) -> Peer:
    if peer.ip_block is not None:
        return CidrPeer(peer.ip_block.cidr, peer.ip_block.excepts, from_set=True)
    pods = _as_k8s(peer.pod_selector or Selector())
    if peer.namespace_selector is None:
        scoped = pods.and_(equals(K8S, NAMESPACE, namespace))
    elif not peer.namespace_selector.requirements:
        scoped = pods.and_(_NAMESPACE_EXISTS)
    else:
        namespaces = _as_k8s(peer.namespace_selector, NAMESPACE_LABELS)
        scoped = pods.and_(*namespaces.requirements)
    return EndpointsPeer(_in_cluster(scoped, settings))


# --- ClusterNetworkPolicy ---


def _cluster_policy_rules(policy: Policy, world: World, settings: Settings) -> Iterator[Rule]:
    """Rules in tiers; earlier items of one object come first. None of them switches default deny on (§2.5)."""
    spec = policy.cluster_policy
    if spec is None:
        return
    for direction, written in ((Direction.INGRESS, spec.ingress), (Direction.EGRESS, spec.egress)):
        for index, item in enumerate(written):
            for part in _cluster_parts(item, world, settings):
                yield Rule(
                    subject=_in_namespaces(spec.subject),
                    direction=direction,
                    effect=part.effect,
                    peers=part.peers,
                    ports=part.ports,
                    default_deny=False,
                    tier=Tier.ADMIN if spec.admin else Tier.BASELINE,
                    priority=spec.priority + index / 100,
                    origin=Origin(policy.title, policy.document, item.path),
                    unknown=part.unknown,
                )


class _Part(msgspec.Struct, frozen=True):
    """What one peer of a ClusterNetworkPolicy's rule comes to; the fields are those of the rule."""

    effect: Effect
    peers: tuple[Peer, ...]
    ports: tuple[PortRule, ...] | None
    unknown: str = ""


def _cluster_parts(item: ClusterRule, world: World, settings: Settings) -> Iterator[_Part]:
    """No peer stands for everybody. An unknown kind of peer fails closed: an accept is nothing, the rest denies all."""
    ports = (PortRule(item.ports, None, None, None, (), item.path),) if item.ports else None
    everybody = (EntityPeer("all"),)
    if not item.peers:
        yield _Part(item.effect, everybody, ports)
    for peer in item.peers:
        if peer.namespaces is not None:
            found = _in_namespaces(peer)
            scoped = found if peer.pods is None else _in_cluster(found, settings)
            yield _Part(item.effect, (EndpointsPeer(scoped),), ports)
        elif peer.nodes is not None:
            yield from _node_parts(item.effect, peer.nodes, ports, world, settings)
        elif peer.networks is not None:
            networks = tuple(CidrPeer(text, from_set=True) for text in peer.networks)
            yield _Part(item.effect, networks, ports)
        elif peer.domain_names is not None:
            names = tuple(_named(name) for name in peer.domain_names)
            asked = tuple(DnsRule(name.match_name, name.match_pattern, peer.path) for name in names)
            yield _Part(item.effect, names, ports)
            yield _Part(item.effect, _CLUSTER_DNS, (_dns_ports(asked, peer.path),))
        elif item.effect is not Effect.ALLOW:
            yield _Part(Effect.DENY, everybody, ports)


def _node_parts(
    effect: Effect, written: Selector, ports: tuple[PortRule, ...] | None, world: World, settings: Settings
) -> Iterator[_Part]:
    """Unlike `toNodes` this means the local node too."""
    if written.requirements and not world.knows_nodes:
        yield _Part(effect, (EntityPeer("host"), EntityPeer("remote-node")), ports, _UNKNOWN_NODES)
        return
    labels = _in_cluster(_of_source("node", written), settings)
    nodes = (EndpointsPeer(labels.and_(exists(RESERVED, name))) for name in ("host", "remote-node"))
    yield _Part(effect, tuple(nodes), ports)


_CLUSTER_DNS = (EndpointsPeer(Selector((equals(ANY, "k8s-app", "kube-dns"),))),)
"""Whom an accept of `domainNames` lets be asked for these names, at the ports with the names `dns` and `dns-tcp`."""


def _dns_ports(asked: tuple[DnsRule, ...], path: Path) -> PortRule:
    named = tuple(PortProtocol(name, 0, "", path) for name in ("dns", "dns-tcp"))
    return PortRule(named, L7Rules(None, asked, (), path), None, None, (), path)


def _named(name: str) -> FqdnPeer:
    """A name that begins with a star means every depth here."""
    if not name.startswith("*"):
        return FqdnPeer(match_name=name)
    return FqdnPeer(match_pattern=name if name.startswith("**") else f"*{name}")


def _in_namespaces(peer: ClusterPeer) -> Selector:
    pods = _as_k8s(peer.pods or Selector())
    if peer.namespaces is None or not peer.namespaces.requirements:
        return pods.and_(_NAMESPACE_EXISTS)
    return pods.and_(*_as_k8s(peer.namespaces, NAMESPACE_LABELS).requirements)


def _as_k8s(selector: Selector, prefix: str = "") -> Selector:
    """The same selector over Kubernetes labels, its keys under *prefix*."""
    return _of_source(K8S, selector, prefix)


def _of_source(source: str, selector: Selector, prefix: str = "") -> Selector:
    """The same selector over labels of *source*, its keys under *prefix*; a key with a source (`node:role`) keeps it.

    Source: pkg/labels NewSourceEncodedLabelKey, of 1.20. Where keys are checked, as in a NetworkPolicy, none has one.
    """
    return Selector(tuple(_sourced(source, prefix, each) for each in selector.requirements))


def _sourced(source: str, prefix: str, each: Requirement) -> Requirement:
    named, colon, key = each.key.partition(":")
    if colon and not prefix:
        return Requirement(named or source, key, each.operator, each.values)
    return Requirement(source, prefix + each.key, each.operator, each.values)
