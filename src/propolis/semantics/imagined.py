"""Strangers: for every way in which policies could see a pod that nobody has created, one such pod.

Policies see a pod through their selectors alone, so pods that meet the same selectors are one kind. Which sets of
selectors some pod meets, and no other, `algebra.classes` finds; every one of them gets a pod here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import msgspec

from propolis.algebra.classes import Axis, Box, Finder, Space, Value, Values, axes, classes
from propolis.algebra.flows import NO_FLOWS, Bitset, FlowSet, bits, product
from propolis.model.labels import (
    ANY,
    CLUSTER,
    K8S,
    NAMESPACE,
    NAMESPACE_LABELS,
    SERVICE_ACCOUNT,
    Label,
    Operator,
    Requirement,
    Selector,
)
from propolis.model.policy import EndpointsPeer, PortRule
from propolis.model.profile import NO_ASSUMPTIONS, Assumptions
from propolis.model.rule import Rule
from propolis.model.settings import Settings, Version
from propolis.model.world import Endpoint, NamedPort, Namespace, Role, StringMap, Workload
from propolis.semantics import ports
from propolis.semantics.endpoints import NEW_NAMESPACE, is_identity_label, namespace_named, pod_labels
from propolis.semantics.ruleset import Ruleset
from propolis.semantics.symbolic import EVERYTHING

MOST_STRANGERS = 4000
"""Beyond this many kinds of pods the rest is not looked at, and no claim is kept: each costs a row and a column."""
DEFAULT_ACCOUNT = "default"
_ANOTHER_NAMESPACE = "another-new-namespace"
_NAME_LABEL = "kubernetes.io/metadata.name"
_ACCOUNTS_ARE_LABELS = Version(1, 18)
_FRESH = "x"
_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_LABEL_NAME = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_DNS_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_DNS_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")


class Draft(msgspec.Struct, frozen=True, order=True):
    """A pod that nobody has created. *namespace_labels* are those of a namespace that does not exist either."""

    namespace: str
    namespace_labels: StringMap
    account: str
    labels: StringMap
    ports: tuple[NamedPort, ...] = ()

    @property
    def name(self) -> str:
        words = ["labelled " + _pairs(self.labels)] if self.labels else []
        if self.account != DEFAULT_ACCOUNT:
            words.append(f"of account {self.account}")
        if self.ports:
            words.append("with " + " ".join(f"{p.name}={p.number}/{p.protocol.lower()}" for p in self.ports))
        if self.namespace_labels:
            words.append("in a namespace labelled " + _pairs(self.namespace_labels))
        return f"{self.namespace}/(new pod{' ' if words else ''}{', '.join(words)})"

    def endpoint(self, rules: Ruleset) -> Endpoint:
        """The pod as the rules of *rules* would see it."""
        home = namespace_named(self.namespace, rules)
        own = Namespace(
            home.name, tuple(sorted({**dict(home.labels), **dict(self.namespace_labels)}.items()))
        )
        labels = pod_labels(self.labels, self.account, own, rules.settings)
        return Endpoint(self.name, Role.POD, labels, self.namespace, self.ports, existing=False)


_NAMED = re.compile(r"(?P<namespace>[^/]+)/\(new pod(?: (?P<words>.+))?\)")
_LABELLED, _ACCOUNT, _PORTS, _AT_HOME = "labelled ", "of account ", "with ", "in a namespace labelled "


def drafted(name: str) -> Draft | None:
    """The pod that reports call *name*; None when it is no such name.

    Law: drafted(draft.name) is the draft.
    """
    found = _NAMED.fullmatch(name)
    if found is None:
        return None
    told = {_LABELLED: "", _ACCOUNT: DEFAULT_ACCOUNT, _PORTS: "", _AT_HOME: ""}
    for words in found["words"].split(", ") if found["words"] else ():
        start = next((start for start in told if words.startswith(start)), None)
        if start is None:
            return None
        told[start] = words.removeprefix(start)
    try:
        named = tuple(sorted(map(_port, told[_PORTS].split())))
        at_home, own = _mapped(told[_AT_HOME]), _mapped(told[_LABELLED])
    except ValueError:
        return None
    return Draft(found["namespace"], at_home, told[_ACCOUNT], own, named)


def _port(text: str) -> NamedPort:
    """A port as a name has it: `http=8080/tcp`."""
    name, _, rest = text.partition("=")
    number, _, protocol = rest.partition("/")
    return NamedPort(name, protocol.upper(), int(number))


def _mapped(text: str) -> StringMap:
    """Labels as `_pairs` writes them."""
    pairs = [pair.partition("=") for pair in text.split()]
    if not all(equals and key for key, equals, _ in pairs):
        raise ValueError(f"`{text}` holds no labels")
    return tuple(sorted((key, value) for key, _, value in pairs))


def _pairs(labels: StringMap) -> str:
    return " ".join(f"{key}={value}" for key, value in labels)


class Drafts(msgspec.Struct, frozen=True):
    """*pods*: each of another kind. *whole*: whether there is one of every kind that no existing pod is of.

    *port_names*: those that rules use, which is where `strangers` assumes something.
    """

    pods: tuple[Draft, ...]
    whole: bool
    port_names: tuple[str, ...] = ()


def strangers(
    rulesets: Sequence[Ruleset],
    told: Iterable[Selector] = (),
    assumptions: Assumptions = NO_ASSUMPTIONS,
    unheard: frozenset[str] = frozenset(),
    find: Finder = classes,
    most: int = MOST_STRANGERS,
) -> Drafts:
    """A pod of every kind that the selectors of *rulesets*, and those *told*, tell apart within *assumptions*.

    A kind of which a workload is already is left out. The rulesets' worlds hold the same workloads and namespaces.
    *unheard*: values that only those *told* name, for names that nobody has heard of yet.

    Shape:   at most *most* pods, in a stable order.
    Law:     whatever labels, account and namespace a pod has, some pod of the world or of the result meets the same
             selectors (tests/agreement/test_strangers.py).
    Assumes: the name of a port that rules use stands in a new pod for what it stands for in some workload, or nothing.
    """
    look = _Look(rulesets, tuple(told), assumptions, unheard)
    taken = look.taken()
    seen = set(taken)
    found: list[Draft] = []
    whole = True
    for place in look.places():
        space = look.space(place)
        if place.is_second:
            seen = set(taken)
        result = find(space, most)
        whole &= result.whole
        for met, point in result.points.items():
            for named in look.ports:
                if (met, named) not in seen:
                    seen.add((met, named))
                    found.append(look.draft(place, space, point, named))
        if len(found) > most:
            return Drafts(tuple(found[:most]), False, look.names)
    return Drafts(tuple(found), whole, look.names)


def of_port_names(names: Sequence[str]) -> str:
    """What `strangers` assumes of the *names* that rules call ports by, in words; "" without any."""
    told = ", ".join(f"`{name}`" for name in names)
    return (
        f"{told} as the name of a port stands in a new pod for what it is in some workload, or for nothing"
        if told
        else ""
    )


def impossible(found: Sequence[Endpoint]) -> FlowSet:
    """The flows between strangers whose one new namespace would have to carry two sets of labels."""
    homes: dict[str, dict[frozenset[Label], list[int]]] = {}
    for position, endpoint in enumerate(found):
        if not endpoint.existing:
            labels = frozenset(label for label in endpoint.labels if _of_namespace(label.key))
            homes.setdefault(endpoint.namespace, {}).setdefault(labels, []).append(position)
    apart = NO_FLOWS
    for by_labels in homes.values():
        everyone = bits(position for positions in by_labels.values() for position in positions)
        for positions in by_labels.values():
            own = bits(positions)
            apart |= product(own, everyone & ~own, EVERYTHING)
    return apart


class _Place(msgspec.Struct, frozen=True):
    """Where a pod could be created. *is_new*: no such namespace exists, and its labels are free.

    *is_second*: a namespace like the one before it, so that two of one kind, or of two, can stand side by side.
    """

    namespace: str
    is_new: bool
    is_second: bool = False


class _Look:
    """The selectors as boxes over what a pod and its namespace carry. Condition *i* is bit *i*."""

    def __init__(
        self,
        rulesets: Sequence[Ruleset],
        told: Sequence[Selector],
        assumptions: Assumptions,
        unheard: frozenset[str],
    ) -> None:
        self.assumptions = assumptions
        self.unheard = unheard
        self.namespaces = tuple(n.name for n in rulesets[0].world.namespaces)
        worlds = [{_carried(w): w for w in r.world.workloads if not w.host_network} for r in rulesets]
        every = {carried: workload for world in worlds for carried, workload in world.items()}
        self.shared = [w for carried, w in every.items() if all(carried in world for world in worlds)]
        boxes: list[Box] = []
        self._alive: list[tuple[Ruleset, Bitset]] = []
        for alike in _seeing_alike(rulesets):
            own = dict.fromkeys((*(s for rules in alike for s in selectors(rules.rules)), *told))
            found = [box for selector in own if (box := _box(selector, alike[0].settings)) is not None]
            self._alive.append((alike[0], bits(range(len(boxes), len(boxes) + len(found)))))
            boxes += found
        self.axes = axes(boxes)
        self.names = _port_names(rulesets)
        self.ports = tuple(sorted(self._declared(every.values())))
        self._by_home = _by_home(every.values())
        self.fresh = {name: _unlike(axis.values, _FRESH) for name, axis in self.axes.items()}

    def places(self) -> Iterator[_Place]:
        """Every namespace that exists, a new one, and those that selectors name and nobody has created."""
        yield from (_Place(name, False) for name in self.namespaces)
        if self.assumptions.namespaces_fixed:
            return
        named = self.axes[NAMESPACE].values if NAMESPACE in self.axes else []
        named = [*named, *self._values(NAMESPACE_LABELS + _NAME_LABEL)]
        for name in sorted(set(named) - set(self.namespaces)):
            if _DNS_LABEL.fullmatch(name):
                yield _Place(name, True)
        taken = (*named, *self.namespaces)
        yield _Place(_unlike(taken, NEW_NAMESPACE), True)
        if any(_is_free_label(name) for name in self.axes):
            yield _Place(_unlike(taken, _ANOTHER_NAMESPACE), True, is_second=True)

    def _values(self, name: str) -> Sequence[str]:
        return self.axes[name].values if name in self.axes else ()

    def space(self, place: _Place) -> Space:
        free = [axis for axis in self.axes.values() if not _of_namespace(axis.name)]
        if place.is_new:
            free += [a for a in self.axes.values() if _is_free_label(a.name)]
        offered = {axis.name: tuple(self._offered(axis, place)) for axis in free}
        return Space(self._settled(place), tuple(free), lambda axis: offered[axis.name])

    def _settled(self, place: _Place) -> Bitset:
        """The conditions that the namespace of *place* leaves open or met."""
        found = 0
        for rules, alive in self._alive:
            labels = dict(namespace_named(place.namespace, rules).labels)
            for axis in self.axes.values():
                if axis.name == NAMESPACE:
                    alive = axis.met(place.namespace, alive)
                elif _of_namespace(axis.name) and not (place.is_new and _is_free_label(axis.name)):
                    alive = axis.met(labels.get(axis.name.removeprefix(NAMESPACE_LABELS)), alive)
            found |= alive
        return found

    def _offered(self, axis: Axis, place: _Place) -> Iterator[Value]:
        """What the pod, or its new namespace, may carry on *axis*: the plainest first."""
        fresh = self.fresh[axis.name]
        if axis.name == SERVICE_ACCOUNT:
            yield DEFAULT_ACCOUNT
            if self.assumptions.accounts_fixed:
                yield from sorted({w.service_account for w in self._by_home.get(place.namespace, ())})
            else:
                yield from (fresh, *filter(_DNS_NAME.fullmatch, axis.values))
            return
        key = axis.name.removeprefix(NAMESPACE_LABELS)
        if key not in self.assumptions.platform_labels:
            yield from (None, fresh, *filter(_LABEL_VALUE.fullmatch, axis.values))
        elif place.is_new:
            yield from (None, fresh, *(v for v in axis.values if v in self.unheard))
        else:
            yield from self._held(key, place)

    def _held(self, key: str, place: _Place) -> Sequence[Value]:
        """What the pods of *place* carry under *key*."""
        held = {dict(workload.labels).get(key) for workload in self._by_home.get(place.namespace, ())} or {
            None
        }
        return sorted(held, key=lambda value: (value is not None, value or ""))

    def draft(
        self, place: _Place, space: Space, point: Mapping[str, Value], named: tuple[NamedPort, ...]
    ) -> Draft:
        carried = {axis.name: point.get(axis.name, space.offered(axis)[0]) for axis in space.free}
        kept = {key: self._held(key, place)[0] for key in self.assumptions.platform_labels}
        carried = {**kept, **carried}
        account = carried.pop(SERVICE_ACCOUNT, None) or DEFAULT_ACCOUNT
        held = {name: value for name, value in carried.items() if value is not None}
        labels = {k.removeprefix(NAMESPACE_LABELS): v for k, v in held.items() if _of_namespace(k)}
        own = {k: v for k, v in held.items() if not _of_namespace(k)}
        return Draft(
            place.namespace, tuple(sorted(labels.items())), account, tuple(sorted(own.items())), named
        )

    def taken(self) -> set[tuple[Bitset, tuple[NamedPort, ...]]]:
        """The kinds that workloads are of, as far as they carry the same in every world."""
        own = [axis for axis in self.axes.values() if not _of_namespace(axis.name)]
        found = set()
        for home, workloads in _by_home(self.shared).items():
            settled = self._settled(_Place(home, False))
            for workload in workloads:
                labels = {**dict(workload.labels), SERVICE_ACCOUNT: workload.service_account}
                met = settled
                for axis in own:
                    met = axis.met(labels.get(axis.name), met)
                found.add((met, self._named(workload.ports)))
        return found

    def _declared(self, workloads: Iterable[Workload]) -> set[tuple[NamedPort, ...]]:
        """What new pods declare of the ports that rules name: all that a workload does, one port, or two that are one.

        What happens to a flow hangs on the names of its port alone. Rules allow or deny by one name; only what cannot
        be merged takes two.
        """
        found = {self._named(workload.ports) for workload in workloads}
        single = {port for named in found for port in named}
        pairs = combinations(sorted(single), 2)
        same = {pair for pair in pairs if len({(port.number, port.protocol) for port in pair}) == 1}
        return {(), *found, *((port,) for port in single), *same}

    def _named(self, ports_: Iterable[NamedPort]) -> tuple[NamedPort, ...]:
        return tuple(sorted({port for port in ports_ if port.name in self.names}))


def _seeing_alike(rulesets: Iterable[Ruleset]) -> list[list[Ruleset]]:
    """*rulesets* by how they see pods: under equal settings and in equal namespaces they see them alike."""
    found: list[list[Ruleset]] = []
    for rules in rulesets:
        seen = rules.settings, rules.world.namespaces
        alike = next((g for g in found if (g[0].settings, g[0].world.namespaces) == seen), None)
        if alike is None:
            found.append([rules])
        else:
            alike.append(rules)
    return found


def _carried(workload: Workload) -> object:
    """What of *workload* a policy may see."""
    return workload.namespace, workload.labels, workload.service_account, workload.ports


def _by_home(workloads: Iterable[Workload]) -> dict[str, list[Workload]]:
    found: dict[str, list[Workload]] = {}
    for workload in workloads:
        found.setdefault(workload.namespace, []).append(workload)
    return found


def _of_namespace(name: str) -> bool:
    return name == NAMESPACE or name.startswith(NAMESPACE_LABELS)


def _is_free_label(name: str) -> bool:
    """Whether an axis is a label that a new namespace may carry or not: all but the one that is its name."""
    return name.startswith(NAMESPACE_LABELS) and name != NAMESPACE_LABELS + _NAME_LABEL


def _unlike(values: Iterable[str], word: str) -> str:
    """*word*, or *word* with a number, which none of *values* is."""
    taken, number, found = set(values), 1, word
    while found in taken:
        number += 1
        found = f"{word}{number}" if word == _FRESH else f"{word}-{number}"
    return found


# --- selectors as boxes ---


def selectors(rules: Iterable[Rule]) -> Iterator[Selector]:
    """Every selector of *rules* that a pod may meet."""
    objects: dict[int, Selector] = {}  # most rules share theirs
    for rule in rules:
        if not rule.nodes:
            objects[id(rule.subject)] = rule.subject
        for peer in rule.peers or ():
            if isinstance(peer, EndpointsPeer):
                objects[id(peer.selector)] = peer.selector
    yield from objects.values()


def _box(selector: Selector, settings: Settings) -> Box | None:
    """What *selector* demands of a pod of this cluster; None when no pod meets it."""
    box: dict[str, Values] = {}
    for requirement in selector.requirements:
        values, key = _admitted(requirement), requirement.key
        fixed = _fixed(requirement, settings)
        if fixed is None:
            box[key] = box[key] & values if key in box else values
        elif not values.admits(fixed.value):
            return None
    return box


class _Fixed(msgspec.Struct, frozen=True):
    """What every pod of the cluster carries under a key."""

    value: Value


_NOTHING = _Fixed(None)


def _fixed(requirement: Requirement, settings: Settings) -> _Fixed | None:
    """What no new pod can choose; None for what it can."""
    key = requirement.key
    if requirement.source not in (K8S, ANY):
        return _NOTHING
    if key == CLUSTER:
        return _Fixed(settings.cluster)
    if key == SERVICE_ACCOUNT:
        return None if settings.version >= _ACCOUNTS_ARE_LABELS else _NOTHING
    if _of_namespace(key):
        return None if _is_key(key.removeprefix(NAMESPACE_LABELS)) else _NOTHING
    return None if is_identity_label(key, settings) and _is_key(key) else _NOTHING


def _is_key(key: str) -> bool:
    """Whether Kubernetes takes *key* as the key of a label."""
    prefix, slash, name = key.rpartition("/")
    if slash and not (_DNS_NAME.fullmatch(prefix)):
        return False
    return _LABEL_NAME.fullmatch(name) is not None


def _admitted(requirement: Requirement) -> Values:
    values = frozenset(requirement.values)
    match requirement.operator:
        case Operator.EQUALS | Operator.IN:
            return Values(values, True, False)
        case Operator.NOT_IN:
            return Values(values, False, True)
        case Operator.EXISTS:
            return Values(frozenset(), False, False)
        case Operator.DOES_NOT_EXIST:
            return Values(frozenset(), True, True)


def _port_names(rulesets: Iterable[Ruleset]) -> tuple[str, ...]:
    """Every name that a rule calls a port by."""
    written = {
        ports.meaning(port.port)
        for rules in rulesets
        for rule in rules.rules
        for clause in rule.ports or ()
        if isinstance(clause, PortRule)
        for port in clause.ports or ()
    }
    return tuple(sorted(name for name in written if isinstance(name, str)))
