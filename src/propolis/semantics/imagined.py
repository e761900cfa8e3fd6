"""Pods that could be created, as the selectors of policies name them: what nobody has yet, but may have."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

import msgspec

from propolis.model.labels import (
    CLUSTER,
    K8S,
    NAMESPACE,
    NAMESPACE_LABELS,
    SERVICE_ACCOUNT,
    Operator,
    Selector,
)
from propolis.model.policy import EndpointsPeer
from propolis.model.rule import Rule
from propolis.model.world import Endpoint, Namespace, Role, StringMap
from propolis.semantics.endpoints import NEW_NAMESPACE, namespace_named, pod_labels
from propolis.semantics.ruleset import Ruleset

MOST_DRAFTS = 2000
"""Beyond this many, pods that meet two selectors at once are left out, and those in namespaces that no selector names
are put into a new one only: every pod costs a row and a column."""
_MOST_CHOICES = 16
_SOURCES = (K8S, "any")
_ANY_VALUE = "x"
_NAME_LABEL = "kubernetes.io/metadata.name"
_Wish = Mapping[str, str]
"""What a pod has to carry: label key → value, with Cilium's own keys for namespace, its labels and the account."""


class Draft(msgspec.Struct, frozen=True, order=True):
    """A pod that nobody has created. *namespace_labels* are those of a namespace that does not exist either."""

    namespace: str
    namespace_labels: StringMap
    account: str
    labels: StringMap

    @property
    def name(self) -> str:
        words = ["labelled " + _pairs(self.labels) if self.labels else "without labels"]
        if self.account != "default":
            words.append(f"of account {self.account}")
        if self.namespace_labels:
            words.append("in a namespace labelled " + _pairs(self.namespace_labels))
        return f"{self.namespace}/(new pod {', '.join(words)})"

    def endpoint(self, rules: Ruleset) -> Endpoint:
        """The pod as the rules of *rules* would see it."""
        home = namespace_named(self.namespace, rules)
        own = Namespace(
            home.name, tuple(sorted({**dict(home.labels), **dict(self.namespace_labels)}.items()))
        )
        labels = pod_labels(self.labels, self.account, own, rules.settings)
        return Endpoint(self.name, Role.POD, labels, self.namespace, existing=False)


def _pairs(labels: StringMap) -> str:
    return " ".join(f"{key}={value}" for key, value in labels)


class Drafts(msgspec.Struct, frozen=True):
    """*pods*: sorted, each once. *joined*: whether pods that meet two selectors at once are among them."""

    pods: tuple[Draft, ...]
    joined: bool


def drafts(changed: Iterable[Rule], rulesets: Sequence[Ruleset]) -> Drafts:
    """One pod for every way to meet a selector of *changed*, to just miss it, or to meet one of *rulesets* besides.

    Those whose namespace and labels a workload has already are left out.
    """
    wishes = _unique(wish for found in _selectors(changed) for wish in _wishes(found))
    others = _unique(
        wish for found in _selectors(r for rules in rulesets for r in rules.rules) for wish in _wishes(found)
    )
    joined = len(wishes) * len(others) <= MOST_DRAFTS
    if joined:
        wishes = _unique((*wishes, *_joined(wishes, others)))
    known = sorted({n.name for rules in rulesets for n in rules.world.namespaces})
    anywhere = sum(NAMESPACE not in wish for wish in wishes)
    homes = known if anywhere * len(known) <= MOST_DRAFTS else []
    found = {draft for wish in wishes for draft in _placed(wish, homes, rulesets)}
    return Drafts(tuple(sorted(found - _taken(rulesets))), joined)


def _selectors(rules: Iterable[Rule]) -> Iterator[Selector]:
    objects: dict[int, Selector] = {}  # most rules share theirs, and to hash one costs more than to know it
    for rule in rules:
        if not rule.nodes:
            objects[id(rule.subject)] = rule.subject
        for peer in rule.peers or ():
            if isinstance(peer, EndpointsPeer):
                objects[id(peer.selector)] = peer.selector
    found = dict.fromkeys(objects.values())
    yield from (s for s in found if all(r.source in _SOURCES for r in s.requirements))


def _wishes(selector: Selector) -> Iterator[_Wish]:
    """Labels that meet *selector*, and such as miss it by one negative requirement."""
    demanded: list[list[tuple[str, str]]] = []
    refused: list[tuple[str, str]] = []
    for requirement in selector.requirements:
        key = requirement.key
        match requirement.operator:
            case Operator.EQUALS | Operator.IN:
                demanded.append([(key, value) for value in requirement.values])
            case Operator.EXISTS if key not in (NAMESPACE, CLUSTER, SERVICE_ACCOUNT):
                demanded.append([(key, _ANY_VALUE)])
            case Operator.NOT_IN:
                refused += [(key, value) for value in requirement.values]
            case Operator.DOES_NOT_EXIST if key not in (NAMESPACE, CLUSTER, SERVICE_ACCOUNT):
                refused.append((key, _ANY_VALUE))
            case _:
                pass
    for choice in islice(product(*demanded), _MOST_CHOICES):
        wish = dict(reversed(choice))
        yield wish
        yield from ({**wish, key: value} for key, value in refused if key not in wish)


def _joined(wishes: Sequence[_Wish], others: Sequence[_Wish]) -> Iterator[_Wish]:
    for one, other in product(wishes, others):
        if all(other.get(key, value) == value for key, value in one.items()):
            yield {**one, **other}


def _unique(wishes: Iterable[_Wish]) -> list[_Wish]:
    return list({tuple(sorted(wish.items())): wish for wish in wishes}.values())


def _placed(wish: _Wish, homes: Sequence[str], rulesets: Sequence[Ruleset]) -> Iterator[Draft]:
    """The pod of *wish*: in the namespace that it names, or else in each of *homes* and in a new one."""
    if wish.get(CLUSTER, rulesets[0].settings.cluster) != rulesets[0].settings.cluster:
        return
    own = {k: v for k, v in wish.items() if not k.startswith(("io.cilium.k8s.", NAMESPACE))}
    labels, account = tuple(sorted(own.items())), wish.get(SERVICE_ACCOUNT, "default")
    wanted = {k.removeprefix(NAMESPACE_LABELS): v for k, v in wish.items() if k.startswith(NAMESPACE_LABELS)}
    named = wish.get(NAMESPACE, wanted.get(_NAME_LABEL))
    places = homes if named is None else [named]
    for place in places:
        if all(_carries(place, wanted, rules) for rules in rulesets):
            yield Draft(place, (), account, labels)
    if named is None:
        yield Draft(NEW_NAMESPACE, tuple(sorted(wanted.items())), account, labels)


def _carries(namespace: str, wanted: Mapping[str, str], rules: Ruleset) -> bool:
    return wanted.items() <= dict(namespace_named(namespace, rules).labels).items()


def _taken(rulesets: Sequence[Ruleset]) -> set[Draft]:
    return {
        Draft(workload.namespace, (), workload.service_account, workload.labels)
        for rules in rulesets
        for workload in rules.world.workloads
    } | {
        Draft(name, (), "default", ())
        for rules in rulesets
        for name in (NEW_NAMESPACE, *(n.name for n in rules.world.namespaces))
    }
