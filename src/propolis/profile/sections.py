"""The sections of a workload's policy: what may reach it, what it may reach, which names it may ask for."""

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from propolis.model.profile import DeclaredPath, DeclaredWorkload, NameEnd, Profile, WorkloadEnd
from propolis.profile.items import Item, dns_rules, http_rules, parsed_rules, peers, resolve, to_ports


def ingress(profile: Profile, workload: DeclaredWorkload) -> list[Item]:
    """One item for each line that leads to *workload*, with its requests: they are checked where they arrive.

    Checking them at the source as well would send each request through two proxies for nothing.
    """
    arriving = [path for path in profile.paths if path.destination == WorkloadEnd(workload.name)]
    found: list[Item] = []
    for line in _lines(arriving, lambda path: path.where):
        rules = _requests(line[0])
        for peer in peers((path.source for path in line), "from", _declared(profile)):
            comment = (line[0].text, *_streaming(line[0]))
            found.append(Item(comment, {**peer, "toPorts": to_ports(line[0].ports, rules)}))
    return found


def _requests(path: DeclaredPath) -> dict[str, Any] | None:
    if path.parsed is not None:
        return parsed_rules(path.parsed)
    return http_rules(path.http) if path.http is not None else None


def _streaming(path: DeclaredPath) -> list[str]:
    """What passes once and then goes on: a policy decides about the beginning of a call alone."""
    marked = dict.fromkeys(need.marked for need in path.http or () if need.streams)
    return [f"a stream: {text}" for text in marked]


def egress(profile: Profile, workload: DeclaredWorkload) -> list[Item]:
    """One item for each line that leaves *workload*, and one that lets it resolve the names among them."""
    leaving = [path for path in profile.paths if path.source == WorkloadEnd(workload.name)]
    found: list[Item] = []
    for line in _lines(leaving, lambda path: path.where):
        rules = dns_rules(line[0].dns) if line[0].dns is not None else None
        for peer in peers((path.destination for path in line), "to", _declared(profile)):
            found.append(Item((line[0].text,), {**peer, "toPorts": to_ports(line[0].ports, rules)}))
    names = {name for path in leaving for name in _asked(path)}
    if names:
        found.append(resolve(profile.cluster.dns, sorted(names), _WHY_RESOLVE))
    return found


def _asked(path: DeclaredPath) -> tuple[str, ...]:
    return path.destination.asked if isinstance(path.destination, NameEnd) else ()


_WHY_RESOLVE = ("the names above: Cilium learns their addresses from the answers to these queries",)


def _lines(paths: Iterable[DeclaredPath], key: Callable[[DeclaredPath], object]) -> list[list[DeclaredPath]]:
    return [list(line) for _, line in itertools.groupby(paths, key)]


def _declared(profile: Profile) -> dict[str, DeclaredWorkload]:
    return {workload.name: workload for workload in profile.workloads}
