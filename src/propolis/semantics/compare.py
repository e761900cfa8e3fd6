"""Two rulesets over the same endpoints: which flows one of them lets through and the other does not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from propolis.algebra.flows import NO_ROW, FlowSet, Row, bits, both, flow_set, indexes, transposed
from propolis.model.labels import CLUSTER, K8S, Label
from propolis.model.policy import Direction, PortRule
from propolis.model.rule import Rule
from propolis.model.world import Endpoint, Role, Workload
from propolis.semantics import ports
from propolis.semantics.endpoints import endpoints
from propolis.semantics.imagined import Draft, impossible, strangers
from propolis.semantics.ruleset import Ruleset
from propolis.semantics.sayings import Sayings
from propolis.semantics.symbolic import Bounds, Scene

ANOTHER_CLUSTER = "another-cluster"


class Compared(msgspec.Struct, frozen=True, eq=False):
    """The flows whose verdict is another one, over endpoints that stand at the same position on both sides.

    *allowed*: surely denied before and surely allowed now; *denied* the other way round. *undecided*: the verdict
    may be another one, because one side at least cannot be decided. Every other flow has the same verdict.

    *void_names*: names of ports in changed rules that no endpoint declares, so that these rules let nothing through.
    *whole*: whether every pod that could be created was looked at. *port_names*: see `imagined.Drafts`.
    """

    old: Scene
    new: Scene
    allowed: FlowSet
    denied: FlowSet
    undecided: FlowSet
    void_names: tuple[str, ...]
    whole: bool
    port_names: tuple[str, ...]


def compared(old: Ruleset, new: Ruleset, twins: Mapping[int, Rule] = {}) -> Compared:
    """What changes between *old* and *new*, whose worlds hold the same workloads and namespaces in the same order.

    Only endpoints that rules select which are not the same on both sides are looked at, with the peers for whom that
    makes a difference. *twins*: rules of *new*, by id(), that are known to say what the rule of *old* says.

    Errors: ValueError when the worlds are not aligned; BudgetExceeded of `algebra.regular`.
    Law:    compared(x, x) is empty; compared(b, a) is compared(a, b) with *allowed* and *denied* exchanged.
    """
    sayings = Sayings(old, new, twins)
    changed = sayings.changed
    # in the order of what they say, so that both directions of comparing draw the same pods
    imagined = strangers(sorted((old, new), key=lambda rules: rules.settings.version))
    before = _endpoints(old, new, imagined.pods)
    told_alike = _tell_endpoints_alike(old, new)
    after = before if told_alike else _endpoints(new, old, imagined.pods)
    if [e.name for e in before] != [e.name for e in after]:
        raise ValueError("the two worlds do not hold the same workloads and namespaces in the same order")
    first, second = Scene(old, before), Scene(new, after)
    # equal rules mean the same to endpoints with the same labels and named ports, under the same settings
    found = Difference(first, second, sayings, before == after and old.settings == new.settings)
    apart = impossible(before)
    undecided = (found.old.most - found.old.least) | (found.new.most - found.new.least)
    return Compared(
        old=first,
        new=second,
        allowed=found.new.least - found.old.most - apart,
        denied=found.old.least - found.new.most - apart,
        undecided=undecided - apart,
        void_names=_void_names(changed, before),
        whole=imagined.whole,
        port_names=imagined.port_names,
    )


def _tell_endpoints_alike(old: Ruleset, new: Ruleset) -> bool:
    """Whether the endpoints of both sides are surely the same ones, so that they need not be made twice."""
    one, other = old.world, new.world
    return (
        old.settings == new.settings
        and (one.namespaces, one.cidr_groups) == (other.namespaces, other.cidr_groups)
        and list(map(_as_seen, one.workloads)) == list(map(_as_seen, other.workloads))
    )


def _as_seen(workload: Workload) -> Workload:
    """*workload* without the place where it is written."""
    return msgspec.structs.replace(workload, document=0, base=())


class Difference:
    """The flows about which two scenes may differ, and what each of them says about these: *old* and *new*.

    *alike*: whether equal rules mean the same on both sides, for endpoints that are the same.
    """

    def __init__(self, first: Scene, second: Scene, sayings: Sayings, alike: bool) -> None:
        self._scenes = first, second
        self._sayings = sayings
        self._changed = dict(self._says_something_else()) if alike else dict.fromkeys(self._everyone, True)
        self.old, self.new = self._bounds()

    @property
    def _everyone(self) -> range:
        return range(len(self._scenes[0].universe.endpoints))

    def _says_something_else(self) -> Iterator[tuple[int, bool]]:
        """The endpoints that other rules select, or the same in another order; and whether what they say differs.

        The order can matter to what Cilium merges, so these are decided anew in either case.
        """
        old, new = self._scenes
        for position in self._everyone:
            mine, theirs = old.every(position), new.every(position)
            if not self._sayings.are_twins(mine, theirs):
                yield position, self._sayings.of(mine) != self._sayings.of(theirs)

    def _bounds(self) -> tuple[Bounds, Bounds]:
        """What each side says of the flows of which one end alone says something else, or may."""
        parts = [self._part(direction) for direction in Direction]
        old, new = (
            Bounds(parts[0][side].least | parts[1][side].least, parts[0][side].most | parts[1][side].most)
            for side in (0, 1)
        )
        return old, new

    def _part(self, direction: Direction) -> tuple[Bounds, Bounds]:
        """The flows that differ at their end of *direction*, as both ends of each side take them."""
        differing = {p: row for p in self._changed if (row := self._differing(p, direction))}
        subjects, peers = bits(differing), 0
        for row in differing.values():
            for holders in row.peers.values():
                peers |= holders
        other = next(each for each in Direction if each is not direction)
        found = []
        for scene in self._scenes:
            own = {p: scene.rows(p, direction) for p in differing}
            theirs = {
                p: (scene if p in self._changed else self._scenes[0]).rows(p, other) for p in indexes(peers)
            }
            bounds = []
            for bound in (0, 1):
                mine = {p: row[bound] & differing[p] for p, row in own.items()}
                yours = {p: row[bound].among(subjects) for p, row in theirs.items()}
                leaving, arriving = (mine, yours) if direction is Direction.EGRESS else (yours, mine)
                bounds.append(flow_set(both(leaving, transposed(arriving))))
            found.append(Bounds(*bounds))
        return found[0], found[1]

    def _differing(self, position: int, direction: Direction) -> Row:
        """The traffic, by peer, of which one end alone may say something else than before."""
        old, new = (scene.rows(position, direction) for scene in self._scenes)
        found = NO_ROW
        for one, other in ((old[0], new[0]), (old[1], new[1])):
            if one != other:
                found |= (one - other) | (other - one)
        if self._changed[position] and old[0] != old[1]:
            found |= old[1] - old[0]  # what neither side can decide; of the rest one end says something else
        return found


def _endpoints(rules: Ruleset, other: Ruleset, imagined: Sequence[Draft]) -> tuple[Endpoint, ...]:
    """The endpoints of *rules* that exist, with everything that *other* tells apart, and those *imagined*."""
    found = tuple(endpoint for endpoint in endpoints(rules, other) if endpoint.existing)
    return (*found, *(draft.endpoint(rules) for draft in imagined), *_abroad(found, rules, other))


def _void_names(changed: Iterable[Rule], endpoints_: Iterable[Endpoint]) -> tuple[str, ...]:
    """*endpoints_* of one side are enough: what a workload declares on either, those imagined declare on both."""
    written = {
        ports.meaning(port.port)
        for rule in changed
        for clause in rule.ports or ()
        if isinstance(clause, PortRule)
        for port in clause.ports or ()
    }
    declared = {port.name for endpoint in endpoints_ for port in endpoint.ports}
    return tuple(sorted(name for name in written if isinstance(name, str) and name not in declared))


def _abroad(found: Sequence[Endpoint], rules: Ruleset, other: Ruleset) -> tuple[Endpoint, ...]:
    """The pods of *found* once more in another cluster of the mesh, where the sides differ in looking there.

    The policies of this cluster say nothing about what those pods themselves may do.
    """
    if rules.settings.scopes_peers_to_cluster == other.settings.scopes_peers_to_cluster:
        return ()
    here, there = Label(K8S, CLUSTER, rules.settings.cluster), Label(K8S, CLUSTER, ANOTHER_CLUSTER)
    return tuple(
        Endpoint(
            name=f"{pod.namespace}/(pod of another cluster labelled like {pod.name})",
            role=Role.UNMANAGED,
            labels=(pod.labels - {here}) | {there},
            namespace=pod.namespace,
            ports=pod.ports,
            existing=False,
        )
        for pod in found
        if pod.role is Role.POD
    )
