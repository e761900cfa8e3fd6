"""The engine as rules use it: who is selected, and what passes between whom, computed when first asked for."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from propolis.lint import imagined
from propolis.model.policy import Direction, Policy
from propolis.model.rule import Origin, Rule
from propolis.model.settings import Settings
from propolis.model.span import Path
from propolis.model.verdict import Side
from propolis.model.world import Endpoint, Role, Workload, World
from propolis.semantics import reference
from propolis.semantics.endpoints import endpoints
from propolis.semantics.ruleset import Ruleset, ruleset

OPPOSITE = {Direction.INGRESS: Direction.EGRESS, Direction.EGRESS: Direction.INGRESS}


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

    @functools.cached_property
    def world(self) -> World:
        return self.given or imagined.world(self.policies)

    @functools.cached_property
    def ruleset(self) -> Ruleset:
        return ruleset(self.policies, self.world, self.settings)

    @functools.cached_property
    def endpoints(self) -> tuple[Endpoint, ...]:
        return endpoints(self.ruleset)

    @functools.cached_property
    def pods(self) -> tuple[Endpoint, ...]:
        """The pods of the world, in its order."""
        return tuple(e for e in self.endpoints if e.role is Role.POD and e.existing)

    def selecting(self, subject: Endpoint, direction: Direction) -> tuple[Rule, ...]:
        """The rules in force that select *subject* in *direction*."""
        return self._selecting(subject, direction)

    @functools.cached_property
    def _selecting(self) -> "functools._lru_cache_wrapper[tuple[Rule, ...]]":
        return functools.lru_cache(maxsize=None)(functools.partial(reference.selecting, self.ruleset))

    def side(self, subject: Endpoint, peer: Endpoint, direction: Direction, protocol: str, port: int) -> Side:
        """What *direction* of *subject* says about a connection with *peer*."""
        return reference.side(self.ruleset, reference.Ends(subject, peer, direction, protocol, port, None))

    def written(self, origin: Origin) -> Written:
        """Where *origin* stands."""
        for policy in self.policies:
            if policy.document == origin.document:
                for part, subject in _parts(policy):
                    if origin.path[: len(part)] == part:
                        return Written(policy, part, (*part, subject))
        raise LookupError(f"no policy holds {origin}")

    def rules_at(self, path: Sequence[str | int], document: int) -> tuple[Rule, ...]:
        """The rules that the item at *path* of the document came to."""
        wanted = tuple(path)
        return tuple(
            r for r in self.ruleset.rules if (r.origin.document, r.origin.path) == (document, wanted)
        )

    def one_for_each_spec(self, origins: Iterable[Origin]) -> tuple[Origin, ...]:
        """The first of *origins* in each spec that they stand in, in their order."""
        first: dict[tuple[int, Path], Origin] = {}
        for origin in origins:
            first.setdefault((origin.document, self.written(origin).part), origin)
        return tuple(first.values())

    @functools.cached_property
    def _workloads(self) -> dict[str, Workload]:
        return {f"{w.namespace}/{w.name}": w for w in self.world.workloads if not w.host_network}

    def workload(self, pod: Endpoint) -> Workload:
        """The workload that *pod*, one of *pods*, is an endpoint of."""
        return self._workloads[pod.name]

    def named(self, pod: Endpoint) -> str:
        """*pod* in a message; an imagined one stands for every pod with its labels."""
        return f"`{pod.name}`" if self.given else f"a pod like `{pod.name}`"


def _parts(policy: Policy) -> Iterator[tuple[Path, str]]:
    """The specs of *policy*, each with the name of its subject's field."""
    for spec in policy.specs:
        yield spec.path, "nodeSelector" if spec.node_selector is not None else "endpointSelector"
    if policy.network_policy is not None:
        yield policy.network_policy.path, "podSelector"
    if not policy.specs:
        yield (*policy.base, "spec"), "subject"
