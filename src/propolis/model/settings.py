"""What changes the meaning of a policy besides its text: the Cilium version and the agent's flags."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

import msgspec

_NOT_SAID = -1


class Version(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """A version of Cilium: a minor one, `Version(1, 19)`, or a release of it, `Version(1, 19, 4)`; ordered.

    A minor version stands for the newest of its releases that is known, and comes before each of them.
    """

    major: int
    minor: int
    patch: int = _NOT_SAID

    def __str__(self) -> str:
        whole = f"{self.major}.{self.minor}"
        return whole if self.patch == _NOT_SAID else f"{whole}.{self.patch}"

    @property
    def series(self) -> "Version":
        """The minor version alone."""
        return Version(self.major, self.minor)


OLDEST = Version(1, 16)
NEWEST = Version(1, 20)
SUPPORTED = tuple(Version(1, minor) for minor in range(OLDEST.minor, NEWEST.minor + 1))
DEFAULT_VERSION = Version(1, 19)
DEEP_STARS = Version(1, 19)
"""From here on a name pattern that begins with `**.` stands for one or more whole labels (semantics §6.1)."""


PARSERS_REMOVED = Version(1, 20)
"""From here on there are no parsers for Kafka and Cassandra, and no rules for them (semantics §7, S96)."""
CIDR_MATCHES_PODS = Version(1, 20)
"""From here on `policy-cidr-match-mode` may hold `pods` (semantics §3.5)."""
CLUSTER_POLICIES = Version(1, 20)
"""Cilium knows ClusterNetworkPolicy from here on (semantics §2.5)."""
NODES, PODS = "nodes", "pods"
"""The values of `policy-cidr-match-mode`."""


class Enforcement(StrEnum):
    """`enable-policy` of the agent (`policyEnforcementMode` in Helm)."""

    DEFAULT = "default"
    ALWAYS = "always"
    NEVER = "never"


class Defect(StrEnum):
    """A fault of some Cilium releases that changes verdicts; its value says what goes wrong.

    Source: semantics §0.3 and the description of the recorded verdicts.
    """

    NEGATIVE_PEERS = "a peer selector of nothing but negative requirements selects every pod and address"
    IP_BLOCK_ADMITS_NAMESPACE = "an ingress ipBlock of a NetworkPolicy also admits every pod of its namespace"
    IP_BLOCK_REFUSED = "a NetworkPolicy with an ingress ipBlock is not enforced"
    SERVICE_LABELS_IGNORED = "a k8sServiceSelector with a key such as `k8s:app` selects every Service"
    BARE_ADDRESS_REFUSED = "the agent refuses a bare address, which every release takes for a prefix"
    WORLD_IGNORES_EXCEPT = "the exceptions of an allowed 0.0.0.0/0 or ::/0 are ignored"


class Releases(msgspec.Struct, frozen=True):
    """What is known of the releases of a minor version: *newest* is the last one that was looked at.

    *defects*: each with the last release that has it, None as long as there is none without; all begin with `.0`.
    """

    newest: int
    defects: Mapping[Defect, int | None] = {}


RELEASES: Mapping[Version, Releases] = {
    Version(1, 16): Releases(19),
    Version(1, 17): Releases(16),
    Version(1, 18): Releases(11, {Defect.IP_BLOCK_REFUSED: None}),
    Version(1, 19): Releases(7, {Defect.IP_BLOCK_ADMITS_NAMESPACE: 4, Defect.SERVICE_LABELS_IGNORED: 5}),
    Version(1, 20): Releases(2, {Defect.NEGATIVE_PEERS: None}),
}
"""Which released Cilium has which defect: [decision 6](../../../docs/decisions/0006-defects-of-the-release.md)."""
UNRELEASED: Mapping[str, frozenset[Defect]] = {
    "1.19 branch point": frozenset({Defect.IP_BLOCK_ADMITS_NAMESPACE}),
    "1.20 branch point": frozenset({Defect.WORLD_IGNORES_EXCEPT}),
    "1.20.0-pre.4": frozenset({Defect.NEGATIVE_PEERS, Defect.BARE_ADDRESS_REFUSED}),
    "1.21-dev": frozenset({Defect.BARE_ADDRESS_REFUSED}),
}
"""Commits before a release that verdicts were recorded of, and their defects."""
_OF_THE_CLUSTER_FILTER = frozenset({Defect.IP_BLOCK_REFUSED, Defect.IP_BLOCK_ADMITS_NAMESPACE})
"""These show only where peers are confined to the local cluster."""


@cache
def defects(version: Version) -> frozenset[Defect]:
    """The defects of the release *version*."""
    known = RELEASES[version.series]
    patch = known.newest if version.patch == _NOT_SAID else version.patch
    return frozenset(defect for defect, last in known.defects.items() if last is None or patch <= last)


class Settings(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """The Cilium version and the agent flags that decide verdicts; defaults are Helm's.

    Source: cilium-facts part 3 (Helm value → agent key → default); semantics §0.2 (by version).
    """

    version: Version = DEFAULT_VERSION
    enforcement: Enforcement = Enforcement.DEFAULT
    allow_localhost: bool = True
    """`allow-localhost`: `auto` means always on Kubernetes."""
    host_firewall: bool = False
    cluster: str = "default"
    default_local_cluster: bool | None = None
    """`policy-default-local-cluster`; None = the version's default (on from 1.19)."""
    node_selector_labels: bool = False
    non_default_deny: bool = True
    l7_proxy: bool = True
    icmp_rules: bool = True
    extended_ip_protocols: bool = False
    ipv4: bool = True
    ipv6: bool = False
    cidr_match_mode: frozenset[str] = frozenset()
    """`policy-cidr-match-mode`: which of NODES and PODS a CIDR can match beside the world."""
    cilium_network_policy: bool = True
    cilium_clusterwide_network_policy: bool = True
    k8s_network_policy: bool = True
    k8s_cluster_network_policy: bool = False
    defects: frozenset[Defect] | None = None
    """The faults of what runs; None = those of the release, in `RELEASES`."""

    def has(self, defect: Defect) -> bool:
        """Whether *defect* shows, in this release and with these flags."""
        found = defects(self.version) if self.defects is None else self.defects
        return defect in found and (defect not in _OF_THE_CLUSTER_FILTER or self.scopes_peers_to_cluster)

    @property
    def scopes_peers_to_cluster(self) -> bool:
        """Whether a peer selector without a cluster key means the local cluster only."""
        if self.default_local_cluster is not None:
            return self.default_local_cluster and self.version >= Version(1, 18)
        return self.version >= Version(1, 19)

    @property
    def dual_stack(self) -> bool:
        return self.ipv4 and self.ipv6


def version(text: str) -> Version | None:
    """The supported version that *text* names (`1.19`, `v1.19.4`), or None; `1.20.0-rc.1` is no release."""
    parts = text.strip().removeprefix("v").split(".")
    if len(parts) not in (2, 3) or not all(part.isdecimal() and len(part) < 4 for part in parts):
        return None
    found = Version(*map(int, parts))
    return found if found.series in SUPPORTED else None
