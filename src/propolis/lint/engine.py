"""The engine as rules use it: who is selected, and what passes between whom, computed when first asked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from operator import or_
from typing import NamedTuple

from propolis.algebra.flows import Bitset, Patchwork, Row, bits, indexes, patch
from propolis.lint import named_pods
from propolis.model.labels import Selector
from propolis.model.policy import Direction, Effect, EndpointsPeer, Peer, Policy
from propolis.model.rule import Origin, Rule
from propolis.model.settings import Settings
from propolis.model.span import Path
from propolis.model.verdict import Side
from propolis.model.world import Endpoint, Role, Workload, World
from propolis.peers.universe import Universe
from propolis.semantics import reference
from propolis.semantics.bounds import Conflict, conflict, without_requests
from propolis.semantics.endpoints import endpoints
from propolis.semantics.hits import Ends
from propolis.semantics.ruleset import Ruleset, ruleset
from propolis.semantics.symbolic import Patch, Scene, isolated

OPPOSITE = {Direction.INGRESS: Direction.EGRESS, Direction.EGRESS: Direction.INGRESS}

MOST_NAMES = 3


class Written(NamedTuple):
    """Where a rule is written: its policy, the path of the spec, and that of the spec's subject."""

    policy: Policy
    part: Path
    subject: Path


@dataclass(frozen=True)
class Engine:
    """The *policies* in a world: the given one, or where *given* is None the one that they talk about."""

    policies: tuple[Policy, ...]
    given: World | None
    settings: Settings

    @cached_property
    def world(self) -> World:
        return self.given or named_pods.world(self.policies)

    def prepare(self) -> None:
        """Make what most questions start from, which is otherwise made when it is first asked for."""
        _ = self._existing_pods, self._rules_by_place

    @cached_property
    def ruleset(self) -> Ruleset:
        return ruleset(self.policies, self.world, self.settings)

    @cached_property
    def everyone(self) -> tuple[Endpoint, ...]:
        """Every endpoint, pods that could be created among them."""
        return endpoints(self.ruleset)

    @cached_property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """What exists: pods first, then nodes and the cluster's own endpoints, then what is outside."""
        return tuple(endpoint for endpoint in self.everyone if endpoint.existing)

    @cached_property
    def pods(self) -> tuple[Endpoint, ...]:
        """The pods of the world, in its order."""
        return tuple(endpoint for endpoint in self.endpoints if endpoint.role is Role.POD)

    # --- who is selected ---

    def matching(self, selector: Selector) -> tuple[Endpoint, ...]:
        """What exists and meets *selector*, whatever it is."""
        found = self._universe.selected(selector)
        return tuple(
            self.everyone[position] for position in indexes(found) if self.everyone[position].existing
        )

    def matching_pods(self, selectors: Iterable[Selector]) -> tuple[Endpoint, ...]:
        """The pods that exist and meet one of *selectors*."""
        return self._those(selectors, self._existing_pods)

    def possible_pods(self, selectors: Iterable[Selector]) -> tuple[Endpoint, ...]:
        """The pods that meet one of *selectors*, and exist or could be created."""
        return self._those(selectors, self._pods)

    def _those(self, selectors: Iterable[Selector], among: Bitset) -> tuple[Endpoint, ...]:
        found = 0
        for selector in selectors:
            found |= self._universe.selected(selector)
        return tuple([self.everyone[position] for position in indexes(found & among)])

    def outside(self, peer: Peer) -> tuple[Endpoint, ...]:
        """What exists outside the cluster, and *peer* stands for."""
        found = indexes(self._scene.selects(peer))
        near = (self.everyone[position] for position in found)
        return tuple(one for one in near if one.existing and one.role is Role.WORLD)

    def selecting(self, subject: Endpoint, direction: Direction) -> Sequence[Rule]:
        """The rules in force that select *subject*, one of *everyone*, in *direction*."""
        return self._scene.selecting(self._positions[id(subject)], direction)

    def side(self, subject: Endpoint, peer: Endpoint, direction: Direction, protocol: str, port: int) -> Side:
        """What *direction* of *subject*, one of *everyone*, says about a connection with *peer*."""
        view = self._view(self._positions[id(subject)], direction)
        return reference.answer(view, Ends(subject, peer, direction, protocol, port, None))

    def _view(self, subject: int, direction: Direction) -> reference.View:
        key = subject, direction
        if key not in self._views:
            rules = self._scene.selecting(subject, direction)
            every = self._scene.every(subject) if self._clashes(subject) else ()
            self._views[key] = reference.view_by(self.ruleset, self.everyone[subject], rules, every)
        return self._views[key]

    @cached_property
    def _views(self) -> dict[tuple[int, Direction], reference.View]:
        return {}

    def peers(self, rule: Rule) -> Sequence[Endpoint]:
        """Every endpoint that a peer of *rule* stands for, and could be created."""
        found = 0
        for peer in rule.peers or ():
            found |= self._scene.selects(peer)
        return [self.everyone[position] for position in indexes(found)]

    def is_under_deny(self, rule: Rule) -> bool:
        """Whether every pod that *rule* selects is denied something in its direction."""
        return not self._universe.selected(rule.subject) & self._existing_pods & ~self._denied[rule.direction]

    @cached_property
    def _denied(self) -> dict[Direction, Bitset]:
        found = dict.fromkeys(Direction, 0)
        for rule in self.ruleset.rules:
            if rule.effect is Effect.DENY and not rule.nodes:
                found[rule.direction] |= self._universe.selected(rule.subject)
        return found

    def denying(self, subject: Endpoint, direction: Direction) -> tuple[Rule, ...]:
        """The rules in force that deny *subject*, one of *everyone*, anything in *direction*."""
        key = self._positions[id(subject)], direction
        if key not in self._denying:
            every = self._scene.selecting(*key)
            self._denying[key] = tuple(rule for rule in every if rule.effect is Effect.DENY)
        return self._denying[key]

    @cached_property
    def _denying(self) -> dict[tuple[int, Direction], tuple[Rule, ...]]:
        return {}

    def is_answered(self, rule: Rule, protocol: str, port: int) -> bool:
        """Whether the other end of *rule* surely does not deny one of its connections between pods on *port*."""
        subjects = self._universe.selected(rule.subject) & self._existing_pods
        wanted = [peer for peer in rule.peers or () if isinstance(peer, EndpointsPeer)]
        peers = reduce(or_, (self._universe.selected(peer.selector) for peer in wanted), 0) & self._pods
        direction = OPPOSITE[rule.direction]
        return any(
            subjects & ~(1 << position) & self._not_denied(position, direction, protocol, port)
            for position in indexes(peers)
        )

    def _not_denied(self, subject: int, direction: Direction, protocol: str, port: int) -> Bitset:
        """The peers to whom *direction* of the endpoint at *subject* surely does not deny *port*."""
        if self._scene.tiered:
            _, most = self._scene.rows(subject, direction)
            passing = (among for traffic, among in most.peers.items() if traffic.requests(protocol, port))
            return reduce(or_, passing, 0)
        allowed = 0 if self._isolated[direction] >> subject & 1 else self._universe.everything
        denied = 0
        for rule in self._scene.selecting(subject, direction):
            for one in self._patches(rule, self.everyone[subject], direction):
                if one.whole.requests(protocol, port):
                    if rule.effect is Effect.DENY:
                        denied |= one.among
                    else:
                        allowed |= one.among
        return allowed & ~denied

    def has_allow(self, subject: Endpoint, peers: Iterable[Endpoint], direction: Direction) -> bool:
        """Whether an allow for *subject* stands for one of *peers*: else no rule lets any of them through."""
        wanted = bits(self._positions[id(peer)] for peer in peers)
        return any(
            one.among & wanted
            for rule in self.selecting(subject, direction)
            if rule.effect is Effect.ALLOW
            for one in self._patches(rule, subject, direction)
        )

    def _patches(self, rule: Rule, subject: Endpoint, direction: Direction) -> Sequence[Patch]:
        """The connections that *rule* covers, whatever is asked in them."""
        plain = self._plain.get(id(rule))
        if plain is None:
            (plain,) = without_requests([rule])
            self._plain[id(rule)] = plain
        return self._scene.patches(plain, subject, direction)

    @cached_property
    def _plain(self) -> dict[int, Rule]:
        return {}

    @cached_property
    def _isolated(self) -> dict[Direction, Bitset]:
        return {direction: isolated(self._scene, direction) for direction in Direction}

    def beyond(self, subject: Endpoint, rule: Rule) -> Bitset | None:
        """The peers, but *subject* itself, with whom *rule* covers a connection that no deny for *subject* covers.

        None where who wins is more than that: with tiers, and rules that are not decided or cannot be merged.
        """
        position, denies = self._positions[id(subject)], self.denying(subject, rule.direction)
        if self._scene.tiered or self._clashes(position) or any(deny.unknown for deny in denies):
            return None
        names = self._scene.own_names(subject, rule.direction)
        key = id(rule), names, *map(id, denies)  # most pods share their denies with others
        if key not in self._beyond:
            covered = self._row([rule], subject, rule.direction) - self._row(denies, subject, rule.direction)
            self._beyond[key] = reduce(or_, covered.peers.values(), 0)
        return self._beyond[key] & ~(1 << position)

    @cached_property
    def _beyond(self) -> dict[object, Bitset]:
        return {}

    @cached_property
    def _clashes(self) -> Callable[[int], bool]:
        return cache(self._scene.clashes)

    def _row(self, rules: Iterable[Rule], subject: Endpoint, direction: Direction) -> Row:
        """The connections that one of *rules* covers, whatever is asked in them."""
        covered: Patchwork = {}
        for rule in rules:
            for one in self._patches(rule, subject, direction):
                patch(covered, one.among, one.whole)
        return Row(covered)

    def conflict(self, subject: Endpoint) -> Conflict | None:
        """Two rules for *subject*, one of *everyone*, that Cilium cannot merge; None also where that is not decided."""
        position = self._positions[id(subject)]
        if not self._clashes(position):
            return None
        every = self._scene.every(position)
        same = tuple(map(id, every))  # most pods share their rules with others
        if same not in self._conflicts:
            found = conflict(every, self.settings)
            decided = found is not None and not found.reason.endswith("not decided")
            self._conflicts[same] = found if decided else None
        return self._conflicts[same]

    @cached_property
    def _conflicts(self) -> dict[tuple[int, ...], Conflict | None]:
        return {}

    @cached_property
    def _scene(self) -> Scene:
        return Scene(self.ruleset, self.everyone)

    @property
    def _universe(self) -> Universe:
        return self._scene.universe

    @cached_property
    def _pods(self) -> Bitset:
        return self._universe.where(lambda endpoint: endpoint.role is Role.POD)

    @cached_property
    def _existing_pods(self) -> Bitset:
        return self._pods & self._universe.where(lambda endpoint: endpoint.existing)

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {id(endpoint): position for position, endpoint in enumerate(self.everyone)}

    # --- where it is written ---

    def rules_at(self, path: Path, document: int) -> Sequence[Rule]:
        """The rules that the item at *path* of the document came to."""
        return self._rules_by_place.get((document, path), ())

    def written(self, origin: Origin) -> Written:
        """Where *origin* stands."""
        for policy in self._policies_by_document[origin.document]:
            for part, subject in _parts(policy):
                if origin.path[: len(part)] == part:
                    return Written(policy, part, (*part, subject))
        raise LookupError(f"no policy holds {origin}")

    def one_for_each_spec(self, origins: Iterable[Origin]) -> tuple[Origin, ...]:
        """The first of *origins* in each spec that they stand in, in their order."""
        first: dict[tuple[int, Path], Origin] = {}
        for origin in origins:
            first.setdefault((origin.document, self.written(origin).part), origin)
        return tuple(first.values())

    @cached_property
    def _rules_by_place(self) -> dict[tuple[int, Path], list[Rule]]:
        found: dict[tuple[int, Path], list[Rule]] = {}
        for rule in self.ruleset.rules:
            found.setdefault((rule.origin.document, rule.origin.path), []).append(rule)
        return found

    @cached_property
    def _policies_by_document(self) -> dict[int, list[Policy]]:
        found: dict[int, list[Policy]] = {}
        for policy in self.policies:
            found.setdefault(policy.document, []).append(policy)
        return found

    # --- what it is called ---

    @cached_property
    def _workloads(self) -> dict[str, Workload]:
        return {f"{w.namespace}/{w.name}": w for w in self.world.workloads if not w.host_network}

    def workload(self, pod: Endpoint) -> Workload:
        """The workload that *pod*, one of *pods*, is an endpoint of."""
        return self._workloads[pod.name]

    def named(self, pod: Endpoint) -> str:
        """*pod* in a message; one that is only named stands for every pod with its labels."""
        return f"`{pod.name}`" if self.given else f"a pod like `{pod.name}`"

    def listed(self, pods: Sequence[Endpoint]) -> str:
        """The first of *pods* in a message, and how many more there are."""
        names = ", ".join(f"`{pod.name}`" for pod in pods[:MOST_NAMES])
        more = f" and {len(pods) - MOST_NAMES} more" if len(pods) > MOST_NAMES else ""
        return (names if self.given else f"pods like {names}") + more


def _parts(policy: Policy) -> Iterator[tuple[Path, str]]:
    """The specs of *policy*, each with the name of its subject's field."""
    for spec in policy.specs:
        yield spec.path, "nodeSelector" if spec.node_selector is not None else "endpointSelector"
    if policy.network_policy is not None:
        yield policy.network_policy.path, "podSelector"
    if not policy.specs:
        yield (*policy.base, "spec"), "subject"
