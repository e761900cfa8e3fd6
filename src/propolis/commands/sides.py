"""Two inputs beside each other: the rules of each, in worlds that hold the same workloads."""

from collections.abc import Iterable, Mapping

import msgspec

from propolis.commands.force import Force, force_of, in_force
from propolis.commands.inputs import Input, counted
from propolis.model.rule import Rule
from propolis.model.world import Namespace, Workload, World
from propolis.semantics.beside import beside

_Key = tuple[str, str, str, bool]


class Worlds(msgspec.Struct, frozen=True):
    """The worlds of both sides, with the same workloads and namespaces in the same order."""

    old: World
    new: World


class Sides(msgspec.Struct, frozen=True, eq=False):
    """What is in force on either side. *notes*: what the sides do not share. *twins*: as in `semantics.beside`."""

    old: Force
    new: Force
    notes: tuple[str, ...]
    twins: Mapping[int, Rule]


def sides(old: Input, new: Input) -> Sides:
    """*old* and *new* in force over one common set of workloads."""
    worlds = aligned(old, new)
    first = in_force(old, worlds.old)
    found = beside(first.rules, old.manifests.policies, new.manifests.policies, worlds.new, new.settings)
    second = force_of(found.rules, new)
    said = dict.fromkeys((*first.notes, *second.notes, *_notes(old, new)))
    return Sides(first, second, tuple(said), found.twins)


def aligned(old: Input, new: Input) -> Worlds:
    """The worlds of *old* and *new*: each side keeps what it says about a workload or a namespace.

    What only one side says holds for both: whether a pod exists is not a matter of policy.
    """
    workloads = {_key(w): w for given in (new, old) for w in given.manifests.world.workloads}
    namespaces = {n.name: n for given in (new, old) for n in given.manifests.world.namespaces}
    return Worlds(_filled(old, new, workloads, namespaces), _filled(new, old, workloads, namespaces))


def _filled(
    given: Input, other: Input, workloads: dict[_Key, Workload], namespaces: dict[str, Namespace]
) -> World:
    own = {_key(w): w for w in given.manifests.world.workloads}
    told = {**_told(other), **_told(given)}
    return msgspec.structs.replace(
        given.manifests.world,
        workloads=tuple(own.get(key, workloads[key]) for key in sorted(workloads)),
        namespaces=tuple(told.get(name, namespaces[name]) for name in sorted(namespaces)),
    )


def _told(given: Input) -> dict[str, Namespace]:
    """The namespaces whose object is among the manifests; of others the labels are not known."""
    declared = given.manifests.declared
    return {n.name: n for n in given.manifests.world.namespaces if n.name in declared}


def _key(workload: Workload) -> _Key:
    return workload.namespace, workload.name, workload.kind, workload.host_network


def _notes(old: Input, new: Input) -> Iterable[str]:
    mine, theirs = ({_key(w) for w in given.manifests.world.workloads} for given in (old, new))
    if alone := len(mine ^ theirs):
        yield f"{counted(alone, 'workload')} on one side only: compared as if on both"
    if not mine | theirs:
        yield "no workload was given: compared for pods that could be created (give workloads with `--world`)"
