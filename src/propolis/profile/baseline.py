"""The baseline: nothing enters or leaves a covered pod, except queries to the cluster's DNS and listed names."""

from typing import Any

from propolis.model.flow import TCP, UDP
from propolis.model.profile import EntityEnd, PortSpan, Profile
from propolis.profile.items import ALL_PODS, NAMESPACE_KEY, Item, peers, pods, resolve, to_ports

DNS_UPSTREAM_PORTS = (PortSpan(53, 53, TCP), PortSpan(53, 53, UDP))


def subject(profile: Profile) -> dict[str, Any]:
    """Every pod of every namespace that is not exempt.

    `Exists` keeps Cilium's own health, ingress and init endpoints out: they have no namespace, and `NotIn`
    alone would select them (S53, S57).
    """
    exempt = [each.namespace for each in profile.cluster.exempt]
    requirements: list[dict[str, Any]] = [{"key": NAMESPACE_KEY, "operator": "Exists"}]
    if exempt:
        requirements.append({"key": NAMESPACE_KEY, "operator": "NotIn", "values": exempt})
    return {"matchExpressions": requirements}


def ingress() -> list[Item]:
    """An item that selects nobody: its presence alone switches the direction to default deny."""
    return [Item(("nothing enters, unless another policy lets it in",), {})]


def egress(profile: Profile) -> list[Item]:
    """Queries for cluster names and for the names of `internet`, and the connections to those."""
    cluster = profile.cluster
    asked = sorted({name for internet in cluster.internet for name in internet.name.asked})
    why = ("the cluster's DNS: its own names, with whatever a search list puts in front of its domain",)
    found = [resolve(cluster.dns, (*cluster.dns.patterns, *asked), why)]
    for internet in cluster.internet:
        (peer,) = peers((internet.name,), "to", {})
        comment = (f"internet: {internet.name.pattern}",)
        found.append(Item(comment, {**peer, "toPorts": to_ports(internet.ports)}))
    return found


def dns_subject(profile: Profile) -> dict[str, Any]:
    return pods(profile.cluster.dns.namespace, profile.cluster.dns.labels)


def dns_ingress(profile: Profile) -> list[Item]:
    """Queries from every pod, those of exempt namespaces included, and from the nodes' own network."""
    ports = to_ports(profile.cluster.dns.ports)
    return [
        Item(("queries of every pod",), {"fromEndpoints": [ALL_PODS], "toPorts": ports}),
        Item(
            ("queries of pods on the host network",),
            {"fromEntities": ["host", "remote-node"], "toPorts": ports},
        ),
    ]


def dns_egress(profile: Profile) -> list[Item]:
    """Queries to the upstream resolvers, and the API server, where CoreDNS watches Services."""
    cluster = profile.cluster
    found = [
        Item(("upstream resolvers",), {**peer, "toPorts": to_ports(DNS_UPSTREAM_PORTS)})
        for peer in peers(cluster.dns.upstream, "to", {})
    ]
    (apiserver,) = peers((EntityEnd("kube-apiserver"),), "to", {})
    watch = {**apiserver, "toPorts": to_ports(cluster.apiserver)}
    return [*found, Item(("the API server: Services and endpoints to answer for",), watch)]
