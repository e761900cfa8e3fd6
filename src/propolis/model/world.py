"""The world: a frozen snapshot of what a cluster holds besides its policies."""

from enum import StrEnum

import msgspec

from propolis.model.labels import Labels
from propolis.model.span import Path

StringMap = tuple[tuple[str, str], ...]
"""Sorted (key, value) pairs: a frozen dict."""


class NamedPort(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True):
    """A container port that has a name; *protocol* is TCP, UDP or SCTP."""

    name: str
    protocol: str
    number: int


class Namespace(msgspec.Struct, frozen=True, tag="namespace", array_like=True, gc=False):
    name: str
    labels: StringMap = ()


class Workload(msgspec.Struct, frozen=True, tag="workload", array_like=True, gc=False):
    """A Pod, or a controller's pod template: one workload is one identity.

    *ports*: every container port that is declared, named or not (name "" then).
    """

    kind: str
    name: str
    namespace: str
    labels: StringMap
    service_account: str = "default"
    host_network: bool = False
    ports: tuple[NamedPort, ...] = ()
    document: int = 0
    base: Path = ()


class ServicePort(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A port of a Service; *target* is the port of the pods behind it, a number or a name as text."""

    number: int
    protocol: str
    target: str


class Service(msgspec.Struct, frozen=True, tag="service", array_like=True, gc=False):
    """*selector* None = without selector (manual endpoints, in *backends* as addresses)."""

    name: str
    namespace: str
    labels: StringMap = ()
    selector: StringMap | None = None
    backends: tuple[str, ...] = ()
    ports: tuple[ServicePort, ...] = ()


class CidrGroup(msgspec.Struct, frozen=True, tag="cidr_group", array_like=True, gc=False):
    name: str
    prefixes: tuple[str, ...]
    labels: StringMap = ()


class World(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """*outside_names* and *outside_prefixes*: peers outside the cluster that somebody cares about.

    *group_prefixes*: what the cloud provider's groups come to; None when nobody has said.
    *knows_nodes*: whether the endpoints that stand for nodes carry the labels of nodes.
    """

    namespaces: tuple[Namespace, ...] = ()
    workloads: tuple[Workload, ...] = ()
    services: tuple[Service, ...] = ()
    cidr_groups: tuple[CidrGroup, ...] = ()
    outside_names: tuple[str, ...] = ()
    outside_prefixes: tuple[str, ...] = ()
    group_prefixes: tuple[str, ...] | None = None
    knows_nodes: bool = False


class Role(StrEnum):
    """What an endpoint is to the datapath; only the first four are ever policed themselves."""

    POD = "pod"
    HEALTH = "health"
    INGRESS = "ingress"
    INIT = "init"
    HOST = "host"
    REMOTE_NODE = "remote-node"
    UNMANAGED = "unmanaged"
    WORLD = "world"

    __hash__ = str.__hash__  # that of Enum is written in Python


POLICED = frozenset({Role.POD, Role.HEALTH, Role.INGRESS, Role.INIT})


class Endpoint(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One end of a flow as policy sees it: an identity and what resolves its named ports.

    *labels* are identity labels (semantics §3.1), `cidr:` and `fqdn:` labels included.
    *names* are DNS names (lower case, no final dot) that its address was learned for.
    """

    name: str
    role: Role
    labels: Labels
    namespace: str = ""
    ports: tuple[NamedPort, ...] = ()
    names: tuple[str, ...] = ()
    existing: bool = True
    """False for a pod that could be created but is in no manifest."""
