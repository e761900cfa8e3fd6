"""The names that people give to the ends of a flow, and the endpoints that they mean."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from ipaddress import ip_address

import msgspec

from propolis.model.settings import Settings
from propolis.model.span import Problem, Span
from propolis.model.world import Endpoint, World

OUTSIDE_HELP = "name a workload (`namespace/name`), an entity, an address or a DNS name"


def with_outside(world: World, ends: Iterable[str]) -> World:
    """*world* with the addresses and DNS names among *ends*, so that they become endpoints of their own."""
    prefixes, names = set(world.outside_prefixes), set(world.outside_names)
    for end in ends:
        if found := _prefix(end):
            prefixes.add(found)
        elif _is_dns_name(end):
            names.add(end.lower().removesuffix("."))
    return msgspec.structs.replace(
        world, outside_prefixes=tuple(sorted(prefixes)), outside_names=tuple(sorted(names))
    )


def named(endpoints: Iterable[Endpoint]) -> Mapping[str, tuple[Endpoint, ...]]:
    """Name → its endpoints: more than one if workloads of different kinds share a name."""
    found: dict[str, tuple[Endpoint, ...]] = {}
    for endpoint in endpoints:
        found[endpoint.name] = (*found.get(endpoint.name, ()), endpoint)
    return found


def meant(
    end: str, span: Span, endpoints: Mapping[str, tuple[Endpoint, ...]], world: World, settings: Settings
) -> tuple[Endpoint, ...] | Problem:
    """The endpoints that *end* names.

    Errors:  a Problem at *span* that says what could be meant.
    """
    for key in (end, _prefix(end), end.lower().removesuffix(".")):
        if key in endpoints:
            return endpoints[key]
    message, help_ = _unknown(end, endpoints, world, settings)
    return Problem("unknown-endpoint", message, span, help_)


def _unknown(
    end: str, endpoints: Mapping[str, tuple[Endpoint, ...]], world: World, settings: Settings
) -> tuple[str, str]:
    if prefix := _prefix(end):
        family = "IPv6" if ":" in prefix else "IPv4"
        return (
            f"`{end}` is an {family} address, and the settings have {family} off",
            "ask about the other family",
        )
    if _is_prefix(end):
        return f"`{end}` is many addresses", "ask about one of them"
    namespace, slash, name = end.rpartition("/")
    for workload in world.workloads:
        if slash and workload.host_network and (workload.namespace, workload.name) == (namespace, name):
            return f"`{end}` uses the network of its node", "ask about `host` or `remote-node`"
    for service in world.services:
        if slash and (service.namespace, service.name) == (namespace, name):
            return f"`{end}` is a Service, and policies look at the pods behind it", _behind(
                service.selector, world, namespace
            )
    return f"no endpoint is called `{end}`", _close(end, endpoints)


def _behind(selector: tuple[tuple[str, str], ...] | None, world: World, namespace: str) -> str:
    wanted = set(selector or ())
    found = sorted(
        f"`{workload.namespace}/{workload.name}`"
        for workload in world.workloads
        if wanted and workload.namespace == namespace and wanted <= set(workload.labels)
    )
    return f"ask about {' or '.join(found)}" if found else "no workload here is behind it"


def _close(end: str, endpoints: Mapping[str, tuple[Endpoint, ...]]) -> str:
    known = [name for name, found in endpoints.items() if found[0].existing]
    same_name = [name for name in known if name.rpartition("/")[2] == end.rpartition("/")[2]]
    close = same_name or get_close_matches(end, known, 3, 0.75)
    return f"did you mean {' or '.join(f'`{name}`' for name in close)}?" if close else OUTSIDE_HELP


def _prefix(end: str) -> str:
    """The prefix that holds just the address *end*, "" when it is none."""
    try:
        address = ip_address(end)
    except ValueError:
        return ""
    return f"{address}/{address.max_prefixlen}"


def _is_prefix(end: str) -> bool:
    address, slash, length = end.rpartition("/")
    return bool(slash and length.isdecimal() and _prefix(address))


def _is_dns_name(end: str) -> bool:
    plain = end.removesuffix(".")
    return "." in plain and all(
        label and label.isascii() and label.replace("-", "").replace("_", "").isalnum()
        for label in plain.split(".")
    )
