"""Policies of Cilium: the API server's value → the model, every field kept or refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from propolis.manifest.cluster_policies import cluster_policy
from propolis.manifest.network_policies import network_policy
from propolis.manifest.selectors import cilium_selector, well_formed
from propolis.model.policy import (
    Direction,
    DnsRule,
    Effect,
    HeaderMatch,
    HttpRule,
    IcmpField,
    IcmpRule,
    Item,
    Kind,
    L7Rules,
    Listener,
    PeerList,
    Policy,
    PortProtocol,
    PortRule,
    Spec,
    TlsContext,
)
from propolis.model.span import Path
from propolis.peers import fields, parsed

_SECTIONS = (
    ("ingress", Direction.INGRESS, Effect.ALLOW),
    ("ingressDeny", Direction.INGRESS, Effect.DENY),
    ("egress", Direction.EGRESS, Effect.ALLOW),
    ("egressDeny", Direction.EGRESS, Effect.DENY),
)
_OLD_L7 = ("kafka", "l7proto", "l7")
# Selectors that Cilium up to 1.18 adds to the other endpoint peers of the item.
_REQUIRES = ("fromRequires", "toRequires")

Json = Mapping[str, Any]


def policy(value: Json, kind: Kind, namespace: str, base: Path = ()) -> Policy:
    """The policy that *value* writes; *value* is what `schema.checked` lets stay of the object.

    Paths in the result lead from the document's root: *base* is where the object stands in it.

    Errors:  none; parts that the schema refuses are absent.
    Law:     of an accepted object no rule, port or peer is lost (tests/manifest/test_policies.py).
    """
    metadata = value.get("metadata", {})
    name = metadata.get("name") or metadata.get("generateName") or ""
    match kind:
        case Kind.CNP | Kind.CCNP:
            return Policy(kind, name, namespace, specs=_specs(value, base), base=base)
        case Kind.NP:
            rules = network_policy(value.get("spec", {}), (*base, "spec"))
            return Policy(kind, name, namespace, network_policy=rules, base=base)
        case Kind.KCNP:
            cluster = cluster_policy(value.get("spec", {}), (*base, "spec"))
            return Policy(kind, name, namespace, cluster_policy=cluster, base=base)


def _specs(value: Json, base: Path) -> tuple[Spec, ...]:
    found = [_spec(value["spec"], (*base, "spec"))] if "spec" in value else []
    found += [_spec(spec, path) for spec, path in _present(value.get("specs", ()), (*base, "specs"))]
    return tuple(found)


def _present(values: Sequence[Any], path: Path) -> list[tuple[Any, Path]]:
    """The items that have the right type, each with its path."""
    return [(value, (*path, index)) for index, value in enumerate(values) if value is not None]


def _spec(value: Json, path: Path) -> Spec:
    sections = {name: _items(value, name, direction, effect, path) for name, direction, effect in _SECTIONS}
    default_deny = value.get("enableDefaultDeny", {})
    return Spec(
        endpoint_selector=cilium_selector(value.get("endpointSelector")),
        node_selector=cilium_selector(value.get("nodeSelector")),
        ingress=sections["ingress"],
        ingress_deny=sections["ingressDeny"],
        egress=sections["egress"],
        egress_deny=sections["egressDeny"],
        default_deny_ingress=default_deny.get("ingress"),
        default_deny_egress=default_deny.get("egress"),
        path=path,
    )


def _items(
    value: Json, name: str, direction: Direction, effect: Effect, path: Path
) -> tuple[Item, ...] | None:
    if name not in value:
        return None
    return tuple(_item(item, direction, effect, at) for item, at in _present(value[name], (*path, name)))


def _item(value: Json, direction: Direction, effect: Effect, path: Path) -> Item:
    return Item(
        direction=direction,
        effect=effect,
        peers=_peers(value, direction, path),
        to_ports=_port_rules(value, path),
        icmps=_icmps(value, path),
        authentication=value.get("authentication", {}).get("mode"),
        path=path,
    )


def _peers(value: Json, direction: Direction, path: Path) -> tuple[PeerList, ...]:
    lists = []
    for name, items in value.items():
        present = [well_formed(item) for item in items if item is not None] if isinstance(items, list) else []
        if name in fields(direction):
            lists.append(PeerList(name, parsed(name, present), (*path, name)))
        elif name in _REQUIRES:
            lists.append(PeerList(name, parsed(f"{name[:-8]}Endpoints", present), (*path, name)))
    return tuple(lists)


def _port_rules(value: Json, path: Path) -> tuple[PortRule, ...] | None:
    if "toPorts" not in value:
        return None
    return tuple(_port_rule(rule, at) for rule, at in _present(value["toPorts"], (*path, "toPorts")))


def _port_rule(value: Json, path: Path) -> PortRule:
    names = value.get("serverNames")
    return PortRule(
        ports=_ports(value, path),
        rules=_l7_rules(value["rules"], (*path, "rules")) if "rules" in value else None,
        server_names=None if names is None else tuple(name for name in names if name is not None),
        listener=_listener(value["listener"]) if "listener" in value else None,
        tls=tuple(
            TlsContext(field, _reference(value[field].get("secret", {})))
            for field in ("terminatingTLS", "originatingTLS")
            if field in value
        ),
        path=path,
    )


def _listener(value: Json) -> Listener:
    config = value.get("envoyConfig", {})
    return Listener(
        value.get("name", ""), config.get("kind", ""), config.get("name", ""), value.get("priority", 0)
    )


def _reference(secret: Json) -> str:
    return f"{secret.get('namespace', '')}/{secret.get('name', '')}"


def _ports(value: Json, path: Path) -> tuple[PortProtocol, ...] | None:
    if "ports" not in value:
        return None
    return tuple(
        PortProtocol(port.get("port", ""), port.get("endPort", 0), port.get("protocol", ""), at)
        for port, at in _present(value["ports"], (*path, "ports"))
    )


def _l7_rules(value: Json, path: Path) -> L7Rules:
    http, dns = value.get("http"), value.get("dns")
    return L7Rules(
        http=None if http is None else tuple(_http(r, at) for r, at in _present(http, (*path, "http"))),
        dns=None if dns is None else tuple(_dns(r, at) for r, at in _present(dns, (*path, "dns"))),
        others=tuple(kind for kind in _OLD_L7 if kind in value),
        path=path,
    )


def _http(value: Json, path: Path) -> HttpRule:
    return HttpRule(
        path=value.get("path"),
        method=value.get("method"),
        host=value.get("host"),
        headers=tuple(line for line in value.get("headers", ()) if line is not None),
        header_matches=tuple(_header(match) for match in value.get("headerMatches", ()) if match is not None),
        where=path,
    )


def _header(value: Json) -> HeaderMatch:
    secret = value.get("secret")
    return HeaderMatch(
        name=value.get("name", ""),
        value=value.get("value"),
        secret=None if secret is None else _reference(secret),
        mismatch=value.get("mismatch"),
    )


def _dns(value: Json, path: Path) -> DnsRule:
    return DnsRule(value.get("matchName"), value.get("matchPattern"), path)


def _icmps(value: Json, path: Path) -> tuple[IcmpRule, ...] | None:
    if "icmps" not in value:
        return None
    return tuple(_icmp(rule, at) for rule, at in _present(value["icmps"], (*path, "icmps")))


def _icmp(value: Json, path: Path) -> IcmpRule:
    if "fields" not in value:
        return IcmpRule(None, path)
    found = (
        IcmpField(str(field.get("type", "")), field["family"], at)
        for field, at in _present(value["fields"], (*path, "fields"))
    )
    return IcmpRule(tuple(found), path)
