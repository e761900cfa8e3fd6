"""Groups of endpoints for a map: by application, namespace, tenant or label."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from propolis.claims.tenancy import tenant
from propolis.model.labels import K8S, NAMESPACE_LABELS
from propolis.model.profile import Profile
from propolis.model.report import Group, Place
from propolis.model.world import Endpoint, Role

APPLICATION_LABELS = ("app.kubernetes.io/name", "app", "k8s-app", "name")
"""The first of them that a pod carries names its application; without any the workload does."""
MOST_OUTSIDE = 12
"""Outside addresses and names that are shown one by one; more of them are put together."""
_NODES = (Role.HOST, Role.REMOTE_NODE, Role.HEALTH)
_SERVER = "kube-apiserver"


class By(StrEnum):
    WORKLOAD = "workload"
    APPLICATION = "application"
    NAMESPACE = "namespace"
    TENANT = "tenant"
    LABEL = "label"


class Grouping(msgspec.Struct, frozen=True):
    """What makes a group; *label* is the key, for LABEL."""

    by: By
    label: str = ""

    @property
    def words(self) -> str:
        return f"label {self.label}" if self.by is By.LABEL else self.by.value


class Grouped(msgspec.Struct, frozen=True):
    """Endpoint position → position of its group, for all that are on the map."""

    groups: tuple[Group, ...]
    of: Mapping[int, int]


def grouped(
    endpoints: Sequence[Endpoint],
    grouping: Grouping,
    profile: Profile | None,
    namespaces: frozenset[str],
    nodes: frozenset[Role] = frozenset(),
) -> Grouped:
    """*endpoints* by *grouping*; with *namespaces*, pods of other namespaces by namespace.

    Nodes and health probes are on the map where *nodes* has their role. A tenant needs a *profile* with tenants.
    """
    name = _namer(grouping, profile)
    places: dict[tuple[Place, str], list[int]] = {}
    many = sum(_is_one_of_many(endpoint) for endpoint in endpoints) > MOST_OUTSIDE
    for position, endpoint in enumerate(endpoints):
        if endpoint.role is Role.POD:
            near = not namespaces or endpoint.namespace in namespaces
            key = Place.PODS, name(endpoint) if near else endpoint.namespace
        elif endpoint.role is Role.WORLD:
            key = Place.OUTSIDE, _outside(endpoint) if many else endpoint.name
        elif endpoint.role in _NODES and endpoint.name != _SERVER and endpoint.role not in nodes:
            continue
        else:
            key = Place.CLUSTER, endpoint.name
        places.setdefault(key, []).append(position)
    order = sorted(places, key=lambda key: (list(Place).index(key[0]), key[1]))
    groups = tuple(Group(key[1], key[0], len(places[key])) for key in order)
    return Grouped(groups, {position: number for number, key in enumerate(order) for position in places[key]})


def _is_one_of_many(endpoint: Endpoint) -> bool:
    return endpoint.role is Role.WORLD and _outside(endpoint) != endpoint.name


def _outside(endpoint: Endpoint) -> str:
    """What an outside endpoint is, where each of them is too many."""
    if endpoint.names:
        return "outside names"
    return "outside addresses" if "/" in endpoint.name else endpoint.name


def _namer(grouping: Grouping, profile: Profile | None) -> Callable[[Endpoint], str]:
    """A function from a pod to the name of its group."""
    match grouping.by:
        case By.WORKLOAD:
            return lambda endpoint: endpoint.name
        case By.APPLICATION:
            return _application
        case By.NAMESPACE:
            return lambda endpoint: endpoint.namespace
        case By.LABEL:
            return lambda endpoint: _labelled(endpoint, grouping.label)
        case By.TENANT:
            assert profile is not None, "who asks for tenants gives a profile"
            return lambda endpoint: tenant(profile, endpoint) or f"{endpoint.namespace} (no tenant)"


def _application(endpoint: Endpoint) -> str:
    labels = _kubernetes(endpoint)
    found = next((labels[key] for key in APPLICATION_LABELS if labels.get(key)), "")
    return f"{endpoint.namespace}/{found}" if found else endpoint.name


def _labelled(endpoint: Endpoint, key: str) -> str:
    """The label of the pod, or else that of its namespace."""
    labels = _kubernetes(endpoint)
    return labels.get(key) or labels.get(NAMESPACE_LABELS + key) or f"(without {key})"


def _kubernetes(endpoint: Endpoint) -> dict[str, str]:
    return {label.key: label.value for label in endpoint.labels if label.source == K8S}


def without(grouped_: Grouped, kept: Iterable[int]) -> tuple[tuple[Group, ...], Mapping[int, int]]:
    """The groups at the positions *kept*, and where each of them stands then."""
    order = sorted(kept)
    return tuple(grouped_.groups[number] for number in order), {old: new for new, old in enumerate(order)}
