"""The agent's gate: what Cilium refuses to enforce although the API server stored it.

One bad item takes the whole object out of force. The API server's own gate, the schema, is in `manifest`.
Source: Cilium pkg/policy/api/rule_validation.go Sanitize; semantics §10 (the numbers in the comments are its rows).
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec

from propolis.algebra.addresses import Prefix, contains, prefix
from propolis.algebra.regular import BudgetExceeded, InvalidPattern, UnsupportedPattern, pattern
from propolis.model.labels import Operator, Requirement, Selector
from propolis.model.policy import (
    CidrGroupPeer,
    CidrPeer,
    Direction,
    Effect,
    EndpointsPeer,
    EntityPeer,
    FqdnPeer,
    GroupsPeer,
    InvalidCidrSetPeer,
    Item,
    Kind,
    L7Rules,
    NodesPeer,
    Peer,
    PeerList,
    Policy,
    PortRule,
    Spec,
)
from propolis.model.settings import Defect, Settings, Version
from propolis.model.span import Path
from propolis.semantics import ports

REQUIRES = ("fromRequires", "toRequires")
MOST_PORTS = 40
MOST_ICMP_FIELDS = 40
MOST_PATTERN_CHARACTERS = 255
_PROTOCOLS = ("", "ANY", "TCP", "UDP", "SCTP")
_EXTENDED = dict.fromkeys(("VRRP", "IGMP"), Version(1, 19)) | dict.fromkeys(
    ("GRE", "IPIP", "IPV6", "ESP", "AH"), Version(1, 20)
)
"""Protocols without ports, and the version from which on the agent knows them."""
_ENTITIES = {
    "all",
    "world",
    "world-ipv4",
    "world-ipv6",
    "cluster",
    "host",
    "init",
    "ingress",
    "unmanaged",
} | {"remote-node", "health", "none", "kube-apiserver"}
_LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_LABEL_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_LABEL_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_DNS_NAME = re.compile(r"[-a-zA-Z0-9_.]+")
_DNS_PATTERN = re.compile(r"[-a-zA-Z0-9_.*]+")
_MISMATCHES = (None, "", "LOG", "ADD", "DELETE", "REPLACE")


class Refusal(msgspec.Struct, frozen=True):
    """Why the agent refuses an object, and the path of the part that is at fault."""

    message: str
    path: Path


def refusals(policy: Policy, settings: Settings) -> tuple[Refusal, ...]:
    """Everything that the agent holds against *policy*, in its order; empty when it is in force."""
    match policy.kind:
        case Kind.CNP | Kind.CCNP:
            return tuple(_policy(policy, settings))
        case Kind.KCNP:
            return tuple(_cluster_policy(policy, settings))
        case Kind.NP:
            return tuple(_network_policy(policy, settings))


def _network_policy(policy: Policy, settings: Settings) -> Iterator[Refusal]:
    spec = policy.network_policy
    if spec is None or not settings.has(Defect.IP_BLOCK_REFUSED):
        return
    for rule in spec.ingress:
        if any(peer.ip_block for peer in rule.peers):
            yield Refusal("this release refuses an ingress `ipBlock` (a defect of it)", rule.path)


def _cluster_policy(policy: Policy, settings: Settings) -> Iterator[Refusal]:
    """Source: Cilium pkg/k8s/cluster_network_policy.go ParseClusterNetworkPolicy."""
    for rule in policy.cluster_policy.egress if policy.cluster_policy else ():
        for peer in rule.peers:
            if peer.nodes is not None and not settings.node_selector_labels:
                yield Refusal("node peers need the agent flag `enable-node-selector-labels`", peer.path)
            if peer.domain_names is not None and rule.effect is not Effect.ALLOW:
                yield Refusal("`domainNames` can only be accepted", peer.path)
            if peer.domain_names is not None and not settings.l7_proxy:
                yield Refusal(
                    "`domainNames` need the proxy, which is switched off (`enable-l7-proxy`)", peer.path
                )
            for name in peer.domain_names or ():
                exact, pattern_ = (None, name) if name.startswith("*") else (name, None)
                problems = _dns_names(exact, pattern_, settings)
                yield from (Refusal(problem, peer.path) for problem in problems)


def _policy(policy: Policy, settings: Settings) -> Iterator[Refusal]:
    if not policy.name:  # 1
        yield Refusal("the object has no `metadata.name`", policy.base)
    if not policy.specs:  # 2
        yield Refusal("the object has neither `spec` nor `specs`", policy.base)
    read_twice = settings.version >= _KEYS_ARE_READ_TWICE and is_copied(policy, settings)
    for spec in policy.specs:
        yield from _spec(policy, spec, settings)
        if read_twice:
            yield from _copied(spec)


GROUPS_IN_THE_AGENT = Version(1, 20)


def is_copied(policy: Policy, settings: Settings) -> bool:
    """Whether *policy* has groups of a cloud provider, for which the operator writes a copy of it (§3.7).

    Up to 1.19 the agent skips the object itself. The copy has the addresses in the place of the groups, and lost on the
    way what is not written when it is empty. Source: Cilium pkg/policy/groups/helpers.go createAPIRules.
    """
    return settings.version < GROUPS_IN_THE_AGENT and any(
        _names_groups(item) for spec in policy.specs for item in spec.items()
    )


@lru_cache(maxsize=1 << 14)
def _names_groups(item: Item) -> bool:
    return any(isinstance(peer, GroupsPeer) for found in item.peers for peer in found.peers)


_KEYS_ARE_READ_TWICE = Version(1, 19)


def _copied(spec: Spec) -> Iterator[Refusal]:
    """The copy was read once, which put `cidrgroup:` before the keys; when the agent reads it, that makes no label."""
    for item in spec.items():
        for found in item.peers:
            for index, peer in enumerate(found.peers):
                if isinstance(peer, CidrGroupPeer) and peer.selector and peer.selector.requirements:
                    reason = (
                        "a `cidrGroupSelector` beside groups: the operator's copy of the object is refused"
                    )
                    yield Refusal(reason, (*found.path, index))


def _spec(policy: Policy, spec: Spec, settings: Settings) -> Iterator[Refusal]:
    if spec.endpoint_selector is None and spec.node_selector is None:  # 5
        yield Refusal("a rule needs an `endpointSelector` or a `nodeSelector`", spec.path)
    if spec.endpoint_selector is not None and spec.node_selector is not None:  # 6
        yield Refusal("a rule cannot have both `endpointSelector` and `nodeSelector`", spec.path)
    if spec.node_selector is not None and policy.kind is Kind.CNP and _is_asked(spec, settings):  # 7
        reason = "only a CiliumClusterwideNetworkPolicy may have a `nodeSelector`"
        yield Refusal(reason, (*spec.path, "nodeSelector"))
    items = spec.items()
    if not items and settings.version >= Version(1, 17):  # 4
        yield Refusal(
            "a rule needs at least one item under ingress, ingressDeny, egress or egressDeny", spec.path
        )
    for field, selector in (
        ("endpointSelector", spec.endpoint_selector),
        ("nodeSelector", spec.node_selector),
    ):
        if selector is not None and (problems := _selector_problems(selector, settings)):
            yield from (Refusal(problem, (*spec.path, field)) for problem in problems)
    host = spec.node_selector is not None
    for item in items:
        yield from _item_refusals(item, settings, host)


def _is_asked(spec: Spec, settings: Settings) -> bool:
    """Up to 1.17 the entries of `specs` are not; there one with a `nodeSelector` is in force and selects nobody."""
    return settings.version >= Version(1, 18) or spec.path[-2:-1] != ("specs",)


@lru_cache(maxsize=1 << 14)
def _selector_problems(selector: Selector, settings: Settings) -> tuple[str, ...]:
    """What the agent holds against *selector*; a tuple, because the same selector stands in many policies."""
    return tuple(
        problem for each in selector.requirements for problem in _requirement_problems(each, settings)
    )


def _requirement_problems(requirement: Requirement, settings: Settings) -> Iterator[str]:
    operator, key, values = requirement.operator, requirement.key, requirement.values
    if problem := _key_problem(requirement.source, key, settings.version):  # 12
        yield problem
    if operator in (Operator.EXISTS, Operator.DOES_NOT_EXIST):
        if values:  # 15
            yield f"operator `{operator}` of `{key}` takes no values"
        return
    for value in values:
        if len(value) > 63 or not _LABEL_VALUE.fullmatch(value):  # 11
            yield f"`{value}` is not a label value"
    if not values:  # 14
        yield f"operator `{operator}` of `{key}` needs values"


@lru_cache(maxsize=4096)
def _key_problem(source: str, key: str, version: Version) -> str:
    if ":" in key:
        return f"`{source}:{key}` holds a second colon, which a label key cannot"
    if version >= Version(1, 20) and not source.isalnum():
        return f"`{source}` is not a label source: letters and digits only"
    head, slash, name = key.rpartition("/")
    if (slash and (len(head) > 253 or not _LABEL_PREFIX.fullmatch(head))) or not _LABEL_NAME.fullmatch(name):
        return f"`{key}` is not a label key"
    return ""


@lru_cache(maxsize=1 << 14)
def _item_refusals(item: Item, settings: Settings, host: bool) -> tuple[Refusal, ...]:
    """What the agent holds against *item*; a tuple, because the same item stands in many policies."""
    return tuple(_item(item, settings, host=host))


def _item(item: Item, settings: Settings, *, host: bool) -> Iterator[Refusal]:
    yield from _peer_lists(item.peers)
    for found in item.peers:
        for index, peer in enumerate(found.peers):
            for reason in _peer_problems(peer, settings):
                yield Refusal(reason, (*found.path, index))
        if (
            found.field == "toServices"
            and found.peers
            and item.to_ports
            and settings.version < _SERVICE_PORTS
        ):
            yield Refusal("`toServices` and `toPorts` cannot stand in one item before Cilium 1.17", item.path)
    if item.icmps:
        yield from _icmps(item, settings)
    for rule in item.to_ports or ():
        written = rule.ports or ()
        if len(written) > MOST_PORTS:  # 35
            yield Refusal(f"more than {MOST_PORTS} ports in one item", rule.path)
        for port in written:
            if problem := _port_problem(port.protocol, port.port, settings):
                yield Refusal(problem.message, (*port.path, *problem.path))
        if rule.judges:
            yield from _judged(rule, item, settings)
            if host:
                yield from _host_rules(rule, item, settings)


_SERVICE_PORTS = Version(1, 17)


def _peer_lists(lists: tuple[PeerList, ...]) -> Iterator[Refusal]:
    filled = [found for found in lists if found.peers and found.field not in REQUIRES]
    if len(filled) > 1:  # 17
        first, second = filled[0].field, filled[1].field
        yield Refusal(f"`{first}` and `{second}` cannot stand in one item", filled[1].path)


def _icmps(item: Item, settings: Settings) -> Iterator[Refusal]:
    if item.to_ports:  # 67
        yield Refusal("`icmps` and `toPorts` cannot stand in one item", item.path)
    if not settings.icmp_rules:  # 66
        yield Refusal("ICMP rules are switched off (`enable-icmp-rules`)", item.path)
    for rule in item.icmps or ():
        if len(rule.fields or ()) > MOST_ICMP_FIELDS:  # 68
            yield Refusal(f"more than {MOST_ICMP_FIELDS} ICMP types in one item", rule.path)
        for field in rule.fields or ():
            if field.family not in ("IPv4", "IPv6"):  # 69
                yield Refusal(f"`{field.family}` is not an address family: IPv4 or IPv6", field.path)
            elif (
                not field.type.lstrip("-").isdigit() and ports.icmp_type(field.type, field.family) is None
            ):  # 71
                yield Refusal(f"`{field.type}` is not an ICMP type of {field.family}", field.path)


@lru_cache(maxsize=1 << 14)
def _peer_problems(peer: Peer, settings: Settings) -> tuple[str, ...]:
    return tuple(_against_peer(peer, settings))


def _against_peer(peer: Peer, settings: Settings) -> Iterator[str]:
    match peer:
        case EndpointsPeer(selector):
            yield from _selector_problems(selector, settings)
        case NodesPeer(selector):
            if not settings.node_selector_labels:  # 18
                yield "node peers need the agent flag `enable-node-selector-labels`"
            yield from _selector_problems(selector, settings)
        case EntityPeer(name):
            known = name in _ENTITIES or (name == "cluster-mesh" and settings.version >= Version(1, 20))
            if not known:  # 19
                yield f"`{name}` is not an entity"
        case CidrPeer():
            yield from _cidr(peer, settings)
        case InvalidCidrSetPeer(forms):
            yield from _cidr_forms(forms, settings)
        case CidrGroupPeer(selector=selector) if selector is not None:
            yield from _selector_problems(selector, settings)
        case FqdnPeer(name, pattern_):
            if name and pattern_:  # 32
                yield "`matchName` and `matchPattern` cannot stand in one item"
            yield from _dns_names(name, pattern_, settings)
        case _:
            pass


def _cidr(peer: CidrPeer, settings: Settings) -> Iterator[str]:
    outer = prefix(peer.prefix)
    if not peer.prefix:  # 23
        yield "an empty prefix"
        return
    bare = "/" not in peer.prefix
    if outer is None or (bare and (peer.from_set or settings.has(Defect.BARE_ADDRESS_REFUSED))):  # 24, 27
        yield f"`{peer.prefix}` is not an IP prefix"
        return
    for text in peer.excepts:
        inner = prefix(text) if "/" in text else None
        if inner is None:  # 28
            yield f"`{text}` is not an IP prefix"
        elif not _may_except(outer, inner, settings):  # 29
            yield f"`{text}` is not inside `{peer.prefix}`"


def _may_except(outer: Prefix, inner: Prefix, settings: Settings) -> bool:
    """From 1.20 the exception has to be inside; before, holding its first address was enough."""
    if settings.version >= Version(1, 20):
        return contains(outer, inner)
    return inner.network_address in outer


def _cidr_forms(forms: tuple[str, ...], settings: Settings) -> Iterator[str]:
    if not forms:  # 25
        yield "one of `cidr`, `cidrGroupRef` and `cidrGroupSelector` is needed"
    elif settings.version >= Version(1, 17):  # 26
        yield f"`{forms[0]}` and `{forms[1]}` cannot stand in one item"


def _dns_names(name: str | None, pattern_: str | None, settings: Settings) -> Iterator[str]:
    if name and not _DNS_NAME.fullmatch(name.strip()):  # 33
        yield f"`{name}` is not a DNS name"
    if pattern_ and not _DNS_PATTERN.fullmatch(pattern_.strip()):  # 34
        yield f"`{pattern_}` is not a DNS name pattern"
    if pattern_ and len(pattern_) > MOST_PATTERN_CHARACTERS and settings.version >= Version(1, 19):
        yield f"a DNS name pattern of more than {MOST_PATTERN_CHARACTERS} characters"


def _judged(rule: PortRule, item: Item, settings: Settings) -> Iterator[Refusal]:
    if rule.server_names is not None and any(not name for name in rule.server_names):  # 56
        yield Refusal("an empty server name", rule.path)
    if rule.listener and item.direction is Direction.INGRESS:  # 58
        yield Refusal("a `listener` is not allowed on ingress", rule.path)
    if rule.rules is not None:
        yield from _layer7(rule, rule.rules, item, settings)


@lru_cache(maxsize=4096)
def _port_problem(written: str, port: str, settings: Settings) -> Refusal | None:
    """What the agent holds against one port, with the path inside it."""
    protocol = written.upper()
    since = _EXTENDED.get(protocol)
    if protocol not in _PROTOCOLS and (since is None or settings.version < since):  # 40
        return Refusal(f"`{written}` is not a protocol", ("protocol",))
    if since is not None:
        if port not in ("", "0"):  # 41
            return Refusal(f"`{written}` has no ports", ("port",))
        if not port and not settings.extended_ip_protocols:
            return Refusal("a port is needed without the agent flag `enable-extended-ip-protocols`", ())
        return None
    if not port:  # 36
        wanted = not (settings.extended_ip_protocols and settings.version >= Version(1, 19))
        return Refusal("a port is needed", ()) if wanted else None
    if ports.meaning(port) is None:  # 37
        return Refusal(f"`{port}` is neither a port number nor a port name", ("port",))
    return None


def _layer7(rule: PortRule, rules: L7Rules, item: Item, settings: Settings) -> Iterator[Refusal]:
    if "l7" in rules.others and "l7proto" not in rules.others:  # 64
        yield Refusal("`l7` needs an `l7proto` beside it", rules.path)
    if rules.http and rules.dns:  # 42
        yield Refusal("`http` and `dns` cannot stand in one item", rules.path)
    if not rules.http and not rules.dns:
        return
    if not settings.l7_proxy:  # 51
        yield Refusal("layer-7 rules need the proxy, which is switched off (`enable-l7-proxy`)", rules.path)
    if rule.listener:  # 59
        yield Refusal("a `listener` cannot have layer-7 rules", rules.path)
    if rule.server_names and not rule.terminates_tls:  # 57
        yield Refusal("`serverNames` with layer-7 rules need `terminatingTLS`", rules.path)
    if rules.dns and item.direction is Direction.INGRESS:  # 47
        yield Refusal("DNS rules are not allowed on ingress", rules.path)
    if rules.dns and not rule.ports:  # 48
        yield Refusal("DNS rules need a port", rules.path)
    for port in rule.ports or ():
        for problem in _layer7_port(
            port.port, port.end_port, port.protocol, bool(rules.dns), settings.version
        ):
            yield Refusal(problem, port.path)
    for http in rules.http or ():
        for field, text in (("path", http.path), ("method", http.method)):
            if text and (problem := _pattern_problem(text)):  # 52
                yield Refusal(f"`{text}` is not a regular expression: {problem}", (*http.where, field))
        for match in http.header_matches:
            if not match.name:  # 53
                yield Refusal("a header match needs a name", http.where)
            if match.mismatch not in _MISMATCHES:  # 54
                yield Refusal(f"`{match.mismatch}` is not a header action", http.where)
            if match.secret is not None and match.secret.endswith("/"):  # 55
                yield Refusal("a Secret reference needs a name", http.where)
    for dns in rules.dns or ():
        names = _dns_names(dns.match_name, dns.match_pattern, settings)
        yield from (Refusal(problem, dns.where) for problem in names)


@lru_cache(maxsize=4096)
def _layer7_port(port: str, end: int, protocol: str, dns: bool, version: Version) -> tuple[str, ...]:
    """What the agent holds against one port of layer-7 rules."""
    number = ports.meaning(port)
    found: list[str] = []
    if number == 0:  # 44
        found.append("layer-7 rules cannot be used with port 0")
    if not dns and protocol.upper() != "TCP":  # 43
        found.append(f"HTTP rules need protocol `TCP`, here is {protocol or 'no protocol, which means any'}")
    if isinstance(number, int) and end > number and (dns or version < Version(1, 17)):  # 45, 46
        found.append("these layer-7 rules do not support port ranges")
    return tuple(found)


def _host_rules(rule: PortRule, item: Item, settings: Settings) -> Iterator[Refusal]:
    rules = rule.rules
    if rules is None or not (rules.http or rules.dns):
        return
    if item.direction is Direction.INGRESS or settings.version < Version(1, 17):  # 49
        yield Refusal("layer-7 rules are not supported for nodes here", rules.path)
    elif rules.http:  # 50
        yield Refusal("HTTP rules are not supported for nodes", rules.path)


@lru_cache(maxsize=1 << 14)
def _pattern_problem(text: str) -> str:
    compiled: Callable[[str], object] = pattern
    try:
        compiled(text)
    except InvalidPattern as problem:
        return str(problem)
    except (UnsupportedPattern, BudgetExceeded):
        return ""  # the agent takes it; what it matches is not known here
    return ""
