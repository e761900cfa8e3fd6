"""Policies as written: every field that has a meaning, with absent, empty and filled kept apart.

A field that is absent or null is `None`; an empty list is `()`. Strings stay as the author wrote them:
what is wrong with them is said by `semantics.admission`, not by a failed parse.

Records are encoded by position, and left out of the search for cycles: there are many of them, and frozen
values cannot hold themselves.
"""

from enum import StrEnum

import msgspec

from propolis.model.labels import Selector
from propolis.model.span import Path, Problem


class Kind(StrEnum):
    CNP = "CiliumNetworkPolicy"
    CCNP = "CiliumClusterwideNetworkPolicy"
    NP = "NetworkPolicy"
    KCNP = "ClusterNetworkPolicy"


class Direction(StrEnum):
    """Seen from the subject: INGRESS is what may reach it, EGRESS is what it may reach."""

    INGRESS = "ingress"
    EGRESS = "egress"

    __hash__ = str.__hash__  # that of Enum is written in Python


class Effect(StrEnum):
    """What a rule does to the flows that it matches."""

    ALLOW = "allow"
    DENY = "deny"
    PASS = "pass"
    """Stop looking at this tier and go on with the next one; only ClusterNetworkPolicy says so."""


# --- peers: one record for each word of the policy language; their meaning is in `peers.kinds` ---


class EndpointsPeer(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="endpoints", cache_hash=True):
    """An item of `fromEndpoints`/`toEndpoints`, as written or with the scope that `translate` adds."""

    selector: Selector


class EntityPeer(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="entities", cache_hash=True):
    name: str


class CidrPeer(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="cidr", cache_hash=True):
    """An item of `fromCIDR`/`toCIDR` or of `…CIDRSet` with `cidr`; prefixes as written."""

    prefix: str
    excepts: tuple[str, ...] = ()
    from_set: bool = False


class CidrGroupPeer(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="cidr_group"):
    """An item of `…CIDRSet` with `cidrGroupRef` or `cidrGroupSelector`."""

    name: str | None = None
    selector: Selector | None = None
    excepts: tuple[str, ...] = ()


class InvalidCidrSetPeer(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="cidr_invalid"):
    """An item of `…CIDRSet` with none or several of its three forms."""

    forms: tuple[str, ...]


class FqdnPeer(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="fqdns", cache_hash=True):
    match_name: str | None = None
    match_pattern: str | None = None


class ServicePeer(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="services"):
    """An item of `toServices`: by name, or by labels of the Service.

    *is_bare*: whether the label selector is absent or `{}`, which is another thing than `{matchLabels: {}}`.
    *names_sources*: whether it has a key with a source, such as `k8s:app`.
    """

    name: str | None = None
    namespace: str | None = None
    selector: Selector | None = None
    is_bare: bool = False
    names_sources: bool = False


class NodesPeer(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="nodes"):
    selector: Selector


class GroupsPeer(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="groups"):
    """An item of `fromGroups`/`toGroups`: addresses that a cloud provider resolves."""

    provider: str


Peer = (
    EndpointsPeer
    | EntityPeer
    | CidrPeer
    | CidrGroupPeer
    | InvalidCidrSetPeer
    | FqdnPeer
    | ServicePeer
    | NodesPeer
    | GroupsPeer
)


class PeerList(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One peer field that is present in an item, e.g. `toEntities: [world]`."""

    field: str
    peers: tuple[Peer, ...]
    path: Path


# --- ports and layer 7 ---


class PortProtocol(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of `ports`; *port* and *protocol* are the author's text ("" = absent)."""

    port: str
    end_port: int
    protocol: str
    path: Path


class HeaderMatch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of `headerMatches`; *secret* is `namespace/name`."""

    name: str
    value: str | None = None
    secret: str | None = None
    mismatch: str | None = None


class HttpRule(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of `rules.http`; *headers* are the author's lines."""

    path: str | None = None
    method: str | None = None
    host: str | None = None
    headers: tuple[str, ...] = ()
    header_matches: tuple[HeaderMatch, ...] = ()
    where: Path = ()


class DnsRule(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of `rules.dns`."""

    match_name: str | None = None
    match_pattern: str | None = None
    where: Path = ()


class KafkaRule(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of `rules.kafka`; every field is the author's text ("" = absent)."""

    role: str = ""
    api_key: str = ""
    api_version: str = ""
    client: str = ""
    topic: str = ""


class L7Rules(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`rules` of a `toPorts` item; *others* names layer-7 kinds that only older Cilium knows.

    What stands in these is in *kafka* and *l7*, the latter for the parser *l7proto*.
    """

    http: tuple[HttpRule, ...] | None
    dns: tuple[DnsRule, ...] | None
    others: tuple[str, ...]
    path: Path
    kafka: tuple[KafkaRule, ...] = ()
    l7proto: str = ""
    l7: tuple[tuple[tuple[str, str], ...], ...] = ()


class Listener(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A `listener` of Envoy that traffic is handed to; *kind* and *config* are those of the object that holds it.

    *priority*: the lowest takes the traffic; 0 is not written. A *kind* of `PARSER` is one of Cilium's own parsers,
    which older releases have.
    """

    name: str
    kind: str = ""
    config: str = ""
    priority: int = 0


PARSER = "parser"


class TlsContext(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A TLS context: *field* is `terminatingTLS` or `originatingTLS`, *secret* is `namespace/name`."""

    field: str
    secret: str


class PortRule(msgspec.Struct, frozen=True, array_like=True, gc=False, cache_hash=True):
    """An item of `toPorts`."""

    ports: tuple[PortProtocol, ...] | None
    rules: L7Rules | None
    server_names: tuple[str, ...] | None
    listener: Listener | None
    tls: tuple[TlsContext, ...]
    path: Path

    @property
    def judges(self) -> bool:
        """Whether anything in it is about more than ports."""
        return (
            self.rules is not None
            or self.server_names is not None
            or self.listener is not None
            or self.tls != ()
        )

    @property
    def terminates_tls(self) -> bool:
        return bool(self.tls) and any(context.field == "terminatingTLS" for context in self.tls)


class IcmpField(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of `icmps[].fields`; *type* is the author's number or name as text."""

    type: str
    family: str
    path: Path


class IcmpRule(msgspec.Struct, frozen=True, array_like=True, gc=False, cache_hash=True):
    fields: tuple[IcmpField, ...] | None
    path: Path


class Item(msgspec.Struct, frozen=True, array_like=True, gc=False, cache_hash=True):
    """One item of `ingress`, `ingressDeny`, `egress` or `egressDeny`."""

    direction: Direction
    effect: Effect
    peers: tuple[PeerList, ...]
    to_ports: tuple[PortRule, ...] | None
    icmps: tuple[IcmpRule, ...] | None
    authentication: str | None
    path: Path


class Spec(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`spec`, or one of `specs`. A section that is absent is None, `[]` is `()`."""

    endpoint_selector: Selector | None
    node_selector: Selector | None
    ingress: tuple[Item, ...] | None
    ingress_deny: tuple[Item, ...] | None
    egress: tuple[Item, ...] | None
    egress_deny: tuple[Item, ...] | None
    default_deny_ingress: bool | None
    default_deny_egress: bool | None
    path: Path

    def items(self) -> tuple[Item, ...]:
        """Every item, in the order ingress, ingressDeny, egress, egressDeny."""
        return (
            *(self.ingress or ()),
            *(self.ingress_deny or ()),
            *(self.egress or ()),
            *(self.egress_deny or ()),
        )


# --- Kubernetes NetworkPolicy as written ---


class IpBlock(msgspec.Struct, frozen=True, array_like=True, gc=False):
    cidr: str
    excepts: tuple[str, ...] = ()


class NetworkPolicyPeer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of `from`/`to`. Selectors hold keys as written (source `k8s`)."""

    pod_selector: Selector | None
    namespace_selector: Selector | None
    ip_block: IpBlock | None
    path: Path


class NetworkPolicyPort(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of `ports`; *port* is text ("" = all), *protocol* is "TCP" when absent."""

    port: str
    end_port: int
    protocol: str
    path: Path


class NetworkPolicyRule(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of `ingress`/`egress`; absent and empty lists mean the same here."""

    peers: tuple[NetworkPolicyPeer, ...]
    ports: tuple[NetworkPolicyPort, ...]
    path: Path


class NetworkPolicySpec(msgspec.Struct, frozen=True, array_like=True, gc=False):
    pod_selector: Selector
    policy_types: tuple[str, ...]
    ingress: tuple[NetworkPolicyRule, ...]
    egress: tuple[NetworkPolicyRule, ...]
    path: Path


# --- ClusterNetworkPolicy as written ---


class ClusterPeer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A subject or peer. *pods* without *namespaces* does not occur; all None is a kind we do not know."""

    namespaces: Selector | None
    pods: Selector | None
    nodes: Selector | None
    networks: tuple[str, ...] | None
    domain_names: tuple[str, ...] | None
    path: Path


class ClusterRule(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of `ingress`/`egress`; *ports* `()` is every protocol and port."""

    effect: Effect
    peers: tuple[ClusterPeer, ...]
    ports: tuple[PortProtocol, ...]
    path: Path


class ClusterPolicySpec(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """*admin*: tier Admin, otherwise Baseline; lower *priority* is decided first."""

    admin: bool
    priority: int
    subject: ClusterPeer
    ingress: tuple[ClusterRule, ...]
    egress: tuple[ClusterRule, ...]
    path: Path


class Policy(msgspec.Struct, frozen=True, tag="policy", array_like=True, gc=False):
    """One policy object. *refusals* are what the API server's schema says against it: not in force.

    *document* indexes the reading's documents, for spans; *base* is the object's path inside it
    (items of a `List`).
    """

    kind: Kind
    name: str
    namespace: str
    specs: tuple[Spec, ...] = ()
    network_policy: NetworkPolicySpec | None = None
    cluster_policy: ClusterPolicySpec | None = None
    refusals: tuple[Problem, ...] = ()
    document: int = 0
    base: Path = ()

    @property
    def title(self) -> str:
        """`Kind/name`, as Hubble and the recorded verdicts write it."""
        return f"{self.kind}/{self.name}"
